package dev.tidemark.sim.group;

import static dev.tidemark.sim.model.Finding.require;

import dev.tidemark.base.Prng;
import dev.tidemark.coord.group.command.ClientInfo;
import dev.tidemark.coord.group.command.GroupCommand;
import dev.tidemark.coord.group.command.GroupReply;
import java.util.List;
import org.apache.kafka.common.message.OffsetCommitRequestData;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestPartition;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestTopic;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestGroup;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestTopics;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.Uuid;

/// Commits rising offsets in a group without members, and reads them back.
final class OffsetSeat implements GroupSeat {
    private static final String TOPIC = "offsets";

    private final GroupWorld world;
    private final Prng prng;
    private final String group;
    private long acknowledged = -1;
    private long sent = -1;

    OffsetSeat(GroupWorld world, Prng prng, String group) {
        this.world = world;
        this.prng = prng;
        this.group = group;
    }

    @Override
    public void step() {
        if (prng.chance(1, 2)) {
            commit();
        } else {
            fetch();
        }
    }

    private void commit() {
        long offset = ++sent;
        var request = new OffsetCommitRequestData().setGroupId(group).setMemberId("")
                .setGenerationIdOrMemberEpoch(-1).setTopics(List.of(
                        new OffsetCommitRequestTopic().setName(TOPIC).setTopicId(Uuid.ONE_UUID)
                                .setPartitions(List.of(new OffsetCommitRequestPartition()
                                        .setPartitionIndex(0).setCommittedOffset(offset)
                                        .setCommittedMetadata("")))));
        world.ask(group, new GroupCommand.CommitOffsets(request,
                new ClientInfo("sim", "/sim", 9)), reply -> {
                    if (reply instanceof GroupReply.Committed committed) {
                        Errors error = Errors.forCode(committed.response().topics().getFirst()
                                .partitions().getFirst().errorCode());
                        require(error == Errors.NONE, "an offset is taken", "error", error);
                        acknowledged = Math.max(acknowledged, offset);
                    }
                });
    }

    private void fetch() {
        long floor = acknowledged;
        var request = new OffsetFetchRequestGroup().setGroupId(group).setTopics(List.of(
                new OffsetFetchRequestTopics().setName(TOPIC).setPartitionIndexes(List.of(0))));
        world.ask(group, new GroupCommand.FetchOffsets(request, world.topics()), reply -> {
            if (reply instanceof GroupReply.Fetched fetched) {
                long found = fetched.response().topics().getFirst().partitions().getFirst()
                        .committedOffset();
                require(found >= floor && found <= sent, "a committed offset is kept", "found",
                        found, "acknowledged", floor, "sent", sent);
            }
        });
    }

    @Override
    public void crashed() {
        // Each answer that is missing leaves an offset open.
    }
}
