package dev.tidemark.server.admin;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.AlterConfigOp.OpType;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;

/// How fast moves may copy records: set before they begin, taken away when all of them are over.
///
/// Under Kafka's own keys, so that `kafka-reassign-partitions --verify` takes it away as well.
final class ClusterThrottle {
    private static final List<String> RATES = List.of("leader.replication.throttled.rate",
            "follower.replication.throttled.rate");
    private static final String LEADERS = "leader.replication.throttled.replicas";
    private static final String FOLLOWERS = "follower.replication.throttled.replicas";

    private ClusterThrottle() {
    }

    /// Sets it for these moves, beside what is throttled already.
    static void set(Admin admin, Collection<ClusterMove> moves, long bytesPerSecond) {
        Map<ConfigResource, Collection<AlterConfigOp>> changes = new HashMap<>();
        Map<String, Set<String>> senders = new TreeMap<>();
        Map<String, Set<String>> takers = new TreeMap<>();
        Set<Integer> nodes = new TreeSet<>();
        for (ClusterMove move : moves) {
            nodes.addAll(move.from());
            nodes.addAll(move.to());
            String topic = move.name().topic();
            replicas(senders, topic, move, move.from());
            replicas(takers, topic, move, move.to().stream()
                    .filter(node -> !move.from().contains(node)).toList());
        }
        // Who only changes places copies nothing.
        takers.forEach((topic, replicas) -> changes.put(topic(topic),
                List.of(append(LEADERS, senders.get(topic)), append(FOLLOWERS, replicas))));
        String rate = Long.toString(bytesPerSecond);
        // A node that is away can't be told, and copies nothing.
        ClusterView.read(admin).serving().stream().map(ClusterNode::id).filter(nodes::contains)
                .forEach(node -> changes.put(node(node), RATES.stream().map(key ->
                        new AlterConfigOp(new ConfigEntry(key, rate), OpType.SET)).toList()));
        apply(admin, "set the throttle", changes);
    }

    private static void replicas(Map<String, Set<String>> into, String topic, ClusterMove move,
            List<Integer> nodes) {
        nodes.forEach(node -> into.computeIfAbsent(topic, absent -> new TreeSet<>())
                .add(move.name().partition() + ":" + node));
    }

    private static AlterConfigOp append(String key, Set<String> replicas) {
        return new AlterConfigOp(new ConfigEntry(key, String.join(",", replicas)), OpType.APPEND);
    }

    /// Takes it away, wherever it is set.
    ///
    /// @return whether there was one
    static boolean clear(Admin admin) {
        ClusterView view = ClusterView.read(admin);
        Set<ConfigResource> all = view.partitions().stream()
                .map(one -> topic(one.name().topic())).collect(Collectors.toSet());
        view.serving().forEach(serving -> all.add(node(serving.id())));
        Map<ConfigResource, Collection<AlterConfigOp>> changes = new HashMap<>();
        NodeClient.get("read configurations", admin.describeConfigs(all).all())
                .forEach((resource, config) -> {
                    List<AlterConfigOp> set = new ArrayList<>();
                    for (ConfigEntry entry : config.entries()) {
                        if (isOurs(entry)) {
                            set.add(new AlterConfigOp(new ConfigEntry(entry.name(), null),
                                    OpType.DELETE));
                        }
                    }
                    if (!set.isEmpty()) {
                        changes.put(resource, set);
                    }
                });
        apply(admin, "take the throttle away", changes);
        return !changes.isEmpty();
    }

    private static boolean isOurs(ConfigEntry entry) {
        boolean isSet = entry.source() == ConfigEntry.ConfigSource.DYNAMIC_TOPIC_CONFIG
                || entry.source() == ConfigEntry.ConfigSource.DYNAMIC_BROKER_CONFIG;
        return isSet && (RATES.contains(entry.name()) || entry.name().equals(LEADERS)
                || entry.name().equals(FOLLOWERS));
    }

    private static void apply(Admin admin, String what,
            Map<ConfigResource, Collection<AlterConfigOp>> changes) {
        if (!changes.isEmpty()) {
            NodeClient.get(what, admin.incrementalAlterConfigs(changes).all());
        }
    }

    private static ConfigResource topic(String name) {
        return new ConfigResource(ConfigResource.Type.TOPIC, name);
    }

    private static ConfigResource node(int id) {
        return new ConfigResource(ConfigResource.Type.BROKER, Integer.toString(id));
    }
}
