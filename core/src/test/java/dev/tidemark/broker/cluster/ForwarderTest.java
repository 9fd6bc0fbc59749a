package dev.tidemark.broker.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.base.Marks;
import dev.tidemark.base.Prng;
import dev.tidemark.base.Trace;
import dev.tidemark.broker.Handler;
import dev.tidemark.broker.Request;
import dev.tidemark.broker.Router;
import dev.tidemark.control.ControlCommand;
import dev.tidemark.control.ControlEvent;
import dev.tidemark.control.MetadataImage;
import dev.tidemark.control.MetadataReplay;
import dev.tidemark.io.Loop;
import dev.tidemark.io.sim.SimConnection;
import dev.tidemark.io.sim.SimNet;
import dev.tidemark.io.sim.SimScheduler;
import dev.tidemark.node.sim.WireClient;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.ApiMessageType.ListenerType;
import org.apache.kafka.common.message.ApiVersionsRequestData;
import org.apache.kafka.common.message.ApiVersionsResponseData;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopic;
import org.apache.kafka.common.message.CreateTopicsRequestData;
import org.apache.kafka.common.message.CreateTopicsResponseData.CreatableTopicResult;
import org.apache.kafka.common.message.CreateTopicsResponseData;
import org.apache.kafka.common.message.DeleteTopicsRequestData.DeleteTopicState;
import org.apache.kafka.common.message.DeleteTopicsRequestData;
import org.apache.kafka.common.message.DeleteTopicsResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.Test;

/// A client of broker 1; nodes 2 and 3 may control, and so may the broker itself.
class ForwarderTest {
    private final SimScheduler scheduler = new SimScheduler(new Prng(31));
    private final SimNet world = new SimNet(scheduler, new Prng(32));
    private final Loop loop = scheduler.loop(0, scheduler.clock(0));
    private final Map<Integer, Integer> served = new HashMap<>();
    private final Router broker = new Router();
    private final WireClient client;
    private int active = Controllers.NOBODY;
    private int believed = Controllers.NOBODY;
    private String clientHost;
    private MetadataImage image = MetadataImage.EMPTY;
    private final List<ControlCommand.Origin> deletions = new ArrayList<>();

    ForwarderTest() {
        Map<Integer, ControllerChannel.Address> addresses = new HashMap<>();
        for (int id : List.of(2, 3)) {
            listen(id);
            addresses.put(id, new ControllerChannel.Address("n" + id, 9093));
        }
        var channel = new ControllerChannel(world.host("n1"), loop, addresses::get, "node-1",
                Trace.SILENT);
        var forwarder = new Forwarder(1, () -> believed, channel,
                () -> image, 1);
        broker.serve(ApiKeys.CREATE_TOPICS, forwarder.forward(creation(1)))
                .serve(ApiKeys.DELETE_TOPICS, forwarder.forward(deletion()));
        var made = new SimConnection[1];
        loop.execute(() -> made[0] = new SimConnection(loop,
                connection -> broker.connect(connection, Trace.SILENT, 1)));
        await(() -> made[0] != null);
        client = new WireClient(made[0]);
    }

    private void listen(int id) {
        var router = new Router(ListenerType.CONTROLLER);
        router.serve(ApiKeys.API_VERSIONS, (Request request, ApiVersionsRequestData body) ->
                        request.reply(new ApiVersionsResponseData()
                                .setApiKeys(router.advertised())))
                .serve(ApiKeys.CREATE_TOPICS, creation(id))
                .serve(ApiKeys.DELETE_TOPICS, deletion())
                .serve(ApiKeys.ENVELOPE, new EnvelopeHandler(id, router, () -> active));
        Loop home = scheduler.loop(0, scheduler.clock(0));
        world.host("n" + id).listen(9093, "CONTROLLER", List.of(home),
                connection -> router.connect(connection, Trace.SILENT, id));
    }

    private Handler<CreateTopicsRequestData> creation(int id) {
        return (request, body) -> {
            served.merge(id, 1, Integer::sum);
            clientHost = request.clientHost();
            var response = new CreateTopicsResponseData();
            body.topics().forEach(topic -> response.topics().add(new CreatableTopicResult()
                    .setName(topic.name()).setNumPartitions(id)
                    .setErrorCode(answer(topic.name()).code())));
            request.reply(response);
        };
    }

    private Handler<DeleteTopicsRequestData> deletion() {
        return (request, body) -> {
            deletions.add(request.origin());
            request.reply(new DeleteTopicsResponseData());
        };
    }

