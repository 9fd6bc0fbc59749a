package dev.tidemark.broker.cluster;

import dev.tidemark.broker.Handler;
import dev.tidemark.broker.Request;
import dev.tidemark.broker.Router;
import dev.tidemark.quorum.Quorum;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;

/// What other voters, and whoever describes the quorum, ask of it: taken to the quorum's loop, and
/// the answer back.
///
/// Runs on any loop.
public final class QuorumHandler implements Handler<ApiMessage> {
    private static final List<ApiKeys> OF_NODES = List.of(ApiKeys.VOTE,
            ApiKeys.BEGIN_QUORUM_EPOCH, ApiKeys.END_QUORUM_EPOCH, ApiKeys.ADD_RAFT_VOTER,
            ApiKeys.REMOVE_RAFT_VOTER, ApiKeys.UPDATE_RAFT_VOTER, ApiKeys.FETCH,
            ApiKeys.FETCH_SNAPSHOT, ApiKeys.DESCRIBE_QUORUM);
    private static final List<ApiKeys> OF_CLIENTS = List.of(ApiKeys.DESCRIBE_QUORUM,
            ApiKeys.ADD_RAFT_VOTER, ApiKeys.REMOVE_RAFT_VOTER);

    private final Quorum quorum;
    private final BiConsumer<Quorum.Asked, Consumer<ApiMessage>> deed;

    private QuorumHandler(Quorum quorum, BiConsumer<Quorum.Asked, Consumer<ApiMessage>> deed) {
        this.quorum = quorum;
        this.deed = deed;
    }

    /// Serves what nodes ask each other.
    ///
    /// @param controllers of the quorum's listeners
    public static void serveNodes(Router controllers, Quorum quorum) {
        for (ApiKeys api : OF_NODES) {
            controllers.serve(api, new QuorumHandler(quorum, quorum::handle));
        }
    }

    /// Serves what clients may know of the quorum and ask of it, whichever node they ask.
    public static void serveClients(Router clients, Quorum quorum) {
        for (ApiKeys api : OF_CLIENTS) {
            clients.serve(api, new QuorumHandler(quorum, quorum::askLeader));
        }
    }

    @Override
    public void handle(Request request, ApiMessage body) {
        var asked = new Quorum.Asked(request.listenerName(), request.header().correlationId(),
                request.header().requestApiVersion(), body);
        quorum.loop().execute(() -> deed.accept(asked, request::reply));
    }
}
