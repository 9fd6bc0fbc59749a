package dev.tidemark.coord.group;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.coord.group.command.ClientInfo;
import dev.tidemark.coord.group.command.ConsumerTimes;
import dev.tidemark.coord.group.command.GroupConfig;
import dev.tidemark.coord.group.command.GroupCommand.CommitOffsets;
import dev.tidemark.coord.group.command.ConsumerTimes;
import dev.tidemark.coord.group.command.GroupConfig;
import dev.tidemark.coord.group.command.GroupCommand.ConsumerBeat;
import dev.tidemark.coord.group.command.GroupCommand.DescribeConsumer;
import dev.tidemark.coord.group.command.GroupReply.Committed;
import dev.tidemark.coord.group.command.GroupReply.ConsumerBeaten;
import dev.tidemark.coord.group.command.GroupReply.ConsumerDescribed;
import dev.tidemark.coord.group.command.TopicsView;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData.TopicPartitions;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatResponseData;
import org.apache.kafka.common.message.OffsetCommitRequestData;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestPartition;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestTopic;
import org.apache.kafka.common.protocol.Errors;

/// One client of the consumer protocol (KIP-848) in a test: it owns what it was told to own, gives
/// up what it must when the test says so, and joins again when it is fenced.
final class ConsumerClient {
    static final String GROUP = "g";

    private final DrivenGroups groups;
    final String memberId;
    String instanceId;
    List<String> topics = List.of("orders");
    String regex;
    String assignor;
    int rebalanceMs = 30_000;
    int epoch;
    TopicsView view;
    ConsumerTimes times = GroupConfig.DEFAULTS.consumer().times();
    /// Names like `orders-3`.
    final Set<String> owned = new TreeSet<>();
    /// What it was told to own last; null before.
    Set<String> told;
    ConsumerGroupHeartbeatResponseData response;

    ConsumerClient(DrivenGroups groups, String memberId, TopicsView view) {
        this.groups = groups;
        this.memberId = memberId;
        this.view = view;
    }

    /// Two members that own two partitions each.
    static ConsumerClient[] stablePair(DrivenGroups groups, TopicsView view) {
        var a = new ConsumerClient(groups, "a", view);
        assertThat(a.join()).isEqualTo(Errors.NONE);
        a.reconcile();
        var b = new ConsumerClient(groups, "b", view);
        assertThat(b.join()).isEqualTo(Errors.NONE);
        a.beat();
        a.reconcile();
        b.beat();
        b.reconcile();
        assertThat(groups.ask(ConsumerDescribed.class, new DescribeConsumer(GROUP, view))
                .response().groupState()).isEqualTo("Stable");
        return new ConsumerClient[] {a, b};
    }

    /// Joins with everything that it is.
    Errors join() {
        epoch = 0;
        owned.clear();
        told = null;
        return send(request()
                .setRebalanceTimeoutMs(rebalanceMs)
                .setSubscribedTopicNames(new ArrayList<>(topics))
                .setSubscribedTopicRegex(regex)
                .setServerAssignor(assignor)
                .setTopicPartitions(List.of()));
    }

    /// A heartbeat that says nothing new.
    Errors beat() {
        return send(request());
    }

    /// Takes over what it was told, and reports that with a heartbeat.
    Errors reconcile() {
        owned.clear();
        owned.addAll(told);
        return send(request().setTopicPartitions(ownedPartitions()));
    }

    /// Subscribes to other topics.
    Errors subscribe(String... names) {
        topics = List.of(names);
        return send(request().setSubscribedTopicNames(new ArrayList<>(topics)));
    }

    /// Leaves, or with -2 goes away for a while.
    Errors leave(int leaveEpoch) {
        epoch = leaveEpoch;
        return send(request());
    }

    ConsumerGroupHeartbeatRequestData request() {
        return new ConsumerGroupHeartbeatRequestData()
                .setGroupId(GROUP)
                .setMemberId(memberId)
                .setInstanceId(instanceId)
                .setMemberEpoch(epoch);
    }

    Errors send(ConsumerGroupHeartbeatRequestData request) {
        response = groups.ask(ConsumerBeaten.class,
                new ConsumerBeat(request, DrivenGroups.CLIENT, view, times)).response();
        Errors error = Errors.forCode(response.errorCode());
        if (error == Errors.NONE) {
            epoch = response.memberEpoch();
            if (response.assignment() != null) {
                told = new TreeSet<>();
                for (var topic : response.assignment().topicPartitions()) {
                    for (int index : topic.partitions()) {
                        told.add(view.nameOf(topic.topicId()) + "-" + index);
                    }
                }
            }
        }
        return error;
    }

    private List<TopicPartitions> ownedPartitions() {
        List<TopicPartitions> partitions = new ArrayList<>();
        for (String name : owned) {
            int dash = name.lastIndexOf('-');
            partitions.add(new TopicPartitions()
                    .setTopicId(FixedTopics.id(name.substring(0, dash)))
                    .setPartitions(List.of(Integer.valueOf(name.substring(dash + 1)))));
        }
        return partitions;
    }

    Errors commit(String topic, int partition, int atEpoch) {
        var request = new OffsetCommitRequestData()
                .setGroupId(GROUP)
                .setMemberId(memberId)
                .setGenerationIdOrMemberEpoch(atEpoch)
                .setTopics(List.of(new OffsetCommitRequestTopic().setName(topic)
                        .setTopicId(FixedTopics.id(topic))
                        .setPartitions(List.of(new OffsetCommitRequestPartition()
                                .setPartitionIndex(partition).setCommittedOffset(9)))));
        var answer = groups.ask(Committed.class,
                new CommitOffsets(request, new ClientInfo("app", "/10.0.0.1", 9))).response();
        return Errors.forCode(answer.topics().getFirst().partitions().getFirst().errorCode());
    }
}
