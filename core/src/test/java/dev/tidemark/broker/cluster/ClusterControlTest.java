package dev.tidemark.broker.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.base.Prng;
import dev.tidemark.base.Trace;
import dev.tidemark.broker.Request;
import dev.tidemark.broker.Router;
import dev.tidemark.control.BrokerCommand.ContactLost;
import dev.tidemark.control.BrokerCommand.Heartbeat;
import dev.tidemark.control.BrokerCommand.UnregisterBroker;
import dev.tidemark.control.BrokerCommand.Wish;
import dev.tidemark.control.BrokerImage;
import dev.tidemark.control.ControlCommand;
import dev.tidemark.control.ControlReply;
import dev.tidemark.control.ControlReply.CatchUp;
import dev.tidemark.control.ControlReply.Goodbye;
import dev.tidemark.control.ControlReply.Heard;
import dev.tidemark.control.ControlReply.Refused;
import dev.tidemark.io.Loop;
import dev.tidemark.io.sim.SimNet;
import dev.tidemark.io.sim.SimScheduler;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.message.ApiMessageType.ListenerType;
import org.apache.kafka.common.message.ApiVersionsRequestData;
import org.apache.kafka.common.message.ApiVersionsResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.Test;

/// Node 1 asks; node 2 may control, and so may node 1.
class ClusterControlTest {
    private static final Heartbeat BEAT = new Heartbeat(1, 50, 7, Wish.SERVE);

    private final SimScheduler scheduler = new SimScheduler(new Prng(41));
    private final SimNet world = new SimNet(scheduler, new Prng(42));
    private final Loop home = scheduler.loop(0, scheduler.clock(0));
    private final Loop other = scheduler.loop(1, scheduler.clock(0));
    private final Loop far = scheduler.loop(0, scheduler.clock(0));
    private final ScriptedControl near = new ScriptedControl(other, this::heard);
    private final ScriptedControl remote = new ScriptedControl(far, this::heard);
    private final List<ControlReply> replies = new ArrayList<>();
    private final ClusterControl control = control();
    private int active = Controllers.NOBODY;

    private ClusterControl control() {
        var router = new Router(ListenerType.CONTROLLER);
        var contacts = new BrokerContacts(remote);
        router.onConnectionClosed(contacts::closed);
        router.serve(ApiKeys.API_VERSIONS, (Request request, ApiVersionsRequestData body) ->
                        request.reply(new ApiVersionsResponseData()
                                .setApiKeys(router.advertised())))
                .serve(ApiKeys.BROKER_HEARTBEAT, new BrokerHeartbeatHandler(remote, contacts));
        world.host("n2").listen(9093, "CONTROLLER", List.of(far),
                connection -> router.connect(connection, Trace.SILENT, 1));
        var channel = new ControllerChannel(world.host("n1"), home,
                Map.of(2, new ControllerChannel.Address("n2", 9093))::get, "node-1", Trace.SILENT);
        return new ClusterControl(1, near, () -> active, channel,
                new RemoteCommands("the-cluster", () -> 50), List.of(home, other));
    }

    private ControlReply heard(ControlCommand command) {
        return new Heard(new BrokerImage(1, 50, List.of(), null, BrokerImage.Standing.ACTIVE,
                BrokerImage.Identity.ALONE, List.of()), CatchUp.CAUGHT_UP, Goodbye.NOT_YET);
    }

    private void ask(ControlCommand command) {
        other.execute(() -> control.submit(command, reply -> {
            assertThat(other.inLoop()).isTrue();
            replies.add(reply);
        }));
        scheduler.runForMs(100);
    }

    private void expectNotController() {
        assertThat(replies).singleElement().isInstanceOfSatisfying(Refused.class, refused ->
                assertThat(refused.error().code()).isEqualTo(Errors.NOT_CONTROLLER));
    }

    @Test
    void aNodeThatControlsIsAskedInsideOfItsProcess() {
        active = 1;
        ask(BEAT);
        assertThat(near.asked).containsExactly(BEAT);
        assertThat(replies).hasSize(1);
        assertThat(world.host("n1").connectionCount()).isZero();
    }

    @Test
    void anotherNodeIsAskedByItsRequest() {
        active = 2;
        ask(BEAT);
        assertThat(remote.asked).containsExactly(BEAT);
        assertThat(replies).singleElement().isInstanceOf(Heard.class);
    }

    @Test
    void whileNobodyIsKnownToControlNothingIsDecided() {
        ask(BEAT);
        expectNotController();
    }

    @Test
    void whatHasNoRequestIsNotDecidedElsewhere() {
        active = 2;
        ask(new UnregisterBroker(3));
        expectNotController();
        assertThat(remote.asked).isEmpty();
    }

    @Test
    void aControllerThatIsGoneDecidesNothing() {
        active = 2;
        world.host("n2").kill();
        ask(BEAT);
        expectNotController();
    }

    @Test
    void aBrokerWhoseConnectionBreaksIsDoubtedAtOnce() {
        active = 2;
        ask(BEAT);
        world.reset("n1", "n2");
        scheduler.runForMs(100);
        assertThat(remote.asked).containsExactly(BEAT, new ContactLost(1, 50));
    }
}