    private void know(Uuid id) {
        image = MetadataReplay.apply(MetadataImage.EMPTY, 0,
                new ControlEvent.TopicCreated(id, "a", List.of(List.of(1)))).after();
    }

    private void delete() {
        client.send(ApiKeys.DELETE_TOPICS, 6, new DeleteTopicsRequestData().setTopics(
                List.of(new DeleteTopicState().setName("a"))));
    }

    private static Errors answer(String topic) {
        return topic.equals("exists") ? Errors.TOPIC_ALREADY_EXISTS : Errors.NONE;
    }

    private void await(BooleanSupplier condition) {
        assertThat(scheduler.runUntil(condition, 1_000_000)).isTrue();
    }

    private CreatableTopicResult create(String name) {
        ApiMessage[] answer = {null};
        send(name);
        await(() -> answer[0] != null || (answer[0] = client.receive()) != null);
        return ((CreateTopicsResponseData) answer[0]).topics().iterator().next();
    }

    private void send(String name) {
        var request = new CreateTopicsRequestData();
        request.topics().add(new CreatableTopic().setName(name).setNumPartitions(1)
                .setReplicationFactor((short) 1));
        client.send(ApiKeys.CREATE_TOPICS, ApiKeys.CREATE_TOPICS.latestVersion(), request);
    }

    private void control(int id) {
        active = id;
        believed = id;
    }

    @Test
    void theControllerServesWhatABrokerIsAskedAndTheClientHearsIt() {
        control(2);
        assertThat(create("a").numPartitions()).isEqualTo(2);
        assertThat(create("exists").errorCode())
                .isEqualTo(Errors.TOPIC_ALREADY_EXISTS.code());
        assertThat(served).containsOnly(Map.entry(2, 2));
        assertThat(clientHost).isEqualTo("127.0.0.1");
    }

    @Test
    void aRepeatSaysThatItIsOne() {
        know(new Uuid(1, 1));
        active = 3;
        believed = 2;
        delete();
        scheduler.runForMs(1_000);
        believed = 3;
        scheduler.runForMs(1_000);
        assertThat(client.receive()).isNotNull();
        assertThat(deletions).singleElement().satisfies(origin ->
                assertThat(origin.mayBeDone()).isTrue());
        delete();
        scheduler.runForMs(1_000);
        assertThat(deletions.getLast().mayBeDone()).isFalse();
        assertThat(deletions.getLast().token()).isNotEqualTo(deletions.getFirst().token());
    }

    @Test
    void aDeletionThatIsAskedAgainSparesTheTopicsSuccessor() {
        know(new Uuid(1, 1));
        active = 3;
        believed = 2;
        delete();
        scheduler.runForMs(1_000);
        know(new Uuid(1, 2));
        believed = 3;
        scheduler.runForMs(1_000);
        var answer = (DeleteTopicsResponseData) client.receive();
        assertThat(answer.responses().iterator().next().errorCode())
                .isEqualTo(Errors.REQUEST_TIMED_OUT.code());
        assertThat(deletions).isEmpty();
        assertThat(Marks.count("a deletion is not asked again, for another topic has the name"))
                .isPositive();
    }

    @Test
    void aBrokerThatControlsServesItself() {
        control(1);
        assertThat(create("a").numPartitions()).isEqualTo(1);
        assertThat(world.host("n2").connectionCount()).isZero();
    }

    @Test
    void aRequestWaitsForAControllerAndFollowsIt() {
        send("a");
        scheduler.runForMs(1_000);
        active = 3;
        believed = 2;
        scheduler.runForMs(1_000);
        assertThat(client.receive()).as("node 2 says that it does not control").isNull();
        believed = 3;
        scheduler.runForMs(1_000);
        assertThat(client.receive()).isNotNull();
        assertThat(served).containsOnly(Map.entry(3, 1));
    }

    @Test
    void aControllerThatDiesIsFollowedByTheNext() {
        control(2);
        create("a");
        world.link("n1", "n2").cut();
        send("b");
        scheduler.runForMs(500);
        world.host("n2").kill();
        world.reset("n1", "n2");
        control(3);
        scheduler.runForMs(1_000);
        assertThat(client.receive()).isNotNull();
        assertThat(served).containsEntry(3, 1);
    }

    @Test
    void aClientHearsThatItsTimeIsUp() {
        send("a");
        scheduler.runForMs(21_000);
        var answer = (CreateTopicsResponseData) client.receive();
        assertThat(answer.topics().iterator().next().errorCode())
                .isEqualTo(Errors.REQUEST_TIMED_OUT.code());
    }
}
