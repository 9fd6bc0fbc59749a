package dev.tidemark.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.base.Limits;
import dev.tidemark.base.Prng;
import dev.tidemark.base.Trace;
import dev.tidemark.io.Connection;
import dev.tidemark.io.Frame;
import dev.tidemark.io.Loop;
import dev.tidemark.io.sim.SimFrame;
import dev.tidemark.io.sim.SimNet;
import dev.tidemark.io.sim.SimScheduler;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.message.ApiVersionsResponseData;
import org.apache.kafka.common.message.ApiVersionsResponseData.ApiVersion;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.HeartbeatRequestData;
import org.apache.kafka.common.message.HeartbeatResponseData;
import org.apache.kafka.common.message.MetadataRequestData;
import org.apache.kafka.common.message.MetadataResponseData;
import org.apache.kafka.common.message.RequestHeaderData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.junit.jupiter.api.Test;

class PeerClientTest {
    private static final short OLD_METADATA = 9;
    private static final long TIMEOUT_MS = 5_000;

    private final SimScheduler scheduler = new SimScheduler(new Prng(21));
    private final SimNet world = new SimNet(scheduler, new Prng(22));
    private final Loop loop = scheduler.loop(0, scheduler.clock(0));
    private final List<String> outcomes = new ArrayList<>();
    private final List<String> told = new ArrayList<>();
    private final List<Frame> frames = new ArrayList<>();
    private ApiMessage lastBody;
    private final Peer peer = new Peer();
    private final PeerClient client =
            new PeerClient(world.host("a"), loop, "b", 9000, "node-1", new Overheard());

    /// What an operator would read.
    private final class Overheard implements Trace {
        @Override
        public void info(String line) {
            told.add(line);
        }

        @Override
        public void warn(String line) {
            told.add(line);
        }
    }

    /// A peer that answers what it is asked, unless it is told not to.
    private final class Peer {
        final List<RequestHeaderData> asked = new ArrayList<>();
        final Loop home = scheduler.loop(0, scheduler.clock(0));
        boolean answers = true;
        boolean tellsVersions = true;
        int correlationShift;
        int connections;

        Connection.Session accept(Connection accepted) {
            connections++;
            return new Connection.Session() {
                @Override
                public void frame(Frame frame) {
                    serve(accepted, frame);
                }

                @Override
                public void drained() {
                    // Never slow.
                }

                @Override
                public void closed() {
                    // Nothing is kept.
                }
            };
        }

        private void serve(Connection by, Frame frame) {
            RequestHeaderData header;
            try {
                header = RequestDecoder.header(frame.bytes());
            } catch (RequestDecoder.Malformed malformed) {
                throw new AssertionError(malformed);
            }
            frame.release();
            ApiKeys api = ApiKeys.forId(header.requestApiKey());
            boolean isGreeting = api == ApiKeys.API_VERSIONS;
            if (!isGreeting) {
                asked.add(header);
            }
            if (isGreeting ? tellsVersions : answers) {
                int shift = isGreeting ? 0 : correlationShift;
                new ResponseEncoder(by).send(api, header.requestApiVersion(),
                        header.correlationId() + shift, answerTo(api, header.correlationId()));
            }
        }

        private ApiMessage answerTo(ApiKeys api, int correlationId) {
            return switch (api) {
                case API_VERSIONS -> versions();
                case METADATA -> new MetadataResponseData().setControllerId(correlationId);
                case FETCH -> fetched();
                default -> new HeartbeatResponseData().setThrottleTimeMs(correlationId);
            };
        }

        private ApiVersionsResponseData versions() {
            var all = new ApiVersionsResponseData();
            all.apiKeys().add(new ApiVersion().setApiKey(ApiKeys.METADATA.id)
                    .setMinVersion((short) 0).setMaxVersion(OLD_METADATA));
            for (ApiKeys api : List.of(ApiKeys.HEARTBEAT, ApiKeys.FETCH)) {
                all.apiKeys().add(new ApiVersion().setApiKey(api.id)
                        .setMinVersion(api.oldestVersion()).setMaxVersion(Short.MAX_VALUE));
            }
            return all;
        }
    }

