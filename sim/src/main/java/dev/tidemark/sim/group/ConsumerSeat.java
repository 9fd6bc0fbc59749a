package dev.tidemark.sim.group;

import dev.tidemark.base.Prng;
import dev.tidemark.coord.group.command.ClientInfo;
import dev.tidemark.coord.group.command.GroupCommand;
import dev.tidemark.coord.group.command.GroupConfig;
import dev.tidemark.coord.group.command.GroupReply;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData.TopicPartitions;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatResponseData;
import org.apache.kafka.common.protocol.Errors;

/// A member of a consumer group (KIP-848): joins, beats, gives up what it is told to, leaves, or
/// falls silent.
final class ConsumerSeat implements GroupSeat {
    private static final int LEAVES = -1;
    private static final int REBALANCE_MS = 20_000;

    private final GroupWorld world;
    private final Prng prng;
    private final String group;
    private final String memberId;
    /// What it takes for its own, as `topic id/partition`: what it was told to give up as well,
    /// until it beats again and says that it has.
    private final Set<String> owned = new TreeSet<>();
    private final Map<Uuid, List<Integer>> held = new TreeMap<>();
    private int epoch;
    private boolean waits;

    ConsumerSeat(GroupWorld world, Prng prng, String group, String memberId) {
        this.world = world;
        this.prng = prng;
        this.group = group;
        this.memberId = memberId;
    }

    String group() {
        return group;
    }

    String memberId() {
        return memberId;
    }

    Set<String> owned() {
        return owned;
    }

    @Override
    public void step() {
        if (!waits) {
            beat(epoch > 0 && prng.chance(1, 25) ? LEAVES : epoch);
        }
    }

    private void beat(int withEpoch) {
        owned.clear();
        held.forEach(this::own);
        var request = new ConsumerGroupHeartbeatRequestData().setGroupId(group)
                .setMemberId(memberId).setMemberEpoch(withEpoch);
        if (withEpoch == 0 || prng.chance(1, 10)) {
            request.setRebalanceTimeoutMs(REBALANCE_MS)
                    .setSubscribedTopicNames(world.someTopics(prng));
        }
        if (withEpoch >= 0) {
            request.setTopicPartitions(heldPartitions());
        }
        waits = true;
        var command = new GroupCommand.ConsumerBeat(request, new ClientInfo("sim", "/sim", 1),
                world.topics(), GroupConfig.DEFAULTS.consumer().times());
        world.ask(memberId, command, reply -> {
            waits = false;
            if (reply instanceof GroupReply.ConsumerBeaten beaten) {
                answered(withEpoch, beaten.response());
            }
        });
    }

    private List<TopicPartitions> heldPartitions() {
        List<TopicPartitions> all = new ArrayList<>();
        held.forEach((id, indexes) ->
                all.add(new TopicPartitions().setTopicId(id).setPartitions(indexes)));
        return all;
    }

    private void answered(int askedEpoch, ConsumerGroupHeartbeatResponseData answer) {
        Errors error = Errors.forCode(answer.errorCode());
        world.note(memberId + " epoch=" + askedEpoch + " " + error, answer.memberEpoch());
        if (error != Errors.NONE || askedEpoch == LEAVES) {
            // Fenced, unknown or gone: it owns nothing and joins again.
            epoch = 0;
            held.clear();
            owned.clear();
            return;
        }
        epoch = answer.memberEpoch();
        if (answer.assignment() != null) {
            held.clear();
            answer.assignment().topicPartitions().forEach(topic ->
                    held.put(topic.topicId(), List.copyOf(topic.partitions())));
            held.forEach(this::own);
            world.checkOwners(this);
        }
    }

    private void own(Uuid topicId, List<Integer> indexes) {
        indexes.forEach(index -> owned.add(topicId + "/" + index));
    }

    @Override
    public void crashed() {
        waits = false;
    }
}
