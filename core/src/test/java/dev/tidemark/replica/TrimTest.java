package dev.tidemark.replica;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What three replicas owe to whoever deletes records, and to whoever writes to too few of them.
class TrimTest {
    private ReplicaRig rig;

    @BeforeEach
    void start() throws IOException {
        rig = new ReplicaRig(1);
        for (int i = 0; i < 5; i++) {
            Receipt receipt = Receipt.of("r" + i).sendTo(rig.leader());
            rig.await("acknowledged", receipt::isAcked);
        }
        rig.settle();
    }

    private Receipt delete(long offset) {
        var deleted = Receipt.of("deletion");
        rig.leader().loop().execute(
                () -> rig.leader().partition().deleteRecords(offset, deleted, 0));
        return deleted;
    }

    private long startAt(int id) {
        return rig.node(id).partition().view().logStartOffset();
    }

    @Test
    void aDeletionIsToldWhenNoReplicaInSyncCanBringTheRecordsBack() throws IOException {
        rig.node(3).cutOff = true;
        Receipt deleted = delete(3);
        rig.runForMs(2_000);
        assertThat(deleted.error).as("one in sync has not heard of it").isNull();
        assertThat(startAt(2)).isEqualTo(3);
        rig.node(3).cutOff = false;
        rig.await("deleted", deleted::isAcked);
        for (ReplicaNode node : rig.nodes) {
            node.losePower();
        }
        for (ReplicaNode node : rig.nodes) {
            node.start();
        }
        rig.elect(3, 1, 2, 3);
        rig.settle();
        assertThat(List.of(startAt(1), startAt(2), startAt(3))).containsOnly(3L);
        assertThat(delete(2)).satisfies(again -> rig.await("told again", again::isAcked));
    }

    @Test
    void aReplicaThatIsNotInSyncIsNotWaitedFor() {
        rig.node(3).cutOff = true;
        Receipt deleted = delete(3);
        rig.runForMs(100);
        assertThat(deleted.error).isNull();
        rig.fence(3);
        rig.await("deleted", deleted::isAcked);
    }

    @Test
    void whoWaitsForADeletionIsToldOfANewLeader() {
        rig.node(3).cutOff = true;
        Receipt deleted = delete(3);
        rig.runForMs(100);
        rig.elect(2, 1, 2, 3);
        rig.await("told", () -> deleted.error == Errors.NOT_LEADER_OR_FOLLOWER);
    }

    /// Nobody can have more replicas in sync than there are.
    @Test
    void moreInSyncThanThereAreReplicasIsNotAskedFor() {
        rig.minInsyncReplicas = 5;
        rig.nodes.forEach(node -> node.loop().execute(
                () -> node.partition().configure(node.settings())));
        rig.runForMs(10);
        Receipt receipt = Receipt.of("more").sendTo(rig.leader());
        rig.await("acknowledged", receipt::isAcked);
    }
}
