package dev.tidemark.broker.replication;

import static dev.tidemark.base.Invariant.check;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.FetchRequestData;

/// A puller's fetch session as the follower knows it: its number and epoch, its partitions, and
/// which of them the next fetch has to speak of.
///
/// Confined to the puller's loop.
final class PulledSession {
    private static final int FIRST_EPOCH = 1;
    private static final int MAX_PARTITION_BYTES = 1 << 20;

    private final Peers peers;
    private final Map<Uuid, Map<Integer, Pulled>> byTopic = new HashMap<>();
    private final Set<Pulled> changed = new LinkedHashSet<>();
    private final Set<Pulled> forgotten = new LinkedHashSet<>();
    private int id;
    private int epoch;
    private int number;
    /// How many fetches there were.
    private int fetches;
    /// Partitions that the leader's session has.
    private int size;

    PulledSession(Peers peers) {
        this.peers = peers;
    }

    void add(Pulled one) {
        byTopic.computeIfAbsent(one.id().topicId(), absent -> new HashMap<>())
                .put(one.id().index(), one);
        changed.add(one);
    }

    void remove(Pulled one) {
        Map<Integer, Pulled> ofTopic = byTopic.get(one.id().topicId());
        if (ofTopic != null && ofTopic.remove(one.id().index(), one) && ofTopic.isEmpty()) {
            byTopic.remove(one.id().topicId());
        }
        changed.remove(one);
        if (one.isInSession) {
            leave(one);
            forgotten.add(one);
        }
    }

    private void leave(Pulled one) {
        one.isInSession = false;
        size--;
        check(size >= 0, "a session holds no less than nothing", size);
    }

    /// The partition, or null.
    Pulled get(Uuid topicId, int index) {
        Map<Integer, Pulled> ofTopic = byTopic.get(topicId);
        return ofTopic == null ? null : ofTopic.get(index);
    }

    /// The next fetch has to speak of it.
    void changed(Pulled one) {
        if (get(one.id().topicId(), one.id().index()) == one) {
            changed.add(one);
        }
    }

    /// Which session it is: answers of earlier ones are of no interest.
    int number() {
        return number;
    }

    /// True if the leader has a session that fetches may go on with.
    boolean isOpen() {
        return epoch >= FIRST_EPOCH;
    }

    /// True if there is something to ask.
    ///
    /// @param orWait true if waiting for more is worth a fetch
    boolean hasNews(boolean orWait) {
        if (orWait && size > 0) {
            return true;
        }
        for (Pulled one : changed) {
            if (one.isReady() ? !one.isKnown() : one.isInSession) {
                return true;
            }
        }
        return false;
    }

    /// Begins anew: the leader knows nothing of us.
    void reset() {
        number++;
        epoch = 0;
        size = 0;
        forgotten.clear();
        for (Map<Integer, Pulled> ofTopic : byTopic.values()) {
            for (Pulled one : ofTopic.values()) {
                one.isInSession = false;
                changed.add(one);
            }
        }
    }

    /// A fetch was answered.
    void answered(int sessionId) {
        if (epoch == 0) {
            if (sessionId == 0) {
                // The leader keeps no session for us: each fetch names everything.
                reset();
            } else {
                id = sessionId;
                epoch = FIRST_EPOCH;
            }
        }
    }

    /// The number of the last fetch.
    int lastFetch() {
        return fetches;
    }

    FetchRequestData request(int maxWaitMs, int maxBytes) {
        fetches++;
        var request = new FetchRequestData()
                .setMaxWaitMs(maxWaitMs)
                .setMinBytes(1)
                .setMaxBytes(maxBytes)
                .setSessionId(id)
                .setSessionEpoch(epoch);
        request.replicaState().setReplicaId(peers.localId())
                .setReplicaEpoch(peers.brokerEpoch().getAsLong());
        if (isOpen()) {
            epoch = epoch == Integer.MAX_VALUE ? FIRST_EPOCH : epoch + 1;
        }
        var topics = new FetchTopics(request);
        for (Pulled one : changed) {
            if (!one.isReady() && one.isInSession) {
                leave(one);
                topics.forget(one.id());
            } else if (one.isReady() && !one.isKnown()) {
                size += one.isInSession ? 0 : 1;
                topics.ask(one.id(), one.ask(fetches, MAX_PARTITION_BYTES));
            }
        }
        changed.clear();
        for (Pulled gone : forgotten) {
            Pulled again = get(gone.id().topicId(), gone.id().index());
            if (again == null || !again.isInSession) {
                topics.forget(gone.id());
            }
        }
        forgotten.clear();
        return request;
    }
}
