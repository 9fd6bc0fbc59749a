package dev.tidemark.broker.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.broker.Handler;
import dev.tidemark.broker.HandlerStage;
import dev.tidemark.control.BrokerCommand.Damaged;
import dev.tidemark.control.BrokerCommand.Heartbeat;
import dev.tidemark.control.BrokerCommand.RegisterBroker;
import dev.tidemark.control.BrokerCommand.UnregisterBroker;
import dev.tidemark.control.BrokerCommand.Wish;
import dev.tidemark.control.BrokerImage;
import dev.tidemark.control.BrokerImage.Endpoint;
import dev.tidemark.control.BrokerImage.Identity;
import dev.tidemark.control.ControlCommand;
import dev.tidemark.control.ControlCommand.AllocateProducerIds;
import dev.tidemark.control.ControlError;
import dev.tidemark.control.ControlReply;
import dev.tidemark.control.ControlReply.Altered;
import dev.tidemark.control.ControlReply.CatchUp;
import dev.tidemark.control.ControlReply.Goodbye;
import dev.tidemark.control.ControlReply.Heard;
import dev.tidemark.control.ControlReply.PartitionResult;
import dev.tidemark.control.ControlReply.ProducerIdBlock;
import dev.tidemark.control.ControlReply.Refused;
import dev.tidemark.control.ControlReply.Registered;
import dev.tidemark.control.Features;
import dev.tidemark.control.PartitionCommand.AlterPartition;
import dev.tidemark.control.PartitionCommand.InSync;
import dev.tidemark.control.PartitionCommand.IsrProposal;
import dev.tidemark.control.PartitionImage;
import dev.tidemark.control.PartitionImage.Recovery;
import java.util.List;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.Test;

/// Each command as a broker sends it and as the controller takes it, through the bytes of the
/// newest version, and the answer the same way back.
class RemoteCommandsTest {
    private static final Uuid TOPIC = new Uuid(1, 2);
    private static final RegisterBroker REGISTRATION = new RegisterBroker(3,
            new Identity(new Uuid(4, 5), List.of(new Uuid(6, 7))),
            List.of(new Endpoint("INSIDE", "a", 9095, (short) 0),
                    new Endpoint("OUTSIDE", "b", 9092, (short) 0)),
            "rack-1", Features.SUPPORTED, 77);

    private final HandlerStage stage = new HandlerStage(1);
    private final ScriptedControl controller = new ScriptedControl(stage.loops().getFirst(),
            command -> ScriptedControl.refused(Errors.NOT_CONTROLLER));
    private final BrokerContacts contacts = new BrokerContacts(controller);
    private final RemoteCommands commands = new RemoteCommands("the-cluster", () -> 42);

    private <Q extends ApiMessage> ControlReply ask(Handler<Q> handler, ControlCommand command,
            ControlReply reply) {
        controller.answers = asked -> reply;
        RemoteCommands.Call call = commands.call(command);
        short version = call.api().latestVersion();
        @SuppressWarnings("unchecked")
        Q question = (Q) call.body().in(version);
        return call.reply().of(stage.ask(handler, call.api(), version, question));
    }

    @Test
    void aRegistrationArrivesAsItWasMeant() {
        var handler = new BrokerRegistrationHandler("the-cluster", controller, contacts);
        assertThat(ask(handler, REGISTRATION, new Registered(99))).isEqualTo(new Registered(99));
        assertThat(controller.<RegisterBroker>last()).isEqualTo(REGISTRATION);
        assertThat(ask(handler, REGISTRATION, ScriptedControl.refused(
                Errors.DUPLICATE_BROKER_REGISTRATION))).isInstanceOfSatisfying(Refused.class,
                refused -> assertThat(refused.error().code())
                        .isEqualTo(Errors.DUPLICATE_BROKER_REGISTRATION));
    }

