package dev.tidemark.server.admin;

import dev.tidemark.server.term.CommandFailed;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;

/// What a cluster says of itself at one moment.
///
/// @param id the cluster's
/// @param nodes by number, fenced ones included
/// @param partitions of all topics, by name
record ClusterView(String id, List<ClusterNode> nodes, List<ClusterPartition> partitions) {
    static ClusterView read(Admin admin) {
        var cluster = admin.describeCluster(
                new DescribeClusterOptions().includeFencedBrokers(true));
        List<ClusterNode> nodes = new ArrayList<>();
        for (Node node : NodeClient.get("describe the cluster", cluster.nodes())) {
            nodes.add(new ClusterNode(node.id(), node.host() + ":" + node.port(),
                    node.rack() == null ? "" : node.rack(), node.isFenced()));
        }
        nodes.sort(Comparator.comparingInt(ClusterNode::id));
        var names = NodeClient.get("list topics",
                admin.listTopics(new ListTopicsOptions().listInternal(true)).names());
        var topics = NodeClient.get("describe topics",
                admin.describeTopics(new TreeSet<>(names)).allTopicNames());
        return new ClusterView(NodeClient.get("describe the cluster", cluster.clusterId()), nodes,
                partitions(topics.values()));
    }

    /// Nodes that can be given something.
    List<ClusterNode> serving() {
        return nodes.stream().filter(node -> !node.isFenced()).toList();
    }

    ClusterNode node(int id) {
        return nodes.stream().filter(node -> node.id() == id).findFirst().orElse(null);
    }

    /// A node that was named by a person.
    ///
    /// @throws CommandFailed if it holds no partitions, or there is none
    ClusterNode known(int id) {
        ClusterNode known = node(id);
        if (known == null) {
            throw new CommandFailed("there is no node " + id + " that holds partitions"
                    + " (./tidemark cluster status shows all)");
        }
        return known;
    }

    private static List<ClusterPartition> partitions(Collection<TopicDescription> topics) {
        List<ClusterPartition> partitions = new ArrayList<>();
        for (TopicDescription topic : topics) {
            for (TopicPartitionInfo info : topic.partitions()) {
                boolean isLed = info.leader() != null && !info.leader().isEmpty();
                partitions.add(new ClusterPartition(
                        new TopicPartition(topic.name(), info.partition()),
                        isLed ? info.leader().id() : ClusterPartition.NOBODY,
                        info.replicas().stream().map(Node::id).toList(),
                        info.isr().stream().map(Node::id).toList()));
            }
        }
        partitions.sort(Comparator.comparing((ClusterPartition one) -> one.name().topic())
                .thenComparing(one -> one.name().partition()));
        return partitions;
    }
}
