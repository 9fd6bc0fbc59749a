package dev.tidemark.broker.replication;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.base.Marks;
import dev.tidemark.base.Prng;
import dev.tidemark.base.Trace;
import dev.tidemark.broker.ApiVersionsHandler;
import dev.tidemark.broker.AwaitedAck;
import dev.tidemark.broker.Request;
import dev.tidemark.broker.Router;
import dev.tidemark.control.MetadataImage;
import dev.tidemark.io.sim.SimComputer;
import dev.tidemark.io.sim.SimHost;
import dev.tidemark.io.sim.SimNet;
import dev.tidemark.io.sim.SimScheduler;
import dev.tidemark.replica.Leadership;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// How followers fetch from their leaders, over a simulated net.
class PullerTest {
    private static final long MOST_TURNS = 300_000;
    private static final List<Integer> ALL = List.of(1, 2, 3);

    private final SimScheduler scheduler = new SimScheduler(new Prng(3));
    private final SimNet net = new SimNet(scheduler, new Prng(4));
    private final List<WiredNode> nodes = new ArrayList<>();
    private final List<Leadership> state = new ArrayList<>();

    @BeforeEach
    void start() throws IOException {
        for (int i = 0; i < WiredNode.PARTITIONS; i++) {
            state.add(new Leadership(0, 1 + i % 2, 0, 0, ALL, ALL));
        }
        var prng = new Prng(5);
        for (int id : ALL) {
            SimHost host = net.host("n" + id);
            var computer = new SimComputer(scheduler, prng.split(), 2);
            computer.plugInto(host);
            nodes.add(new WiredNode(id, computer, host, prng.split()));
        }
        for (WiredNode node : nodes) {
            node.start(state);
        }
    }

    private WiredNode node(int id) {
        return nodes.get(id - 1);
    }

    private void await(String what, BooleanSupplier condition) {
        assertThat(scheduler.runUntil(condition, MOST_TURNS)).as(what).isTrue();
    }

    private AwaitedAck append(int index) {
        return append(index, 100);
    }

    private AwaitedAck append(int index, int bytes) {
        var receipt = new AwaitedAck();
        WiredNode leader = node(state.get(index).leaderId());
        var batch = MemoryRecords.withRecords(Compression.NONE,
                new SimpleRecord(1_000, new byte[bytes])).buffer();
        leader.partition(index).loop().execute(() -> leader.partition(index)
                .append(batch, null, (short) -1, receipt, 0));
        return receipt;
    }

    private void elect(int index, int leaderId, Integer... isr) {
        Leadership before = state.get(index);
        state.set(index, new Leadership(0, leaderId, before.leaderEpoch() + 1,
                before.partitionEpoch() + 1, ALL, List.of(isr)));
        for (WiredNode node : nodes) {
            if (node.computer.isRunning()) {
                node.tell(index, state.get(index));
            }
        }
    }

    private void settle() {
        await("all replicas are level", () -> {
            for (int i = 0; i < WiredNode.PARTITIONS; i++) {
                long end = node(state.get(i).leaderId()).end(i);
                for (WiredNode node : nodes) {
                    if (node.computer.isRunning() && (end < 0 || node.end(i) != end
                            || node.highWatermark(i) != end)) {
                        return false;
                    }
                }
            }
            return true;
        });
    }

    @Test
    void whatIsAppendedReachesAllReplicasAndIsAcknowledgedWithinMilliseconds() {
        settle();
        for (int i = 0; i < 20; i++) {
            int index = i % WiredNode.PARTITIONS;
            long fromNs = scheduler.nowNs();
            AwaitedAck receipt = append(index);
            await("acknowledged", receipt::isAcked);
            assertThat(scheduler.nowNs() - fromNs).as("append " + i).isLessThan(20_000_000);
        }
        settle();
    }

    @Test
    void aFollowerHearsOfTheHighWatermarkLongBeforeItsWaitIsOver() {
        settle();
        await("acknowledged", append(0)::isAcked);
        long fromNs = scheduler.nowNs();
        await("known", () -> node(2).highWatermark(0) == 1 && node(3).highWatermark(0) == 1);
        assertThat(scheduler.nowNs() - fromNs).isLessThan(20_000_000);
    }

    @Test
    void aPartitionWhoseLeaderMovesIsFetchedFromThereAtOnce() {
        settle();
        await("acknowledged", append(0)::isAcked);
        // Its puller for node 2 has partitions already, and waits there.
        scheduler.runForMs(100);
        elect(0, 2, 2, 3, 1);
        long fromNs = scheduler.nowNs();
        AwaitedAck[] receipt = {append(0)};
        await("acknowledged by the new leader", () -> {
            if (receipt[0].error() != null && !receipt[0].isAcked()) {
                receipt[0] = append(0);
            }
            return receipt[0].isAcked();
        });
        assertThat(scheduler.nowNs() - fromNs).isLessThan(150_000_000);
        settle();
    }

