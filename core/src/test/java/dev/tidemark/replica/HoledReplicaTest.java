package dev.tidemark.replica;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.base.Marks;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A replica of which a crash has taken records from the middle, and left those behind them.
final class HoledReplicaTest {
    private static final int SOUND = 3;
    private static final int LOST_END = 5;
    private static final int END = 8;

    private ReplicaRig rig;

    @BeforeEach
    void open() throws IOException {
        rig = new ReplicaRig(11);
    }

    /// The node lacks what lies between [#SOUND] and [#LOST_END]; it is not running.
    private ReplicaNode holed(int id) throws IOException {
        produce(LOST_END);
        ReplicaNode node = rig.node(id);
        ByteBuffer below = node.bytesBelow(SOUND);
        node.stop();
        node.start();
        rig.await("opened", () -> node.end() == LOST_END);
        produce(END - LOST_END);
        node.kill();
        node.keepOnly(below);
        return node;
    }

    private void produce(int records) {
        for (int i = 0; i < records; i++) {
            rig.acked("record");
        }
        rig.settle();
    }

    private void awaitMended(ReplicaNode node) throws IOException {
        rig.await("in sync again", () -> rig.state.isr().size() == 3);
        rig.settle();
        assertThat(node.bytesBelow(END)).isEqualTo(rig.leader().bytesBelow(END));
        assertThat(Marks.count("log is cut below what it had lost")).isPositive();
    }

    @Test
    void aFollowerIsCutBackToWhereItsHoleBegins() throws IOException {
        ReplicaNode node = holed(3);
        rig.fence(3);
        node.start();

        assertThat(node.dir().damages()).containsExactly("partition=orders-0 lost offsets=[3,5)");
        awaitMended(node);
        node.kill();
        node.start();
        rig.await("opened", () -> node.end() == END);
        assertThat(rig.state.isr()).as("nothing is remembered").hasSize(3);
    }

    /// Nobody has heard yet that it is back, and that it lacks something.
    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void oneThatIsTakenForWholeSaysThatItIsNot(int leader) throws IOException {
        ReplicaNode node = holed(3);
        rig.elect(leader, leader, leader == 1 ? 3 : 1, 2);
        node.start();
        node.loop().execute(() -> node.partition().open());

        rig.await("doubted", () -> !rig.state.isr().contains(3));
        assertThat(rig.state.leaderId()).isNotEqualTo(3);
        awaitMended(node);
    }

    @Test
    void aHoleIsRememberedOverASecondCrash() throws IOException {
        ReplicaNode node = holed(3);
        rig.fence(3);
        node.start();
        node.kill();
        node.start();

        assertThat(node.dir().damages()).as("the journal has been given up").isEmpty();
        assertThat(node.dir().isDamageUntold()).isTrue();
        awaitMended(node);
    }

    @Test
    void asLongAsItHasAHoleAFollowerTellsNothingAndTakesNothing() throws IOException {
        ReplicaNode node = holed(3);
        rig.fence(3);
        node.cutOff = true;
        node.start();
        rig.await("opened", () -> node.end() == END);
        boolean[] silent = new boolean[1];
        node.loop().execute(() -> silent[0] = node.partition().follower().isCutting());
        rig.runForMs(5);

        assertThat(Marks.count("log with a hole is opened")).isPositive();
        assertThat(silent).containsExactly(true);
        assertThat(node.end()).isEqualTo(END);
    }

    @Test
    void whoIsLeftAloneServesWhatItHas() throws IOException {
        ReplicaNode node = holed(3);
        rig.minInsyncReplicas = 1;
        rig.node(1).wipe();
        rig.node(2).wipe();
        rig.elect(3, 3);
        node.start();
        Receipt more = rig.acked("more");

        assertThat(more.offset).isEqualTo(END);
        assertThat(node.partition().offline()).isEqualTo(Errors.NONE);
        assertThat(node.bytesBelow(END).remaining()).isPositive();
        assertThat(rig.state.isr()).isEqualTo(List.of(3));
    }

    @Test
    void whoCopiesFromOneThatWasLeftAloneHasAllThatIsLeft() throws IOException {
        ReplicaNode node = holed(3);
        rig.elect(3, 3);
        rig.node(2).wipe();
        node.start();
        rig.node(2).start();
        rig.await("in sync", () -> rig.state.isr().size() == 3);
        rig.settle();

        assertThat(rig.node(2).bytesBelow(END)).isEqualTo(node.bytesBelow(END));
    }
}
