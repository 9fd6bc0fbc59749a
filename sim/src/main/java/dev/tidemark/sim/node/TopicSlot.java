package dev.tidemark.sim.node;

import static dev.tidemark.sim.model.Finding.require;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.common.Uuid;

/// A name that a topic may have, and all that is known of the topic of that name.
///
/// One change is under way at a time. A change whose answer was lost is settled by looking.
final class TopicSlot {
    /// After this long a request whose connection broke has been served, or never will be.
    private static final long SETTLED_AFTER_MS = 20_000;
    private static final String FOR_EVER = "-1";

    private final String name;
    private final TreeMap<String, Set<String>> configs = new TreeMap<>();
    private final List<WiredPartition> partitions = new ArrayList<>();
    private Uuid id;
    private Change change = Change.NONE;
    private boolean isLost;
    private long settledAtMs;
    private int wantedPartitions;
    private boolean mayForget;

    /// What is under way, or may have happened.
    enum Change { NONE, CREATE, DELETE, GROW, ALTER }

    TopicSlot(String name) {
        this.name = name;
    }

    String name() {
        return name;
    }

    /// Null if there is no such topic.
    Uuid id() {
        return id;
    }

    List<WiredPartition> partitions() {
        return partitions;
    }

    Change change() {
        return change;
    }

    /// It is there, and nobody is about to delete it.
    boolean isUsable() {
        return id != null && change != Change.DELETE;
    }

    /// Records of it may go because they are old or many.
    boolean mayForget() {
        return mayForget;
    }

    /// True if the answer to a change was lost, and looking now tells what became of it.
    boolean isToBeSettled(long passedMs) {
        return isLost && passedMs >= settledAtMs;
    }

    private void begin(Change what) {
        require(change == Change.NONE, "one change of a topic at a time", "topic", name);
        change = what;
    }

    void creating(int partitionCount, Map<String, String> settings) {
        begin(Change.CREATE);
        wantedPartitions = partitionCount;
        configs.clear();
        settings.forEach((key, value) -> configs.put(key, new TreeSet<>(Set.of(value))));
        mayForget = !settings.getOrDefault("retention.ms", FOR_EVER).equals(FOR_EVER);
    }

    void deleting() {
        begin(Change.DELETE);
    }

    void growing(int partitionCount) {
        begin(Change.GROW);
        wantedPartitions = partitionCount;
    }

    void altering(String key, String value) {
        begin(Change.ALTER);
        configs.computeIfAbsent(key, absent -> new TreeSet<>()).add(value);
        mayForget |= key.equals("retention.ms") && !value.equals(FOR_EVER);
        if (value.equals("os")) {
            partitions.forEach(partition -> partition.model.synced(false));
        }
    }

    /// The change was acknowledged.
    ///
    /// @param newId of a topic that was created
    void done(Uuid newId) {
        switch (change) {
            case CREATE -> created(newId, wantedPartitions);
            case DELETE -> deleted();
            case GROW -> grown(wantedPartitions);
            case NONE, ALTER -> { }
        }
        end();
    }

    /// An alteration was acknowledged, or found to be in force.
    void has(String key, String value) {
        Set<String> possible = configs.get(key);
        require(possible == null || possible.contains(value), "a setting is as it was acknowledged",
                "topic", name, "key", key, "found", value, "possible", possible);
        if (possible != null) {
            possible.clear();
            possible.add(value);
            if (key.equals("tidemark.durability")) {
                partitions.forEach(partition -> partition.model.synced(value.equals("sync")));
            }
        }
    }

    Set<String> keys() {
        return configs.keySet();
    }

    /// Nothing came of the change.
    void refused() {
        end();
    }

    /// Nobody knows what came of the change.
    ///
    /// @param goesOn true if the node may still be at it
    void lost(long passedMs, boolean goesOn) {
        if (change != Change.NONE) {
            isLost = true;
            settledAtMs = goesOn ? passedMs + SETTLED_AFTER_MS : passedMs;
        }
    }

    private void end() {
        change = Change.NONE;
        isLost = false;
    }

    private void created(Uuid newId, int count) {
        require(newId != null && !newId.equals(Uuid.ZERO_UUID), "a topic has an id", "topic",
                name);
        id = newId;
        require(count == wantedPartitions, "a topic has the partitions asked for", "topic", name,
                "wanted", wantedPartitions, "found", count);
        grown(count);
    }

    private void grown(int count) {
        // Several durabilities are possible while a change of it is under way, or was lost.
        boolean synced = configs.getOrDefault("tidemark.durability", Set.of("sync"))
                .equals(Set.of("sync"));
        while (partitions.size() < count) {
            partitions.add(new WiredPartition(this, partitions.size(), synced));
        }
    }

    private void deleted() {
        id = null;
        partitions.clear();
        configs.clear();
        mayForget = false;
    }

    /// Nobody found the topic.
    void foundAbsent() {
        require(id == null || change == Change.DELETE, "a topic that was created is there",
                "topic", name, "id", id, "change", change);
        deleted();
        end();
    }

    /// The topic was found.
    void found(Uuid foundId, int partitionCount) {
        if (change == Change.CREATE) {
            require(id == null, "only an absent topic is created", "topic", name);
            created(foundId, partitionCount);
        }
        require(foundId.equals(id), "a topic keeps its id, and a deleted one is gone", "topic",
                name, "known", id, "found", foundId, "change", change);
        require(partitionCount == partitions.size()
                || (change == Change.GROW && partitionCount == wantedPartitions),
                "a topic keeps its partitions", "topic", name, "known", partitions.size(),
                "found", partitionCount, "change", change);
        grown(partitionCount);
        end();
    }
}
