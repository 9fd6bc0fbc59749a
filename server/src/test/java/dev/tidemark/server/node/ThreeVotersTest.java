package dev.tidemark.server.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.internals.Topic;
import org.apache.kafka.common.message.DescribeQuorumResponseData.PartitionData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.AbstractResponse;
import org.apache.kafka.common.requests.DescribeQuorumRequest;
import org.apache.kafka.common.requests.DescribeQuorumResponse;
import org.apache.kafka.common.requests.RequestHeader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Three nodes on real sockets and files, which agree on who controls.
class ThreeVotersTest {
    private StartedNodes nodes;

    @BeforeEach
    void begin(@TempDir Path data) {
        nodes = new StartedNodes(data);
    }

    @AfterEach
    void stop() throws Exception {
        nodes.stopAll();
    }

    @Test
    void theyElectOneOfThemAndAnotherWhenItIsGone() throws Exception {
        start(StartedNodes.freePorts(3));
        int first = awaitLeader(nodes.get(1), 0);
        for (int id : nodes.ids()) {
            assertThat(awaitLeader(nodes.get(id), 0)).as("asked of any").isEqualTo(first);
        }
        nodes.stop(first);
        RunningNode left = nodes.get(nodes.ids().getFirst());
        assertThat(awaitLeader(left, first)).isIn(nodes.ids());
    }

    /// Asks until there is a leader other than `before`.
    private static int awaitLeader(RunningNode node, int before) throws Exception {
        long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(StartedNodes.PATIENCE_S);
        while (System.nanoTime() < deadlineNs) {
            PartitionData told = describe(node.listening().getFirst().port());
            if (told != null && told.errorCode() == Errors.NONE.code()
                    && told.leaderId() != before) {
                assertThat(told.currentVoters()).hasSize(3);
                return told.leaderId();
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
        throw new AssertionError("nobody leads");
    }

    /// What the node says of the quorum; null if it says nothing of it now.
    private static PartitionData describe(int port) throws IOException {
        short version = ApiKeys.DESCRIBE_QUORUM.latestVersion();
        var request = new DescribeQuorumRequest.Builder(DescribeQuorumRequest.singletonRequest(
                new TopicPartition(Topic.CLUSTER_METADATA_TOPIC_NAME, 0))).build(version);
        var header = new RequestHeader(ApiKeys.DESCRIBE_QUORUM, version, "test", 1);
        ByteBuffer bytes = request.serializeWithHeader(header);
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port);
                var out = new DataOutputStream(socket.getOutputStream());
                var in = new DataInputStream(socket.getInputStream())) {
            socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(StartedNodes.PATIENCE_S));
            out.writeInt(bytes.remaining());
            out.write(bytes.array(), bytes.position(), bytes.remaining());
            var answer = ByteBuffer.wrap(in.readNBytes(in.readInt()));
            var told = (DescribeQuorumResponse) AbstractResponse.parseResponse(answer, header);
            return told.data().topics().isEmpty() ? null
                    : told.data().topics().getFirst().partitions().getFirst();
        }
    }

    private void start(List<Integer> ports) throws Exception {
        List<String> voters = new ArrayList<>();
        for (int i = 0; i < ports.size(); i++) {
            voters.add((i + 1) + "@127.0.0.1:" + ports.get(i));
        }
        for (int i = 0; i < ports.size(); i++) {
            nodes.start(i + 1, Map.of("controller.quorum.voters", String.join(",", voters),
                    "listeners", "PLAINTEXT://127.0.0.1:0,CONTROLLER://127.0.0.1:"
                            + ports.get(i)));
        }
    }
}