    @Test
    void aBrokerOfAnotherClusterIsNotRegistered() {
        var handler = new BrokerRegistrationHandler("another", controller, contacts);
        assertThat(ask(handler, REGISTRATION, new Registered(99)))
                .isInstanceOfSatisfying(Refused.class, refused -> assertThat(
                        refused.error().code()).isEqualTo(Errors.INCONSISTENT_CLUSTER_ID));
        assertThat(controller.asked).isEmpty();
    }

    @Test
    void aHeartbeatArrivesAsItWasMeant() {
        var handler = new BrokerHeartbeatHandler(controller, contacts);
        for (Wish wish : Wish.values()) {
            var heartbeat = new Heartbeat(3, 99, 1234, wish, List.of(
                    new Damaged(new Uuid(1, 2), 7, 5), new Damaged(new Uuid(3, 4), 0, 0)));
            var answer = (Heard) ask(handler, heartbeat, heard(BrokerImage.Standing.FENCED,
                    CatchUp.CAUGHT_UP, Goodbye.NOT_YET));
            assertThat(controller.<Heartbeat>last()).isEqualTo(heartbeat);
            assertThat(answer.isFenced()).isTrue();
            assertThat(answer.isCaughtUp()).isTrue();
            assertThat(answer.shouldShutDown()).isFalse();
        }
        var last = (Heard) ask(handler, new Heartbeat(3, 99, 1, Wish.SHUT_DOWN),
                heard(BrokerImage.Standing.SHUTTING_DOWN, CatchUp.BEHIND, Goodbye.NOW));
        assertThat(last.isFenced()).isFalse();
        assertThat(last.isCaughtUp()).isFalse();
        assertThat(last.shouldShutDown()).isTrue();
    }

    private static Heard heard(BrokerImage.Standing standing, CatchUp catchUp, Goodbye goodbye) {
        return new Heard(new BrokerImage(3, 99, List.of(), null, standing, Identity.ALONE,
                List.of()), catchUp, goodbye);
    }

    @Test
    void whoIsInSyncArrivesAndIsAnsweredInOrder() {
        var command = new AlterPartition(3, 99, List.of(
                proposal(TOPIC, 1, Recovery.RECOVERED),
                proposal(new Uuid(8, 9), 0, Recovery.RECOVERED),
                proposal(TOPIC, 0, Recovery.RECOVERING)));
        var state = new PartitionImage(List.of(3, 4), List.of(3, 4), List.of(), 3, 7, 13);
        var altered = new Altered(List.of(
                new PartitionResult(TOPIC, 1, ControlError.NONE, state),
                new PartitionResult(new Uuid(8, 9), 0,
                        ControlError.of(Errors.INVALID_UPDATE_VERSION), null),
                new PartitionResult(TOPIC, 0, ControlError.NONE, state)));
        var answer = (Altered) ask(new AlterPartitionHandler(controller), command, altered);
        assertThat(controller.<AlterPartition>last().proposals())
                .containsExactlyInAnyOrderElementsOf(command.proposals());
        assertThat(answer.results()).isEqualTo(altered.results());
    }

    private static IsrProposal proposal(Uuid topic, int partition, Recovery recovery) {
        return new IsrProposal(topic, partition, 7, 12,
                List.of(new InSync(3, 99), new InSync(4, 101)), recovery);
    }

    @Test
    void producerIdsAreAskedForUnderTheBrokersEpoch() {
        var answer = ask(new AllocateProducerIdsHandler(controller), new AllocateProducerIds(3),
                new ProducerIdBlock(1000, 2000));
        assertThat(controller.<AllocateProducerIds>last())
                .isEqualTo(new AllocateProducerIds(3, 42));
        assertThat(answer).isEqualTo(new ProducerIdBlock(1000, 2000));
    }

    @Test
    void whatHasNoRequestOfItsOwnIsNotSent() {
        assertThat(commands.call(new UnregisterBroker(1))).isNull();
    }
}
