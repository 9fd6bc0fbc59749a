package dev.tidemark.bench.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// Our own server, started by a command that is data: words with `{home}`, `{java}`,
/// `{classpath}`, `{data}` and `{port}` in them.
///
/// By default the launcher starts it, so that it has the heap, the flags and the ahead-of-time
/// cache that a user's node has.
public final class TidemarkRecipe implements Recipe {
    /// How it is started unless the user says otherwise: as a user starts it.
    public static final String COMMAND =
            "{home}/tidemark start --data {data} --listen 127.0.0.1:{port}";
    private static final String LAUNCHER = "{home}/tidemark";
    private static final List<String> MEMBER =
            List.of(LAUNCHER, "start", "--config", "{data}/../node.properties");
    private final List<String> words;

    /// @param command words apart by blanks, with the places named above
    public TidemarkRecipe(String command) {
        words = List.of(command.trim().split("\\s+", -1));
    }

    @Override
    public String name() {
        return "tidemark";
    }

    /// The launcher builds what is not built: that must not count as a slow start.
    @Override
    public void prepare(ServerHome home) throws IOException, InterruptedException {
        Files.createDirectories(home.data());
        if (words.getFirst().equals(LAUNCHER)) {
            Path output = home.directory().resolve("build.txt");
            int code = new ProcessBuilder(filled(LAUNCHER, home), "--version")
                    .redirectErrorStream(true).redirectOutput(output.toFile()).start().waitFor();
            if (code != 0) {
                throw new BenchFailure("our server could not be built:\n"
                        + Files.readString(output));
            }
        }
    }

    @Override
    public List<String> command(ServerHome home) {
        return filled(words, home);
    }

    /// The file is what `tidemark start --cluster` writes.
    @Override
    public void prepareMember(int id, List<ServerHome> homes)
            throws IOException, InterruptedException {
        ServerHome home = homes.get(id - 1);
        prepare(home);
        Files.writeString(home.directory().resolve("node.properties"), """
                node.id=%d
                process.roles=broker,controller
                controller.quorum.voters=%s
                listeners=PLAINTEXT://%s,CONTROLLER://127.0.0.1:%d
                inter.broker.listener.name=PLAINTEXT
                controller.listener.names=CONTROLLER
                log.dirs=%s
                """.formatted(id, ServerHome.voters(homes), home.bootstrap(),
                home.controllerPort(), home.data()));
    }

    @Override
    public List<String> memberCommand(ServerHome home) {
        return filled(MEMBER, home);
    }

    @Override
    public Map<String, String> topicConfig() {
        return Map.of();
    }

    /// Nothing to ask for: synced is the default.
    @Override
    public Map<String, String> syncedTopicConfig() {
        return Map.of();
    }

    @Override
    public Map<String, String> unsyncedTopicConfig() {
        return Map.of("tidemark.durability", "os");
    }

    private static List<String> filled(List<String> words, ServerHome home) {
        return words.stream().map(word -> filled(word, home)).toList();
    }

    private static String filled(String word, ServerHome home) {
        return word.replace("{home}", launcherDirectory().toString())
                .replace("{java}", JavaCommand.path())
                .replace("{classpath}", System.getProperty("java.class.path"))
                .replace("{data}", home.data().toString())
                .replace("{port}", Integer.toString(home.port()));
    }

    /// Where the launcher says that it is, else the directory that this runs in or the one above.
    private static Path launcherDirectory() {
        String told = System.getProperty("tidemark.home");
        Path here = Path.of("").toAbsolutePath();
        if (told != null) {
            return Path.of(told);
        }
        return Files.exists(here.resolve("tidemark")) || here.getParent() == null
                ? here : here.getParent();
    }
}
