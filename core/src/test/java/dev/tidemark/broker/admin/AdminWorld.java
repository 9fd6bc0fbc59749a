package dev.tidemark.broker.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.base.Prng;
import dev.tidemark.broker.Handler;
import dev.tidemark.broker.Request;
import dev.tidemark.broker.metadata.DescribeClusterHandler;
import dev.tidemark.broker.metadata.DescribeTopicPartitionsHandler;
import dev.tidemark.broker.metadata.FindCoordinatorHandler;
import dev.tidemark.broker.metadata.MetadataHandler;
import dev.tidemark.broker.metadata.TopicCreation;
import dev.tidemark.control.ControlCommand;
import dev.tidemark.control.ControlReply;
import dev.tidemark.control.decide.ControlWorld;
import dev.tidemark.io.Frame;
import dev.tidemark.io.Loop;
import dev.tidemark.io.sim.SimLoop;
import dev.tidemark.io.sim.SimScheduler;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.common.message.ApiMessageType;
import org.apache.kafka.common.message.RequestHeaderData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.MessageUtil;

/// Handlers over a control machine that answers a turn later. A request goes through the bytes of
/// its version on its way in, and the response on its way out.
public final class AdminWorld implements ControlPort {
    public final ControlWorld control;
    public final ClusterFacts facts;
    public final FixedLevels levels = new FixedLevels();
    public String listenerName = "PLAINTEXT";
    public ControlReply.Refused refusal;
    /// What the controller was asked, in order.
    public final List<ControlCommand> submitted = new ArrayList<>();
    public boolean controllerIsSilent;
    private final SimScheduler scheduler = new SimScheduler(new Prng(1));
    private final SimLoop loop = scheduler.loop(0, scheduler.clock(1_700_000_000_000L));
    private final Map<ApiKeys, Handler<?>> handlers = new EnumMap<>(ApiKeys.class);

    public AdminWorld(Map<String, String> file) {
        control = ControlWorld.oneNode(file);
        facts = new ClusterFacts(ControlWorld.NODE, "the-cluster", control.configs,
                control::image);
        var creation = new TopicCreation(facts, this);
        handlers.put(ApiKeys.CREATE_TOPICS, new CreateTopicsHandler(facts, this));
        handlers.put(ApiKeys.DELETE_TOPICS, new DeleteTopicsHandler(facts, this));
        handlers.put(ApiKeys.CREATE_PARTITIONS, new CreatePartitionsHandler(this));
        handlers.put(ApiKeys.DESCRIBE_CONFIGS, new DescribeConfigsHandler(facts, levels));
        handlers.put(ApiKeys.INCREMENTAL_ALTER_CONFIGS,
                new IncrementalAlterConfigsHandler(facts, this, levels));
        handlers.put(ApiKeys.ALTER_CONFIGS, new AlterConfigsHandler(facts, this));
        handlers.put(ApiKeys.LIST_CONFIG_RESOURCES, new ListConfigResourcesHandler(facts));
        restartProducerIds();
        handlers.put(ApiKeys.METADATA, new MetadataHandler(facts, creation));
        handlers.put(ApiKeys.DESCRIBE_CLUSTER, new DescribeClusterHandler(facts));
        handlers.put(ApiKeys.DESCRIBE_TOPIC_PARTITIONS,
                new DescribeTopicPartitionsHandler(facts));
        handlers.put(ApiKeys.FIND_COORDINATOR, new FindCoordinatorHandler(facts, creation));
    }

    public AdminWorld() {
        this(Map.of());
    }

    /// Forgets what the node had in memory of producer ids.
    public void restartProducerIds() {
        handlers.put(ApiKeys.INIT_PRODUCER_ID,
                new InitProducerIdHandler(this, ControlWorld.NODE));
    }

    /// Every API that is served here.
    public Iterable<ApiKeys> apis() {
        return handlers.keySet();
    }

    @Override
    public void submit(ControlCommand command, Consumer<ControlReply> whenCommitted) {
        submitted.add(command);
        if (!controllerIsSilent) {
            var reply = refusal != null ? refusal : control.submit(command);
            loop.execute(() -> whenCommitted.accept(reply));
        }
    }

    /// Asks in the newest stable version.
    public <R extends ApiMessage> R ask(ApiMessage body) {
        return ask(body, ApiKeys.forId(body.apiKey()).latestVersion());
    }

    /// Asks in this version; what comes back went through its bytes.
    @SuppressWarnings("unchecked")
    public <R extends ApiMessage> R ask(ApiMessage body, int version) {
        return (R) throughBytes(answer(body, version),
                ApiMessageType.fromApiKey(body.apiKey()).newResponse(), (short) version);
    }

    /// What the handler itself answers.
    @SuppressWarnings("unchecked")
    public ApiMessage answer(ApiMessage body, int version) {
        var sent = throughBytes(body, ApiMessageType.fromApiKey(body.apiKey()).newRequest(),
                (short) version);
        var handler = (Handler<ApiMessage>) handlers.get(ApiKeys.forId(body.apiKey()));
        var asked = new Asked(body.apiKey(), (short) version);
        loop.execute(() -> handler.handle(asked, sent));
        scheduler.runForMs(100_000);
        assertThat(asked.response).as("answer to " + body).isNotNull();
        return asked.response;
    }

    private static ApiMessage throughBytes(ApiMessage from, ApiMessage into, short version) {
        var buffer = MessageUtil.toByteBufferAccessor(from, version).buffer();
        into.read(new ByteBufferAccessor(buffer), version);
        assertThat(buffer.hasRemaining()).isFalse();
        return into;
    }

    /// A request that remembers its answer.
    private final class Asked implements Request {
        private final RequestHeaderData header;
        private ApiMessage response;

        Asked(short api, short version) {
            header = new RequestHeaderData().setRequestApiKey(api)
                    .setRequestApiVersion(version);
        }

        @Override
        public RequestHeaderData header() {
            return header;
        }

        @Override
        public Loop loop() {
            return loop;
        }

        @Override
        public String clientHost() {
            return "127.0.0.1";
        }

        @Override
        public String listenerName() {
            return listenerName;
        }

        @Override
        public long connectionId() {
            return 1;
        }

        @Override
        public Frame frame() {
            throw new UnsupportedOperationException("no admin request carries records");
        }

        @Override
        public void reply(ApiMessage answer) {
            assertThat(response).as("answered once").isNull();
            response = answer;
        }

        @Override
        public void noReply() {
            throw new UnsupportedOperationException("every admin request is answered");
        }

        @Override
        public void close(String reason) {
            throw new UnsupportedOperationException(reason);
        }
    }
}
