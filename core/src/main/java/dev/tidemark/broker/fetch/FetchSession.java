package dev.tidemark.broker.fetch;

import dev.tidemark.broker.Partitions;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchRequestData.FetchPartition;
import org.apache.kafka.common.message.FetchRequestData.FetchTopic;
import org.apache.kafka.common.message.FetchRequestData.ForgottenTopic;

/// The partitions that one client fetches again and again, so that it need not name them each
/// time (KIP-227).
///
/// The order of the partitions is the order in which they are served; those that gave records go
/// to the back, so that none starves behind a busy one.
///
/// Confined to the loop of the connections that use it.
final class FetchSession {
    /// The id of a fetch without a session.
    static final int NO_SESSION = 0;

    private static final int FIRST_EPOCH = 1;

    private final int id;
    private final long connectionId;
    private final Map<ItemKey, FetchItem> items = new LinkedHashMap<>();
    private int nextEpoch = FIRST_EPOCH;
    private FetchWatch watch;
    private FetchRound round;
    private Runnable next;
    private boolean wasThrottled;

    /// @param connectionId the connection that it began on, and that it ends with
    FetchSession(int id, long connectionId) {
        this.id = id;
        this.connectionId = connectionId;
    }

    /// A partition by what a client calls its topic: the name, or the id from version 13 on.
    ///
    /// Ordered, so that a table stays quick when a client picks names that hash alike.
    record ItemKey(String topic, Uuid topicId, int index) implements Comparable<ItemKey> {
        @Override
        public int compareTo(ItemKey other) {
            int byIndex = Integer.compare(index, other.index);
            int byName = byIndex == 0 ? topic.compareTo(other.topic) : byIndex;
            return byName == 0 ? topicId.compareTo(other.topicId) : byName;
        }

        static ItemKey of(boolean byId, String topic, Uuid topicId, int index) {
            return new ItemKey(byId ? "" : topic, byId ? topicId : Uuid.ZERO_UUID, index);
        }
    }

    int id() {
        return id;
    }

    long connectionId() {
        return connectionId;
    }

    int nextEpoch() {
        return nextEpoch;
    }

    /// The next fetch of this session carries the next epoch; it wraps to 1.
    void advanceEpoch() {
        nextEpoch = nextEpoch == Integer.MAX_VALUE ? FIRST_EPOCH : nextEpoch + 1;
    }

    /// True if its partitions have to hear of a throttle that is on, or no longer.
    boolean isThrottled(boolean isOn) {
        boolean isNews = isOn || wasThrottled;
        wasThrottled = isOn;
        return isNews;
    }

    FetchWatch watch() {
        return watch;
    }

    void watchWith(FetchWatch newWatch) {
        watch = newWatch;
    }

    /// True while a request of this session is being served.
    boolean busy() {
        return round != null;
    }

    /// True if a request may come although one is being served: a follower has news, and the
    /// request before it need not wait any longer.
    boolean isHurried(Asker asker) {
        return asker.isReplica() && next == null;
    }

    /// Serves a request as soon as the one that is being served is answered, which is now.
    void queue(Runnable serve) {
        next = serve;
        round.hurry();
    }

    void begin(FetchRound served) {
        round = served;
    }

    /// The request is answered; another one may wait.
    void end() {
        round = null;
        Runnable serve = next;
        next = null;
        if (serve != null) {
            serve.run();
        }
    }

    Collection<FetchItem> items() {
        return items.values();
    }

    /// Takes over what a request adds, changes and forgets.
    void update(FetchRequestData request, boolean byId, Partitions partitions) {
        for (ForgottenTopic topic : request.forgottenTopicsData()) {
            for (int index : topic.partitions()) {
                items.remove(ItemKey.of(byId, topic.topic(), topic.topicId(), index));
            }
        }
        for (FetchTopic topic : request.topics()) {
            for (FetchPartition asked : topic.partitions()) {
                update(topic, asked, byId);
            }
        }
        for (FetchItem item : items.values()) {
            item.resolve(partitions, byId);
        }
    }

    private void update(FetchTopic topic, FetchPartition asked, boolean byId) {
        var key = ItemKey.of(byId, topic.topic(), topic.topicId(), asked.partition());
        FetchItem item = items.get(key);
        if (item == null) {
            Uuid topicId = byId ? topic.topicId() : Uuid.ZERO_UUID;
            item = new FetchItem(topic.topic(), topicId, asked.partition());
            items.put(key, item);
        }
        item.ask(asked);
    }

    /// Moves the partitions that gave records to the back of the order.
    void rotate() {
        List<Map.Entry<ItemKey, FetchItem>> served = new ArrayList<>();
        for (Map.Entry<ItemKey, FetchItem> entry : items.entrySet()) {
            if (entry.getValue().hasRecords()) {
                served.add(entry);
            }
        }
        if (served.size() == items.size()) {
            return;
        }
        for (Map.Entry<ItemKey, FetchItem> entry : served) {
            ItemKey key = entry.getKey();
            FetchItem item = entry.getValue();
            items.remove(key);
            items.put(key, item);
        }
    }
}