    private static FetchResponseData fetched() {
        var partition = new FetchResponseData.PartitionData()
                .setRecords(MemoryRecords.readableRecords(ByteBuffer.wrap(new byte[] {1, 2, 3})));
        var response = new FetchResponseData();
        response.responses().add(new FetchResponseData.FetchableTopicResponse()
                .setPartitions(List.of(partition)));
        return response;
    }

    private void peerListens() {
        world.host("b").listen(9000, "CONTROLLER", List.of(peer.home), peer::accept);
    }

    private void ask(ApiKeys api, ApiMessage body, long timeoutMs) {
        int number = outcomes.size();
        outcomes.add(null);
        loop.execute(() -> client.send(api, body, timeoutMs, new PeerClient.Answer() {
            @Override
            public void answered(ApiMessage response, Frame frame) {
                lastBody = response;
                frames.add(frame);
                end("answered");
            }

            @Override
            public void failed(String why) {
                end(why);
            }

            private void end(String outcome) {
                assertThat(outcomes.get(number)).as("told once").isNull();
                assertThat(loop.inLoop()).isTrue();
                outcomes.set(number, outcome);
            }
        }));
    }

    private void beat() {
        ask(ApiKeys.HEARTBEAT, new HeartbeatRequestData(), TIMEOUT_MS);
    }

    private void await(BooleanSupplier condition) {
        assertThat(scheduler.runUntil(condition, 200_000)).isTrue();
    }

    private boolean allEnded() {
        return !outcomes.contains(null);
    }

    @Test
    void asksInTheHighestVersionThatBothKnow() {
        peerListens();
        ask(ApiKeys.METADATA, new MetadataRequestData(), TIMEOUT_MS);
        beat();
        await(this::allEnded);
        assertThat(outcomes).containsOnly("answered");
        assertThat(peer.asked.get(0).requestApiVersion()).isEqualTo(OLD_METADATA);
        assertThat(peer.asked.get(0).clientId()).isEqualTo("node-1");
        assertThat(peer.asked.get(1).requestApiVersion())
                .isEqualTo(ApiKeys.HEARTBEAT.latestVersion());
    }

    @Test
    void whatThePeerDoesNotServeFailsAlone() {
        peerListens();
        ask(ApiKeys.VOTE, ApiKeys.VOTE.messageType.newRequest(), TIMEOUT_MS);
        beat();
        await(this::allEnded);
        assertThat(outcomes.get(0)).isEqualTo("b:9000 does not serve Vote");
        assertThat(outcomes.get(1)).isEqualTo("answered");
    }

    @Test
    void manyRequestsTravelSideBySideOnOneConnection() {
        peerListens();
        for (int i = 0; i < 300; i++) {
            beat();
        }
        await(this::allEnded);
        assertThat(outcomes).containsOnly("answered");
        assertThat(peer.connections).isEqualTo(1);
        assertThat(frames).allSatisfy(
                frame -> assertThat(((SimFrame) frame).holders()).isZero());
    }

    @Test
    void recordsOfAnAnswerStayInItsFrame() {
        peerListens();
        var retained = new Frame[1];
        loop.execute(() -> client.send(ApiKeys.FETCH, new FetchRequestData(), TIMEOUT_MS,
                new PeerClient.Answer() {
                    @Override
                    public void answered(ApiMessage response, Frame frame) {
                        frame.retain();
                        retained[0] = frame;
                        lastBody = response;
                    }

                    @Override
                    public void failed(String why) {
                        throw new AssertionError(why);
                    }
                }));
        await(() -> retained[0] != null);
        var records = (MemoryRecords) ((FetchResponseData) lastBody).responses().getFirst()
                .partitions().getFirst().records();
        assertThat(records.buffer().array()).isSameAs(retained[0].bytes().array());
        assertThat(records.buffer().get(records.buffer().position())).isEqualTo((byte) 1);
        retained[0].release();
    }

    @Test
    void aLostConnectionFailsWhatIsOnItsWayAndTheNextRequestOpensAnother() {
        peerListens();
        peer.answers = false;
        beat();
        beat();
        await(() -> peer.asked.size() == 2);
        world.reset("a", "b");
        await(this::allEnded);
        assertThat(outcomes).containsOnly("b:9000 closed the connection");
        peer.answers = true;
        beat();
        await(this::allEnded);
        assertThat(outcomes.get(2)).isEqualTo("answered");
        assertThat(peer.connections).isEqualTo(2);
    }

