package dev.tidemark.broker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.base.Prng;
import dev.tidemark.io.Frame;
import dev.tidemark.io.Loop;
import dev.tidemark.io.Slice;
import dev.tidemark.io.sim.SimClock;
import dev.tidemark.io.sim.SimFrame;
import dev.tidemark.io.sim.SimLoop;
import dev.tidemark.io.sim.SimOffload;
import dev.tidemark.io.sim.SimScheduler;
import dev.tidemark.wire.SliceRecords;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.FetchResponseData.FetchableTopicResponse;
import org.apache.kafka.common.message.FetchResponseData.PartitionData;
import org.apache.kafka.common.message.RequestHeaderData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.MessageUtil;
import org.apache.kafka.common.record.internal.MemoryRecords;

/// Where a handler is tested by itself: simulated loops, and requests that come and go through the
/// encoding of their version.
public final class HandlerStage {
    private static final int LOOPS = 2;
    private static final int MOST_TURNS = 1_000_000;
    private static final long START_MS = 1_750_000_000_000L;

    private final SimScheduler scheduler;
    private final SimClock clock;
    private final List<SimLoop> loops = new ArrayList<>();
    private final SimOffload offload;
    private final Partitions partitions = new Partitions();

    /// @param seed from which the order of all turns follows
    public HandlerStage(long seed) {
        var prng = new Prng(seed);
        scheduler = new SimScheduler(prng.split());
        clock = scheduler.clock(START_MS);
        for (int i = 0; i < LOOPS; i++) {
            loops.add(scheduler.loop(i, clock));
        }
        offload = scheduler.offload(1_000_000);
    }

    /// The world's order and time.
    public SimScheduler scheduler() {
        return scheduler;
    }

    /// The calendar that everybody goes by.
    public SimClock clock() {
        return clock;
    }

    /// What connections and partitions live on.
    public List<SimLoop> loops() {
        return loops;
    }

    /// Where blocking work goes.
    public SimOffload offload() {
        return offload;
    }

    /// The partitions that handlers find.
    public Partitions partitions() {
        return partitions;
    }

    /// Asks in that version and waits for the answer, both through their bytes.
    @SuppressWarnings("unchecked")
    public <Q extends ApiMessage, R extends ApiMessage> R ask(Handler<Q> handler, ApiKeys api,
            int version, Q question) {
        var asked = send(handler, api, version, question);
        await(asked::answered);
        return (R) asked.answer();
    }

    /// Asks in that version; the answer comes when the scheduler has run for long enough.
    @SuppressWarnings("unchecked")
    public <Q extends ApiMessage> Asked send(Handler<Q> handler, ApiKeys api, int version,
            Q question) {
        short wireVersion = (short) version;
        ByteBuffer bytes = MessageUtil.toByteBufferAccessor(question, wireVersion).buffer();
        var decoded = (Q) api.messageType.newRequest();
        decoded.read(new ByteBufferAccessor(bytes), wireVersion);
        var asked = new Asked(loops.getFirst(), api, wireVersion, bytes);
        loops.getFirst().execute(() -> handler.handle(asked, decoded));
        return asked;
    }

    /// Waits until the condition holds.
    public void await(BooleanSupplier condition) {
        assertThat(scheduler.runUntil(condition, MOST_TURNS)).as("it came about").isTrue();
    }

    /// Runs something on a loop and waits until it has run.
    public void on(Loop loop, Runnable task) {
        var done = new boolean[1];
        loop.execute(() -> {
            task.run();
            done[0] = true;
        });
        await(() -> done[0]);
    }

    /// A request on the first loop.
    public static final class Asked implements Request {
        private final Loop loop;
        private final ApiKeys api;
        private final short version;
        private final ByteBuffer bytes;
        private ApiMessage answer;

        private Asked(Loop loop, ApiKeys api, short version, ByteBuffer bytes) {
            this.bytes = bytes;
            this.loop = loop;
            this.api = api;
            this.version = version;
        }

        /// True once it is answered.
        public boolean answered() {
            return answer != null;
        }

        /// The answer, as the client decodes it.
        public ApiMessage answer() {
            return answer;
        }

        @Override
        public void reply(ApiMessage response) {
            assertThat(answer).as("a request is answered once").isNull();
            if (response instanceof FetchResponseData fetched) {
                readFiles(fetched);
            }
            ByteBuffer bytes = MessageUtil.toByteBufferAccessor(response, version).buffer();
            ApiMessage decoded = api.messageType.newResponse();
            decoded.read(new ByteBufferAccessor(bytes), version);
            answer = decoded;
        }

        /// Records in files are sent by the shell, and here there is none.
        private static void readFiles(FetchResponseData fetched) {
            for (FetchableTopicResponse topic : fetched.responses()) {
                for (PartitionData row : topic.partitions()) {
                    if (row.records() instanceof SliceRecords records) {
                        row.setRecords(read(records.slice()));
                    }
                }
            }
        }

        private static MemoryRecords read(Slice slice) {
            var bytes = ByteBuffer.allocate(slice.length());
            try {
                slice.file().read(bytes, slice.position());
            } catch (IOException unreadable) {
                throw new UncheckedIOException(unreadable);
            }
            return MemoryRecords.readableRecords(bytes.flip());
        }

        @Override
        public RequestHeaderData header() {
            return new RequestHeaderData().setRequestApiKey(api.id)
                    .setRequestApiVersion(version);
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
            return "PLAINTEXT";
        }

        @Override
        public long connectionId() {
            return 1;
        }

        @Override
        public Frame frame() {
            return new SimFrame(bytes.duplicate());
        }

        @Override
        public void noReply() {
            throw new AssertionError("every request of these APIs is answered");
        }

        @Override
        public void close(String reason) {
            throw new AssertionError("the connection was closed: " + reason);
        }
    }
}
