package dev.tidemark.node;

import static dev.tidemark.node.ThreeNodeTopic.ALL;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.base.Marks;
import dev.tidemark.base.Prng;
import dev.tidemark.io.sim.SimDisk;
import dev.tidemark.record.Batch;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Bits that flip on the disk of one of three nodes (fault 5): the others have what it lacks.
class DamagedReplicaTest {
    private static final String LOG = "orders-0";
    private static final Map<String, String> SMALL_SEGMENTS = Map.of("segment.ms", "5000");

    private static final int ROT_SEEDS = Integer.getInteger("tidemark.rot.seeds", 6);

    private ThreeNodeTopic topic;

    static LongStream rotSeeds() {
        return LongStream.rangeClosed(1, ROT_SEEDS);
    }

    private void form(long seed) throws IOException {
        topic = new ThreeNodeTopic(seed, SMALL_SEGMENTS);
        produce(30);
        topic.cluster.scheduler().runForMs(1_000);
    }

    private void produce(int count) {
        for (int i = 0; i < count; i++) {
            topic.produce();
        }
    }

    private List<String> segmentsOf(int id) throws IOException {
        return topic.cluster.computer(id).disk().list(LOG).stream()
                .filter(name -> name.endsWith(".log")).map(name -> LOG + "/" + name).toList();
    }

    private long sizeOf(int id, String path) throws IOException {
        try (var file = topic.cluster.computer(id).disk().open(path)) {
            return file.size();
        }
    }

    private void flip(int id, String path, long at) throws IOException {
        SimDisk disk = topic.cluster.computer(id).disk();
        disk.flip(path, 8 * at);
    }

    /// A byte of the value of a record, in the middle of the segment.
    private void flipInTheMiddle(int id, String path) throws IOException {
        flip(id, path, sizeOf(id, path) / 2);
    }

    private int other(int id) {
        return id % 3 + 1;
    }

    /// Each node in turn leads, and tells all there is.
    private void checkAll() throws IOException {
        topic.awaitInSync();
        for (int i = 0; i < 3; i++) {
            int leader = topic.leader();
            assertThat(topic.consume(leader)).as("node " + leader).isEqualTo(topic.acked);
            topic.cluster.kill(leader);
            topic.produce();
            topic.cluster.start(leader);
            topic.awaitInSync();
        }
        topic.cluster.scheduler().runForMs(1_000);
        List<byte[]> first = bytesOf(1);
        for (int id : ALL) {
            assertThat(bytesOf(id)).as("node " + id).usingRecursiveComparison()
                    .isEqualTo(first);
        }
    }

    private List<byte[]> bytesOf(int id) {
        return topic.consume(id).stream().map(String::getBytes).toList();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void aFollowerFetchesAgainWhatItFindsDamagedAtItsStart(long seed) throws IOException {
        form(seed);
        int follower = other(topic.leader());
        topic.stop(follower);
        flip(follower, segmentsOf(follower).getLast(), Batch.LENGTH);
        produce(5);
        topic.cluster.start(follower);
        checkAll();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void damageInTheMiddleOfAFollowersLogIsFoundWithoutBeingAskedFor(long seed)
            throws IOException {
        form(seed);
        int follower = other(topic.leader());
        topic.stop(follower);
        flipInTheMiddle(follower, segmentsOf(follower).get(1));
        int leaderEpoch = topic.state().leaderEpoch();
        topic.cluster.start(follower);
        topic.cluster.await(() -> topic.state().leaderEpoch() > leaderEpoch);
        checkAll();
    }

    /// The follower has lost its beginning, and so asks for what nobody has asked for in long.
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void aLeaderThatFindsDamageAsItIsReadGivesItsLeadershipUpAndMends(long seed)
            throws IOException {
        form(seed);
        int leader = topic.leader();
        int follower = other(leader);
        flipInTheMiddle(leader, segmentsOf(leader).get(1));
        topic.stop(follower);
        flipInTheMiddle(follower, segmentsOf(follower).getFirst());
        topic.cluster.start(follower);
        topic.cluster.await(() -> topic.leader() == other(follower));
        assertThat(Marks.count("damage found by a fetch")).isPositive();
        checkAll();
    }

    /// Its journal has lost what nobody else has lost: it must not lead with what is left.
    @ParameterizedTest
    @MethodSource("rotSeeds")
    void oneDamagedFileInThreeNodesWithoutPowerLosesNothing(long seed) throws IOException {
        form(seed);
        var prng = new Prng(seed);
        ALL.forEach(topic.cluster::losePower);
        int id = 1 + prng.nextInt(3);
        SimDisk disk = topic.cluster.computer(id).disk();
        List<String> journal = disk.list("journal").stream().map(name -> "journal/" + name)
                .toList();
        List<String> segments = segmentsOf(id);
        List<String> paths = segments.isEmpty() || prng.nextInt(2) == 0 ? journal : segments;
        String path = paths.get(prng.nextInt(paths.size()));
        long size = sizeOf(id, path);
        if (size > 0) {
            disk.flip(path, Math.floorMod(prng.nextLong(), 8 * size));
        }
        topic.cluster.startAll();
        topic.produce();
        checkAll();
    }
}