    @Test
    void whoIsNotThereIsTriedAgainEverMoreSlowly() {
        var trials = new ArrayList<Long>();
        var again = new Runnable() {
            @Override
            public void run() {
                client.send(ApiKeys.HEARTBEAT, new HeartbeatRequestData(), TIMEOUT_MS,
                        new PeerClient.Answer() {
                            @Override
                            public void answered(ApiMessage body, Frame frame) {
                                outcomes.add("answered");
                            }

                            @Override
                            public void failed(String why) {
                                trials.add(scheduler.nowNs());
                                loop.execute(() -> run());
                            }
                        });
            }
        };
        world.host("b");
        loop.execute(again);
        scheduler.runForMs(10_000);
        assertThat(trials.size()).isBetween(10, 16);
        assertThat(told).as("told once").hasSize(1);
        peerListens();
        scheduler.runForMs(2_000);
        assertThat(outcomes).containsExactly("answered");
        world.reset("a", "b");
        scheduler.runForMs(100);
        assertThat(told).as("told again once it had been there").hasSize(2);
    }

    @Test
    void anAnswerThatIsLateCostsTheConnectionAndThoseBehindIt() {
        peerListens();
        peer.answers = false;
        ask(ApiKeys.HEARTBEAT, new HeartbeatRequestData(), 100);
        ask(ApiKeys.HEARTBEAT, new HeartbeatRequestData(), 60_000);
        scheduler.runForMs(150);
        assertThat(outcomes).containsOnly("no answer from b:9000 within 100 ms");
        peer.answers = true;
        beat();
        await(this::allEnded);
        assertThat(outcomes.get(2)).isEqualTo("answered");
    }

    @Test
    void aPeerThatNeverTellsItsVersionsIsLeftAndTriedAgain() {
        peerListens();
        peer.tellsVersions = false;
        ask(ApiKeys.HEARTBEAT, new HeartbeatRequestData(), 60_000);
        scheduler.runForMs(2_100);
        assertThat(outcomes).containsOnly("the peer does not tell its versions in time");
        peer.tellsVersions = true;
        beat();
        await(this::allEnded);
        assertThat(outcomes.get(1)).isEqualTo("answered");
    }

    @Test
    void aRequestThatCannotLeaveInTimeFails() {
        peerListens();
        world.cut("a", "b");
        ask(ApiKeys.HEARTBEAT, new HeartbeatRequestData(), 200);
        scheduler.runForMs(201);
        assertThat(outcomes).containsExactly("no answer from b:9000 within 200 ms");
        world.heal();
        beat();
        await(this::allEnded);
        assertThat(outcomes.get(1)).isEqualTo("answered");
        assertThat(peer.asked).as("what has failed never leaves").hasSize(1);
    }

    @Test
    void anAnswerToSomethingElseClosesTheConnection() {
        peerListens();
        peer.correlationShift = 1;
        beat();
        await(this::allEnded);
        assertThat(outcomes.getFirst()).contains("an answer to request 2");
    }

    @Test
    void overTheLimitARequestFailsAtOnce() {
        peerListens();
        peer.answers = false;
        for (int i = 0; i <= Limits.REQUESTS_PER_PEER; i++) {
            beat();
        }
        await(() -> outcomes.getLast() != null);
        assertThat(outcomes.getLast()).isEqualTo("too many requests are under way");
        assertThat(outcomes.subList(0, Limits.REQUESTS_PER_PEER)).containsOnlyNulls();
    }

    @Test
    void closingFailsAllAndLetsNothingMoreLeave() {
        peerListens();
        peer.answers = false;
        beat();
        await(() -> peer.asked.size() == 1);
        loop.execute(client::close);
        beat();
        await(this::allEnded);
        assertThat(outcomes).containsOnly("the client is closed");
        scheduler.runForMs(10_000);
        assertThat(peer.connections).isEqualTo(1);
        assertThat(world.host("a").connectionCount()).isZero();
    }
}