    @Test
    void aFollowerThatIsCutOffCatchesUpByItself() {
        settle();
        net.cut("n1", "n3");
        for (int i = 0; i < 5; i++) {
            append(0);
        }
        scheduler.runForMs(5_000);
        assertThat(node(1).highWatermark(0)).as("one in sync is missing").isZero();
        net.heal();
        settle();
        assertThat(node(3).end(0)).isEqualTo(5);
    }

    @Test
    void aLeaderThatIsKilledIsFollowedAgainWhenItIsBack() throws IOException {
        await("acknowledged", append(0)::isAcked);
        settle();
        node(1).computer.kill();
        elect(0, 2, 2, 3);
        elect(2, 3, 2, 3);
        await("acknowledged", append(0)::isAcked);
        node(1).start(state);
        settle();
        assertThat(node(1).end(0)).isEqualTo(2);
        elect(0, 1, 1, 2, 3);
        scheduler.runForMs(50);
        await("acknowledged", append(0)::isAcked);
        settle();
    }

    @Test
    void aPartitionThatIsForgottenIsFetchedNoMoreAndTheOthersAre() {
        settle();
        node(3).drop(0);
        scheduler.runForMs(100);
        append(0);
        append(2);
        scheduler.runForMs(1_000);
        assertThat(node(3).end(0)).isZero();
        assertThat(node(3).end(2)).isEqualTo(1);
    }

    /// The fetch that is sent behind another one is answered from where the follower was then, if
    /// the leader's session had not heard of the next position yet: the same records once more.
    @Test
    void recordsThatComeAgainWithALaterAnswerAreNotTakenForDamage() {
        settle();
        node(3).drop(0);
        node(3).drop(2);
        scheduler.runForMs(1_000);
        node(3).follow(0);
        scheduler.runForMs(1_000);
        net.link("n1", "n3").delay(20_000_000, 21_000_000);
        net.link("n3", "n1").delay(20_000_000, 21_000_000);
        scheduler.runForMs(1_000);
        long before = Marks.count("answer to a replica's fetch is about an earlier question");
        append(0);
        scheduler.runForMs(10);
        node(3).follow(2);
        scheduler.runForMs(200);
        assertThat(node(3).damage(0)).isNull();
        assertThat(Marks.count("answer to a replica's fetch is about an earlier question"))
                .isGreaterThan(before);
        settle();
    }

    /// A node that is fetched from and answers what it is told.
    private List<Request> silentLeader(int id) {
        SimHost host = net.host("n" + id);
        var computer = new SimComputer(scheduler, new Prng(6), 1);
        computer.plugInto(host);
        computer.boot();
        host.boot();
        var router = new Router();
        router.serve(ApiKeys.API_VERSIONS, new ApiVersionsHandler(router,
                () -> MetadataImage.EMPTY, "cluster", id));
        List<Request> fetches = new ArrayList<>();
        router.serve(ApiKeys.FETCH,
                (Request request, FetchRequestData asked) -> fetches.add(request));
        host.listen(WiredNode.addressOf(id).port(), "PLAINTEXT", computer.loops(),
                connection -> router.connect(connection, Trace.SILENT, fetches.size() + 1));
        return fetches;
    }

    private static void answer(Request fetch, FetchResponseData answer) {
        fetch.loop().execute(() -> fetch.reply(answer));
    }

    /// The leader has forgotten the session, and says so to the first of two fetches; the
    /// connection that the second was sent on breaks.
    @Test
    void aFetchOfASessionThatIsOverAndFailsIsNotTheLastOne() {
        settle();
        List<Request> fetches = silentLeader(4);
        var there = new Leadership(0, 4, 1, 1, List.of(3, 4), List.of(3, 4));
        node(3).tell(0, there);
        await("a session begins", () -> fetches.size() == 1);
        answer(fetches.get(0), new FetchResponseData().setSessionId(7));
        await("the first of two", () -> fetches.size() == 2);
        node(3).tell(2, there);
        await("the second of two", () -> fetches.size() == 3);
        answer(fetches.get(1), new FetchResponseData()
                .setErrorCode(Errors.FETCH_SESSION_ID_NOT_FOUND.code()));
        scheduler.runForMs(10);
        assertThat(fetches).hasSize(3);
        net.reset("n3", "n4");

        await("it is asked again", () -> fetches.size() == 4);
    }

    /// Both share their fetches.
    @Test
    void aReplicaWithMuchToCatchUpWithDoesNotHoldUpTheOneBesideIt() {
        settle();
        node(3).drop(0);
        for (int i = 0; i < 120; i++) {
            append(0, 100_000);
            scheduler.runForMs(5);
        }
        scheduler.runForMs(1_000);
        net.link("n1", "n3").clog(1_000);
        node(3).follow(0);
        scheduler.runForMs(4_000);
        for (int i = 0; i < 10; i++) {
            long fromNs = scheduler.nowNs();
            await("acknowledged", append(2)::isAcked);
            assertThat(node(3).end(0)).as("still behind").isLessThan(120);
            assertThat((scheduler.nowNs() - fromNs) / 1_000_000).as("ms").isLessThan(700);
        }
        settle();
    }
}
