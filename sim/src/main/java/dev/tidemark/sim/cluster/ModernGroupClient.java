package dev.tidemark.sim.cluster;

import static dev.tidemark.sim.model.Finding.require;

import dev.tidemark.base.Prng;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData.TopicPartitions;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;

/// A member by the newer protocol (KIP-848) whose coordinator moves: as long as it stays one, its
/// epoch never goes back.
final class ModernGroupClient extends GroupClient {
    private static final int JOINS = 0;
    private static final int LEAVES = -1;
    private static final int REBALANCE_MS = 8_000;

    private final List<TopicPartitions> held = new ArrayList<>();
    private String memberId = "";
    private int epoch;

    ModernGroupClient(WholeClusterWorld world, Prng prng, String name, GroupBook book) {
        super(world, prng, name, book);
        out(true);
    }

    @Override
    boolean isIn() {
        return epoch > 0;
    }

    @Override
    String memberId() {
        return memberId;
    }

    @Override
    int epoch() {
        return epoch;
    }

    @Override
    void out(boolean forgotten) {
        held.clear();
        epoch = JOINS;
        if (forgotten) {
            memberId = new Uuid(prng.nextLong(), prng.nextLong()).toString();
        }
    }

    @Override
    void mustCatchUp() {
        // Its next heartbeat will.
    }

    @Override
    void join() {
        beat(JOINS);
    }

    @Override
    void beat() {
        beat(epoch);
    }

    @Override
    void leave() {
        beat(LEAVES);
    }

    private void beat(int withEpoch) {
        var request = new ConsumerGroupHeartbeatRequestData().setGroupId(book.toString())
                .setMemberId(memberId).setMemberEpoch(withEpoch);
        if (withEpoch == JOINS || (withEpoch > 0 && prng.chance(1, 10))) {
            List<String> topics = new ArrayList<>();
            world.topics().stream().filter(topic -> prng.chance(2, 3))
                    .forEach(topic -> topics.add(topic.name));
            request.setRebalanceTimeoutMs(REBALANCE_MS).setSubscribedTopicNames(topics);
        }
        if (withEpoch >= 0) {
            request.setTopicPartitions(withEpoch == JOINS ? List.of() : List.copyOf(held));
        }
        this.<ConsumerGroupHeartbeatResponseData>ask(ApiKeys.CONSUMER_GROUP_HEARTBEAT, request,
                answer -> answered(withEpoch, answer));
    }

    private void answered(int askedEpoch, ConsumerGroupHeartbeatResponseData answer) {
        if (!goesOn("beat epoch=" + askedEpoch, Errors.forCode(answer.errorCode()),
                answer.memberEpoch())) {
            return;
        }
        if (askedEpoch == LEAVES) {
            out(true);
            return;
        }
        require(answer.memberEpoch() >= epoch, "a member's epoch does not go back", "group",
                book, "member", memberId, "from", epoch, "to", answer.memberEpoch());
        epoch = answer.memberEpoch();
        if (answer.assignment() != null) {
            held.clear();
            answer.assignment().topicPartitions().forEach(topic -> held.add(new TopicPartitions()
                    .setTopicId(topic.topicId()).setPartitions(topic.partitions())));
        }
    }
}
