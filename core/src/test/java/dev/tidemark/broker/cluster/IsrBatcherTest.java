package dev.tidemark.broker.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.base.Prng;
import dev.tidemark.control.ControlCommand;
import dev.tidemark.control.ControlError;
import dev.tidemark.control.ControlReply;
import dev.tidemark.control.ControlReply.Altered;
import dev.tidemark.control.ControlReply.PartitionResult;
import dev.tidemark.control.PartitionCommand.AlterPartition;
import dev.tidemark.control.PartitionImage;
import dev.tidemark.io.Loop;
import dev.tidemark.io.sim.SimScheduler;
import dev.tidemark.replica.IsrPort;
import dev.tidemark.replica.IsrPort.Member;
import dev.tidemark.replica.IsrPort.Proposal;
import dev.tidemark.replica.PartitionId;
import java.util.List;
import java.util.TreeMap;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.Test;

class IsrBatcherTest {
    private static final int FENCED = 7;

    private final SimScheduler scheduler = new SimScheduler(new Prng(51));
    private final Loop loop = scheduler.loop(0, scheduler.clock(0));
    private final Loop home = scheduler.loop(1, scheduler.clock(0));
    private final ScriptedControl controller = new ScriptedControl(loop, this::decide);
    private final TreeMap<Integer, IsrPort.Answer> answers = new TreeMap<>();
    private final IsrBatcher batcher = new IsrBatcher(3, controller, loop, () -> 99,
            new DamagedReplicas());
    private boolean isThere = true;

    private ControlReply decide(ControlCommand command) {
        if (!isThere) {
            return ScriptedControl.refused(Errors.NOT_CONTROLLER);
        }
        return new Altered(((AlterPartition) command).proposals().stream().map(asked ->
                asked.partition() == FENCED
                        ? new PartitionResult(asked.topicId(), FENCED,
                                ControlError.of(Errors.FENCED_LEADER_EPOCH), null)
                        : new PartitionResult(asked.topicId(), asked.partition(),
                                ControlError.NONE, new PartitionImage(List.of(3, 4),
                                        List.of(3, 4), List.of(), 3, 5, 13))).toList());
    }

    private void propose(int partition) {
        var proposal = new Proposal(new PartitionId("t", new Uuid(1, 1), partition), 5, 12,
                List.of(new Member(3, -1), new Member(4, 88)));
        home.execute(() -> batcher.propose(proposal, home, answer -> {
            assertThat(home.inLoop()).isTrue();
            assertThat(answers.put(partition, answer)).as("answered once").isNull();
        }));
    }

    @Test
    void whatIsProposedWhileARequestIsUnderWayLeavesTogether() {
        controller.isHolding = true;
        propose(0);
        scheduler.runForMs(10);
        for (int i = 1; i < 100; i++) {
            propose(i);
        }
        scheduler.runForMs(10);
        assertThat(controller.asked).hasSize(1);
        controller.isHolding = false;
        loop.execute(controller.held.getFirst());
        scheduler.runForMs(10);
        assertThat(controller.asked).hasSize(2);
        AlterPartition second = controller.last();
        assertThat(second.proposals()).hasSize(99);
        assertThat(second.brokerEpoch()).isEqualTo(99);
        assertThat(answers).hasSize(100);
        assertThat(answers.get(1)).isEqualTo(
                new IsrPort.Answer(Errors.NONE, 5, 13, List.of(3, 4)));
        assertThat(answers.get(FENCED)).isEqualTo(
                IsrPort.Answer.refused(Errors.FENCED_LEADER_EPOCH));
    }

    @Test
    void asksUntilAControllerAnswers() {
        isThere = false;
        propose(0);
        scheduler.runForMs(1_000);
        assertThat(answers).isEmpty();
        assertThat(controller.asked.size()).isBetween(15, 22);
        propose(1);
        isThere = true;
        scheduler.runForMs(100);
        assertThat(answers).containsOnlyKeys(0, 1);
        int asked = controller.asked.size();
        scheduler.runForMs(1_000);
        assertThat(controller.asked).hasSize(asked);
    }
}
