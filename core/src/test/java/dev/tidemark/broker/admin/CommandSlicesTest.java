package dev.tidemark.broker.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.base.Limits;
import dev.tidemark.control.ControlCommand;
import dev.tidemark.control.ControlError;
import dev.tidemark.control.ControlReply;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.kafka.common.message.CreateTopicsRequestData;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopic;
import org.apache.kafka.common.message.CreateTopicsResponseData;
import org.apache.kafka.common.message.DeleteTopicsRequestData;
import org.apache.kafka.common.message.DeleteTopicsResponseData;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.Test;

/// Requests about many things: the controller's loop decides some at a time.
final class CommandSlicesTest {
    private static final int MANY = 2 * Limits.ELEMENTS_PER_TURN + 10;

    private final AdminWorld world = new AdminWorld();

    private static List<String> names() {
        return IntStream.range(0, MANY).mapToObj(i -> "t" + i).toList();
    }

    private DeleteTopicsResponseData delete() {
        return world.ask(new DeleteTopicsRequestData().setTimeoutMs(10_000)
                .setTopicNames(names()), 5);
    }

    @Test
    void manyTopicsAreCreatedAndDeletedSomeAtATime() {
        var creation = new CreateTopicsRequestData().setTimeoutMs(10_000);
        names().forEach(name -> creation.topics().mustAdd(new CreatableTopic().setName(name)
                .setNumPartitions(1).setReplicationFactor((short) 1)));
        CreateTopicsResponseData created = world.ask(creation);

        assertThat(created.topics()).hasSize(MANY)
                .allMatch(topic -> topic.errorCode() == Errors.NONE.code());
        assertThat(world.submitted).hasSize(3).allMatch(command ->
                ((ControlCommand.CreateTopics) command).topics().size()
                        <= Limits.ELEMENTS_PER_TURN);
        assertThat(world.control.image().topic("t" + (MANY - 1))).isNotNull();

        world.submitted.clear();
        assertThat(delete().responses()).hasSize(MANY)
                .allMatch(topic -> topic.errorCode() == Errors.NONE.code());
        assertThat(world.submitted).hasSize(3).allMatch(command ->
                ((ControlCommand.DeleteTopics) command).topics().size()
                        <= Limits.ELEMENTS_PER_TURN);
        assertThat(world.control.image().topic("t" + (MANY - 1))).isNull();
    }

    @Test
    void partsOfOneRequestHaveTokensOfTheirOwnAndARepeatHasThemAgain() {
        var topics = names().stream().map(ControlCommand.NewTopic::withDefaults).toList();
        var command = new ControlCommand.CreateTopics(topics, ControlCommand.Effect.COMMIT,
                new ControlCommand.Origin(77, true));

        List<ControlCommand.Origin> origins = origins(command);

        assertThat(origins).hasSize(3).doesNotHaveDuplicates()
                .allMatch(ControlCommand.Origin::mayBeDone);
        assertThat(origins(command)).isEqualTo(origins);
    }

    private static List<ControlCommand.Origin> origins(ControlCommand.CreateTopics command) {
        var slices = new CommandSlices(command);
        List<ControlCommand.Origin> origins = new ArrayList<>();
        for (var next = slices.next(); next != null; next = slices.next()) {
            origins.add(((ControlCommand.CreateTopics) next).origin());
            slices.answered(new ControlReply.Topics(List.of()));
        }
        return origins;
    }

    @Test
    void afterOneThatIsRefusedAsAWholeNothingMoreIsAsked() {
        world.refusal = new ControlReply.Refused(ControlError.of(Errors.NOT_CONTROLLER));

        assertThat(delete().responses()).hasSize(MANY)
                .allMatch(topic -> topic.errorCode() == Errors.NOT_CONTROLLER.code());
        assertThat(world.submitted).hasSize(1);
    }

    @Test
    void nothingMoreIsAskedOnceTheClientsTimeIsUp() {
        world.controllerIsSilent = true;

        assertThat(delete().responses()).hasSize(MANY)
                .allMatch(topic -> topic.errorCode() == Errors.REQUEST_TIMED_OUT.code());
        assertThat(world.submitted).hasSize(1);
    }
}
