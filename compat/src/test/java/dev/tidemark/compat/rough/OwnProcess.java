package dev.tidemark.compat.rough;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.bench.server.ServerHome;
import dev.tidemark.bench.server.ServerProcess;
import dev.tidemark.bench.server.TidemarkRecipe;
import dev.tidemark.compat.Clients;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;

/// A node in a process of its own, with a small heap, so that its memory can be watched.
final class OwnProcess implements AutoCloseable {
    private static final TidemarkRecipe RECIPE = new TidemarkRecipe(TidemarkRecipe.COMMAND);
    private final ServerHome home;
    private final ServerProcess process;

    /// @param environment for the launcher, as in `TIDEMARK_HEAP`
    OwnProcess(Path directory, Map<String, String> environment) throws Exception {
        home = ServerHome.under(directory, "node");
        RECIPE.prepare(home);
        process = ServerProcess.start(RECIPE, home, environment);
        try {
            process.awaitPort();
        } catch (RuntimeException | InterruptedException failure) {
            process.kill();
            throw failure;
        }
    }

    int port() {
        return home.port();
    }

    String bootstrap() {
        return home.bootstrap();
    }

    long residentBytes() throws IOException {
        return process.proc().residentBytes();
    }

    void createTopic(String name, int partitions) throws Exception {
        try (Admin admin = Admin.create(Clients.config(bootstrap()))) {
            Clients.get(admin.createTopics(Set.of(new NewTopic(name, partitions, (short) 1)))
                    .all());
        }
    }

    /// Fails if the node has complained of more than its clients.
    void assertQuiet() throws IOException {
        assertThat(Files.readString(home.output())).doesNotContain("Exception", "ERROR",
                "request failed", "response failed");
    }

    @Override
    public void close() {
        process.close();
    }
}
