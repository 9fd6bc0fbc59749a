package dev.tidemark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Whom a node lets in, changed while it runs.
@Timeout(120)
class LiveGuestListTest {
    private static final String OVERRIDES = "max.connections.per.ip.overrides";
    private static final int ANSWER_MS = 60_000;
    private static final int PAUSE_MS = 10;

    private Tidemark node;
    private Admin admin;

    @BeforeEach
    void start() {
        node = Tidemark.start();
        admin = Admin.create(Map.of("bootstrap.servers", node.bootstrapServers()));
    }

    @AfterEach
    void stop() {
        admin.close();
        node.close();
    }

    private void set(String key, String value) throws ExecutionException, InterruptedException {
        Collection<AlterConfigOp> change = List.of(new AlterConfigOp(
                new ConfigEntry(key, value), AlterConfigOp.OpType.SET));
        admin.incrementalAlterConfigs(Map.of(
                new ConfigResource(ConfigResource.Type.BROKER, "1"), change)).all().get();
    }

    /// @param from an address of this machine, which the admin client does not come from
    private Socket connect(String from) throws IOException {
        var socket = new Socket();
        socket.setSoTimeout(ANSWER_MS);
        socket.bind(new InetSocketAddress(from, 0));
        socket.connect(new InetSocketAddress("127.0.0.1", node.port()), ANSWER_MS);
        return socket;
    }

    /// Asks for ApiVersions 0: an answer comes, or the end.
    private static boolean isServed(Socket socket) {
        try {
            socket.getOutputStream().write(ByteBuffer.allocate(14).putInt(10)
                    .putShort((short) 18).putShort((short) 0).putInt(7).putShort((short) -1)
                    .array());
            return socket.getInputStream().read() >= 0;
        } catch (IOException closed) {
            return false;
        }
    }

    /// Lookups of names, and the way of a change through the metadata, take their time.
    private void awaitServed(String from, boolean served) throws Exception {
        boolean now = !served;
        while (now != served) {
            Thread.sleep(PAUSE_MS);
            try (Socket socket = connect(from)) {
                now = isServed(socket);
            }
        }
    }

    @Test
    void aLimitHoldsFromTheNextConnectionOnAndGoesAsItCame() throws Exception {
        try (Socket first = connect("127.0.0.2")) {
            assertThat(isServed(first)).isTrue();

            set(OVERRIDES, "127.0.0.2:1");
            awaitServed("127.0.0.2", false);
            awaitServed("127.0.0.3", true);
            assertThat(isServed(first)).as("who was there stays").isTrue();

            set(OVERRIDES, "");
            awaitServed("127.0.0.2", true);
        }
    }

    @Test
    void aHostsNameIsLookedUpAndOneThatIsNoneHarmsNoOther() throws Exception {
        set("max.connections.per.ip", "1000");
        set(OVERRIDES, "no.such.host.invalid:1,127.0.0.4:0,localhost:900");
        awaitServed("127.0.0.4", false);
        awaitServed("127.0.0.3", true);

        set("max.connections.per.ip", "0");
        awaitServed("127.0.0.3", false);
        awaitServed("127.0.0.1", true);
    }
}
