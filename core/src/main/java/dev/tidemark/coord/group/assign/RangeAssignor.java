package dev.tidemark.coord.group.assign;

import dev.tidemark.coord.group.assign.Sharing.Worker;
import dev.tidemark.coord.group.event.PartitionSet;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.kafka.common.Uuid;

/// Shares each topic out in contiguous ranges, in one order of members for all topics: topics of
/// the same size and subscribers are assigned alike, so that they can be joined.
///
/// Static members come first, by instance id, so that a restart changes nothing. Stateless.
public final class RangeAssignor implements Assignor {
    /// As members name it.
    public static final String NAME = "range";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public SortedMap<String, PartitionSet> assign(Sharing sharing) {
        Map<String, Map<Uuid, List<Integer>>> parts = new HashMap<>();
        List<String> order = order(sharing);
        sharing.topics().forEach((topicId, count) -> {
            List<String> subscribers = new ArrayList<>(order);
            subscribers.removeIf(id -> !sharing.members().get(id).topics().contains(topicId));
            share(topicId, count, subscribers, parts);
        });
        SortedMap<String, PartitionSet> result = new TreeMap<>();
        for (String memberId : sharing.members().keySet()) {
            result.put(memberId, PartitionSet.of(parts.getOrDefault(memberId, Map.of())));
        }
        return result;
    }

    private static void share(Uuid topicId, int count, List<String> subscribers,
            Map<String, Map<Uuid, List<Integer>>> parts) {
        int from = 0;
        for (int i = 0; i < subscribers.size(); i++) {
            int size = count / subscribers.size() + (i < count % subscribers.size() ? 1 : 0);
            parts.computeIfAbsent(subscribers.get(i), _ -> new HashMap<>())
                    .put(topicId, IntStream.range(from, from + size).boxed().toList());
            from += size;
        }
    }

    private static List<String> order(Sharing sharing) {
        List<String> ids = new ArrayList<>(sharing.members().keySet());
        ids.sort(Comparator
                .comparing((String id) -> instanceOf(sharing, id) == null)
                .thenComparing(id -> {
                    String instance = instanceOf(sharing, id);
                    return instance == null ? id : instance;
                }));
        return ids;
    }

    private static String instanceOf(Sharing sharing, String memberId) {
        Worker member = sharing.members().get(memberId);
        return member.instanceId();
    }
}
