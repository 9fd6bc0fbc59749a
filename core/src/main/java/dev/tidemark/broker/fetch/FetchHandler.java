package dev.tidemark.broker.fetch;

import dev.tidemark.base.Marks;
import dev.tidemark.base.Prng;
import dev.tidemark.broker.Handler;
import dev.tidemark.broker.LeaderHints;
import dev.tidemark.broker.Partitions;
import dev.tidemark.broker.Request;
import dev.tidemark.broker.Router;
import dev.tidemark.broker.throttle.ReplicationThrottle;
import dev.tidemark.io.Loop;
import dev.tidemark.io.Offload;
import dev.tidemark.machine.Lease;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.protocol.Errors;

/// Fetch: with a session, incremental or full, or without one (KIP-227).
///
/// What belongs to a loop is kept per loop; a request touches its own loop's part alone.
public final class FetchHandler implements Handler<FetchRequestData> {
    private static final int FINAL_EPOCH = -1;
    private static final int INITIAL_EPOCH = 0;
    private static final short FIRST_VERSION_BY_TOPIC_ID = 13;

    private final Partitions partitions;
    private final PerLoop[] perLoop;

    /// @param loops the loops that connections live on
    /// @param offload where files are read
    /// @param maxBytes `fetch.max.bytes` of this node: the most that one answer holds, unless a
    ///     single batch is longer
    public FetchHandler(List<Loop> loops, Partitions partitions, Router router, Prng prng,
            Offload offload, int maxBytes) {
        this(loops, partitions, router, prng, offload, maxBytes, Cluster.ALONE);
    }

    /// @param cluster what there is besides this node
    public FetchHandler(List<Loop> loops, Partitions partitions, Router router, Prng prng,
            Offload offload, int maxBytes, Cluster cluster) {
        this.partitions = partitions;
        this.perLoop = new PerLoop[loops.size()];
        for (Loop loop : loops) {
            perLoop[loop.index()] = new PerLoop(new FetchSessions(prng.split()),
                    new FetchRound.Answering(maxBytes, offload, new Parking(), cluster));
        }
        router.onConnectionClosed(
                (loop, connectionId) -> perLoop[loop.index()].forget(connectionId));
    }

    /// What a fetch has to know of other nodes.
    ///
    /// @param replicas where consumers are sent that say where they are
    /// @param hints where the partitions are that are not here
    /// @param throttle how fast followers that are not in sync get what they lack
    /// @param lease without it another node may lead by now, and have committed more
    public record Cluster(ReadReplicas replicas, LeaderHints hints,
            ReplicationThrottle throttle, Lease lease) {
        /// There is nobody else.
        public static final Cluster ALONE = new Cluster(ReadReplicas.LEADERS, LeaderHints.NONE,
                ReplicationThrottle.none(), Lease.FOREVER);
    }

    /// What one loop keeps: its sessions, and standing watches for each client without one, as many
    /// as it has fetches under way.
    private record PerLoop(FetchSessions sessions, Map<Long, List<FetchWatch>> watches,
            FetchRound.Answering means) {
        PerLoop(FetchSessions sessions, FetchRound.Answering means) {
            this(sessions, new HashMap<>(), means);
        }

        void forget(long connectionId) {
            sessions.closeAllOf(connectionId);
            List<FetchWatch> gone = watches.remove(connectionId);
            if (gone != null) {
                gone.forEach(FetchWatch::close);
            }
        }

        FetchWatch idleWatch(Request request) {
            var own = watches.computeIfAbsent(request.connectionId(), id -> new ArrayList<>(1));
            for (FetchWatch watch : own) {
                if (!watch.isTaken()) {
                    return watch;
                }
            }
            var another = new FetchWatch(request.loop());
            own.add(another);
            return another;
        }
    }

    @Override
    public void handle(Request request, FetchRequestData asked) {
        PerLoop own = perLoop[request.loop().index()];
        if (asked.sessionEpoch() == FINAL_EPOCH || asked.sessionEpoch() == INITIAL_EPOCH) {
            own.sessions.close(asked.sessionId());
            full(own, request, asked);
        } else {
            incremental(own, request, asked);
        }
    }

    private void full(PerLoop own, Request request, FetchRequestData asked) {
        FetchSession session = asked.sessionEpoch() == INITIAL_EPOCH && !asked.topics().isEmpty()
                ? own.sessions.create(request.connectionId()) : null;
        FetchWatch watch;
        if (session == null) {
            session = new FetchSession(FetchSession.NO_SESSION, request.connectionId());
            watch = own.idleWatch(request);
        } else {
            watch = new FetchWatch(request.loop());
            session.watchWith(watch);
        }
        session.update(asked, byId(request), partitions);
        new FetchRound(request, asked, session, watch, false, own.means).start();
    }

    private void serve(PerLoop own, Request request, FetchRequestData asked,
            FetchSession session) {
        session.update(asked, byId(request), partitions);
        new FetchRound(request, asked, session, session.watch(), true, own.means).start();
    }

    private void incremental(PerLoop own, Request request, FetchRequestData asked) {
        FetchSession session = own.sessions.get(asked.sessionId());
        if (session == null) {
            refuse(request, Errors.FETCH_SESSION_ID_NOT_FOUND);
            return;
        }
        Asker asker = Asker.of(asked, request.header().requestApiVersion());
        if (asked.sessionEpoch() != session.nextEpoch()
                || (session.busy() && !session.isHurried(asker))) {
            refuse(request, Errors.INVALID_FETCH_SESSION_EPOCH);
            return;
        }
        session.advanceEpoch();
        if (session.busy()) {
            Marks.hit("a follower's fetch ends the one before it");
            session.queue(() -> serve(own, request, asked, session));
        } else {
            serve(own, request, asked, session);
        }
    }

    private static boolean byId(Request request) {
        return request.header().requestApiVersion() >= FIRST_VERSION_BY_TOPIC_ID;
    }

    private static void refuse(Request request, Errors error) {
        request.reply(new FetchResponseData().setErrorCode(error.code()));
    }
}
