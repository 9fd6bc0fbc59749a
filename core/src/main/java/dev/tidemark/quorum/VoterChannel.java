package dev.tidemark.quorum;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.base.Marks;
import dev.tidemark.base.Trace;
import dev.tidemark.io.Frame;
import dev.tidemark.io.Loop;
import dev.tidemark.io.Net;
import dev.tidemark.quorum.QuorumSettings.VoterAddress;
import dev.tidemark.wire.PeerClient;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import java.util.function.IntSupplier;
import org.apache.kafka.common.message.BeginQuorumEpochRequestData;
import org.apache.kafka.common.message.DescribeQuorumRequestData;
import org.apache.kafka.common.message.DescribeQuorumResponseData;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.FetchSnapshotResponseData;
import org.apache.kafka.common.network.ListenerName;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.BaseRecords;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.raft.NetworkChannel;
import org.apache.kafka.raft.RaftRequest;
import org.apache.kafka.raft.RaftResponse;
import org.apache.kafka.raft.RaftUtil;

/// The way to the other voters: a client for each address, on the quorum's loop.
///
/// What is sent during a poll leaves when the poll is over, behind the syncs that it speaks of.
///
/// Confined to the quorum's loop.
final class VoterChannel implements NetworkChannel {
    private final Net net;
    private final Loop loop;
    private final Trace trace;
    private final QuorumSettings settings;
    private final Effects effects;
    private final IntSupplier leastTermNotLed;
    private final IntPredicate knows;
    private final Map<String, PeerClient> peers = new HashMap<>();
    private RoundTrip lastTrip;
    private int nextCorrelationId;

    /// @param leastTermNotLed from which term on this node, by what it knows, does not lead
    /// @param knows true for a node of which it is known where it votes
    VoterChannel(Net net, Loop loop, Trace trace, QuorumSettings settings, Effects effects,
            IntSupplier leastTermNotLed, IntPredicate knows) {
        this.net = net;
        this.loop = loop;
        this.trace = trace;
        this.settings = settings;
        this.effects = effects;
        this.leastTermNotLed = leastTermNotLed;
        this.knows = knows;
    }

    @Override
    public int newCorrelationId() {
        return nextCorrelationId++;
    }

    @Override
    public CompletionStage<RaftResponse.Inbound> send(RaftRequest.Outbound request) {
        var answered = new CompletableFuture<RaftResponse.Inbound>();
        var to = request.destination();
        // A failure is a response too: nothing else is understood.
        effects.add(() -> ask(peer(to.host(), to.port(), "quorum-"), returning(request.data()),
                settings.timing().requestTimeoutMs(), response -> answered.complete(
                        new RaftResponse.Inbound(request.correlationId(),
                                response == null || isForgotten(response)
                                        || isOfNoVoter(request.data(), to.id())
                                        ? unavailable(request.data()) : noted(response), to))));
        return answered;
    }

    /// Lets a fetch bring back what the last answer to one told. A term has one leader, so that
    /// nobody takes the time of another for its own.
    private ApiMessage returning(ApiMessage request) {
        if (request instanceof FetchRequestData fetch && lastTrip != null) {
            lastTrip.put(fetch);
        }
        return request;
    }

    private ApiMessage noted(ApiMessage response) {
        RoundTrip trip = response instanceof FetchResponseData fetched
                ? RoundTrip.of(fetched) : null;
        lastTrip = trip == null ? lastTrip : trip;
        return response;
    }

    /// True if the others take this node for the leader of a term that it has forgotten, because
    /// its disk was replaced. kafka-raft takes that for a contradiction; the others will miss their
    /// leader by and by, and elect another one.
    private boolean isForgotten(ApiMessage response) {
        int unplaced = NamedLeader.unplaced(response);
        if (unplaced >= 0 && !knows.test(unplaced)) {
            // Somebody remembers who led, and not where: of no use to one that has no voters yet.
            return true;
        }
        if (NamedLeader.epochOf(settings.nodeId(), response) < leastTermNotLed.getAsInt()) {
            return false;
        }
        Marks.hit("named as leader of a forgotten term");
        return true;
    }

    /// True for the answer of a voter that has been taken away meanwhile: kafka-raft takes it for
    /// a contradiction.
    private boolean isOfNoVoter(ApiMessage request, int nodeId) {
        return request instanceof BeginQuorumEpochRequestData && !knows.test(nodeId);
    }

    /// What is answered where nobody is there to answer.
    static ApiMessage unavailable(ApiMessage request) {
        if (request instanceof DescribeQuorumRequestData) {
            return new DescribeQuorumResponseData()
                    .setErrorCode(Errors.NOT_LEADER_OR_FOLLOWER.code());
        }
        return RaftUtil.errorResponse(ApiKeys.forId(request.apiKey()),
                Errors.BROKER_NOT_AVAILABLE);
    }

    /// Asks a node, on a connection of its own: the answer may take its time, and what the quorum
    /// says would have to wait behind it.
    ///
    /// @param whenAnswered told the answer, or null if there is none
    void ask(VoterAddress to, ApiMessage body, long timeoutMs, Consumer<ApiMessage> whenAnswered) {
        check(timeoutMs > 0, "an answer is waited for", timeoutMs);
        ask(peer(to.host(), to.port(), "quorum-admin-"), body, timeoutMs, whenAnswered);
    }

    private PeerClient peer(String host, int port, String purpose) {
        return peers.computeIfAbsent(purpose + host + ':' + port, address -> new PeerClient(net,
                loop, host, port, purpose + settings.nodeId(), trace));
    }

    private void ask(PeerClient peer, ApiMessage body, long timeoutMs,
            Consumer<ApiMessage> whenAnswered) {
        check(loop.inLoop(), "the quorum lives on its loop");
        peer.send(ApiKeys.forId(body.apiKey()), body, timeoutMs,
                new PeerClient.Answer() {
                    @Override
                    public void answered(ApiMessage response, Frame frame) {
                        keepRecords(response);
                        whenAnswered.accept(response);
                    }

                    @Override
                    public void failed(String why) {
                        whenAnswered.accept(null);
                    }
                });
    }

    /// Copies record bytes out of the frame, which lives no longer than the call: they are looked
    /// at in a later poll.
    private static void keepRecords(ApiMessage response) {
        if (response instanceof FetchResponseData fetched) {
            fetched.responses().forEach(topic -> topic.partitions().forEach(partition ->
                    partition.setRecords(copy(partition.records()))));
        } else if (response instanceof FetchSnapshotResponseData fetched) {
            fetched.topics().forEach(topic -> topic.partitions().forEach(partition ->
                    partition.setUnalignedRecords(copy(partition.unalignedRecords()))));
        }
    }

    private static BaseRecords copy(BaseRecords records) {
        if (!(records instanceof MemoryRecords inFrame)) {
            return records;
        }
        ByteBuffer bytes = inFrame.buffer();
        var copy = ByteBuffer.allocate(bytes.remaining()).put(bytes).flip();
        check(copy.remaining() == inFrame.sizeInBytes(), "a copy holds all", copy.remaining());
        return MemoryRecords.readableRecords(copy);
    }

    @Override
    public ListenerName listenerName() {
        return ListenerName.normalised(settings.listener());
    }

    @Override
    public void close() {
        peers.values().forEach(PeerClient::close);
    }
}
