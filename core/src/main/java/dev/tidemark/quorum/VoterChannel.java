package dev.tidemark.quorum;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.errors.DisconnectException;
import org.apache.kafka.common.network.ListenerName;
import org.apache.kafka.raft.NetworkChannel;
import org.apache.kafka.raft.RaftRequest;
import org.apache.kafka.raft.RaftResponse;

/// The way to the other voters: there are none yet.
///
/// Confined to the quorum's loop.
final class VoterChannel implements NetworkChannel {
    private final ListenerName listener;
    private int nextCorrelationId;

    VoterChannel(String listener) {
        this.listener = ListenerName.normalised(listener);
    }

    @Override
    public int newCorrelationId() {
        return nextCorrelationId++;
    }

    @Override
    public CompletionStage<RaftResponse.Inbound> send(RaftRequest.Outbound request) {
        return CompletableFuture.failedStage(new DisconnectException("there is no such voter"));
    }

    @Override
    public ListenerName listenerName() {
        return listener;
    }

    @Override
    public void close() {
        // There is nothing to close.
    }
}
