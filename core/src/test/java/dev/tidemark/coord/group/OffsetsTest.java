package dev.tidemark.coord.group;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.coord.group.command.ClientInfo;
import dev.tidemark.coord.group.command.GroupCommand.CommitOffsets;
import dev.tidemark.coord.group.command.GroupCommand.DeleteGroup;
import dev.tidemark.coord.group.command.GroupCommand.DeleteOffsets;
import dev.tidemark.coord.group.command.GroupCommand.DescribeClassic;
import dev.tidemark.coord.group.command.GroupCommand.FetchOffsets;
import dev.tidemark.coord.group.command.GroupCommand.ForgetTopics;
import dev.tidemark.coord.group.command.GroupCommand.KeepTopics;
import dev.tidemark.coord.group.command.GroupCommand.ListGroups;
import dev.tidemark.coord.group.command.GroupConfig;
import dev.tidemark.coord.group.command.GroupReply.Committed;
import dev.tidemark.coord.group.command.GroupReply.Deleted;
import dev.tidemark.coord.group.command.GroupReply.Described;
import dev.tidemark.coord.group.command.GroupReply.Done;
import dev.tidemark.coord.group.command.GroupReply.Fetched;
import dev.tidemark.coord.group.command.GroupReply.Listed;
import dev.tidemark.coord.group.command.GroupReply.OffsetsDeleted;
import java.util.List;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.ListGroupsResponseData.ListedGroup;
import org.apache.kafka.common.message.OffsetCommitRequestData;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestPartition;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestTopic;
import org.apache.kafka.common.message.OffsetDeleteRequestData;
import org.apache.kafka.common.message.OffsetDeleteRequestData.OffsetDeleteRequestPartition;
import org.apache.kafka.common.message.OffsetDeleteRequestData.OffsetDeleteRequestTopic;
import org.apache.kafka.common.message.OffsetDeleteRequestData.OffsetDeleteRequestTopicCollection;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestGroup;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestTopics;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.Test;

/// Committed offsets: kept, told, expired, removed.
final class OffsetsTest {
    private static final long DAY_MS = 24L * 60 * 60 * 1000;
    private static final long CHECK_MS = 600_000;
    private static final FixedTopics TOPICS = FixedTopics.of("orders", 1);

    private final DrivenGroups groups = new DrivenGroups();

    private Errors commit(String group, String topic, long offset, String metadata) {
        return commit(request(group, topic, offset).setMemberId(""), metadata, 9);
    }

    private Errors commit(OffsetCommitRequestData request, String metadata, int version) {
        return commit(groups, request, metadata, version);
    }

    private static Errors commit(DrivenGroups at, OffsetCommitRequestData request,
            String metadata, int version) {
        request.topics().getFirst().partitions().getFirst().setCommittedMetadata(metadata);
        var response = at.ask(Committed.class, new CommitOffsets(request,
                new ClientInfo("admin", "/10.0.0.9", version))).response();
        return Errors.forCode(
                response.topics().getFirst().partitions().getFirst().errorCode());
    }

    private static OffsetCommitRequestData request(String group, String topic, long offset) {
        return new OffsetCommitRequestData().setGroupId(group)
                .setTopics(List.of(new OffsetCommitRequestTopic().setName(topic)
                        .setPartitions(List.of(new OffsetCommitRequestPartition()
                                .setPartitionIndex(0)
                                .setCommittedOffset(offset)
                                .setCommittedLeaderEpoch(3)))));
    }

    private long fetched(String group, String topic) {
        var response = groups.ask(Fetched.class, new FetchOffsets(new OffsetFetchRequestGroup()
                .setGroupId(group)
                .setTopics(List.of(new OffsetFetchRequestTopics()
                        .setName(topic).setPartitionIndexes(List.of(0)))), TOPICS)).response();
        return response.topics().getFirst().partitions().getFirst().committedOffset();
    }

    private List<String> listed() {
        return groups.ask(Listed.class, new ListGroups(List.of(), List.of())).groups().stream()
                .map(ListedGroup::groupId).toList();
    }

    @Test
    void whatIsCommittedIsFetchedEvenAfterALossOfTheCoordinator() {
        assertThat(commit("g", "orders", 42, "here")).isEqualTo(Errors.NONE);
        groups.failOver();
        var request = new OffsetFetchRequestGroup().setGroupId("g").setTopics(null);
        var response = groups.ask(Fetched.class, new FetchOffsets(request, TOPICS)).response();
        var topic = response.topics().getFirst();
        assertThat(topic.name()).isEqualTo("orders");
        var partition = topic.partitions().getFirst();
        assertThat(partition.committedOffset()).isEqualTo(42);
        assertThat(partition.committedLeaderEpoch()).isEqualTo(3);
        assertThat(partition.metadata()).isEqualTo("here");
    }

    @Test
    void nothingCommittedIsMinusOneAndNoError() {
        assertThat(fetched("g", "orders")).isEqualTo(-1);
        var all = groups.ask(Fetched.class, new FetchOffsets(
                new OffsetFetchRequestGroup().setGroupId("g").setTopics(null), TOPICS)).response();
        assertThat(all.topics()).isEmpty();
        assertThat(all.errorCode()).isEqualTo(Errors.NONE.code());
    }

    /// The removal of what was committed to the one before waits until it can be written.
    @Test
    void whatWasCommittedToAnEarlierTopicOfTheNameIsNotTold() {
        OffsetCommitRequestData request = request("g", "orders", 42).setMemberId("");
        request.topics().getFirst().setTopicId(FixedTopics.id("orders before"));
        assertThat(commit(request, "", 10)).isEqualTo(Errors.NONE);
        assertThat(fetched("g", "orders")).isEqualTo(-1);
        var all = groups.ask(Fetched.class, new FetchOffsets(
                new OffsetFetchRequestGroup().setGroupId("g").setTopics(null), TOPICS)).response();
        assertThat(all.topics()).isEmpty();

        request.topics().getFirst().setTopicId(FixedTopics.id("orders"));
        assertThat(commit(request, "", 10)).isEqualTo(Errors.NONE);
        assertThat(fetched("g", "orders")).isEqualTo(42);
    }

    @Test
    void metadataHasALimitInCharactersLikeKafkas() {
        assertThat(commit("g", "orders", 1, "x".repeat(4096))).isEqualTo(Errors.NONE);
        assertThat(commit("g", "orders", 2, "x".repeat(4097)))
                .isEqualTo(Errors.OFFSET_METADATA_TOO_LARGE);
        assertThat(commit("g", "orders", 3, "ö".repeat(4096))).isEqualTo(Errors.NONE);
        assertThat(commit("g", "orders", 4, "ö".repeat(4097)))
                .isEqualTo(Errors.OFFSET_METADATA_TOO_LARGE);
        assertThat(fetched("g", "orders")).isEqualTo(3);
    }

    @Test
    void metadataThatNoRecordHoldsIsTooLongWhateverTheLimit() {
        var usual = GroupConfig.DEFAULTS;
        var roomy = new DrivenGroups(new GroupConfig(new GroupConfig.OffsetRules(1 << 20,
                usual.offsets().retentionMs(), usual.offsets().checkIntervalMs()),
                usual.classic(), usual.consumer()));
        assertThat(commit(roomy, request("g", "orders", 1), "ö".repeat(16_383), 9))
                .isEqualTo(Errors.NONE);
        assertThat(commit(roomy, request("g", "orders", 2), "ö".repeat(16_384), 9))
                .isEqualTo(Errors.OFFSET_METADATA_TOO_LARGE);
    }

    @Test
    void aMemberOfAGroupThatIsNotThereIsTold() {
        var request = request("g", "orders", 1).setGenerationIdOrMemberEpoch(3).setMemberId("m");
        assertThat(commit(request, "", 8)).isEqualTo(Errors.ILLEGAL_GENERATION);
        assertThat(commit(request, "", 9)).isEqualTo(Errors.GROUP_ID_NOT_FOUND);
    }

    @Test
    void unusedOffsetsExpireAndTheGroupWithThem() {
        commit("g", "orders", 42, "");
        groups.pass(7 * DAY_MS - CHECK_MS);
        assertThat(fetched("g", "orders")).isEqualTo(42);
        groups.pass(2 * CHECK_MS);
        assertThat(fetched("g", "orders")).isEqualTo(-1);
        assertThat(listed()).isEmpty();
    }

    @Test
    void anOldClientMaySayWhenItsOffsetEnds() {
        var request = request("g", "orders", 42).setMemberId("").setRetentionTimeMs(DAY_MS);
        assertThat(commit(request, "", 4)).isEqualTo(Errors.NONE);
        groups.pass(DAY_MS + CHECK_MS);
        assertThat(fetched("g", "orders")).isEqualTo(-1);
    }

    @Test
    void offsetsOfAnActiveGroupExpireOnlyForTopicsThatItDoesNotRead() {
        var member = new ClassicClient(groups);
        member.sessionMs = 1_800_000;
        member.join();
        groups.pass(3_000);
        member.joined();
        member.sync();
        member.commit("orders", 0, 5);
        member.commit("payments", 0, 6);
        for (int i = 0; i < 8 * 24 * 2; i++) {
            groups.pass(1_700_000);
            member.beat();
        }
        assertThat(fetched(ClassicClient.GROUP, "orders")).isEqualTo(5);
        assertThat(fetched(ClassicClient.GROUP, "payments")).isEqualTo(-1);
    }

    @Test
    void offsetsOfAnEmptyGroupLiveFromTheTimeItBecameEmpty() {
        var member = new ClassicClient(groups);
        member.sessionMs = 1_800_000;
        member.join();
        groups.pass(3_000);
        member.joined();
        member.sync();
        member.commit("orders", 0, 5);
        for (int i = 0; i < 8 * 24 * 2; i++) {
            groups.pass(1_700_000);
            member.beat();
        }
        member.leave();
        groups.pass(6 * DAY_MS);
        groups.failOver();
        groups.pass(CHECK_MS);
        assertThat(fetched(ClassicClient.GROUP, "orders")).isEqualTo(5);
        groups.pass(DAY_MS + CHECK_MS);
        assertThat(fetched(ClassicClient.GROUP, "orders")).isEqualTo(-1);
        assertThat(listed()).isEmpty();
        assertThat(groups.machine.snapshot()).isEmpty();
    }

    @Test
    void deletedTopicsTakeTheirOffsetsWithThem() {
        commit("g", "orders", 42, "");
        commit("g", "payments", 43, "");
        groups.ask(Done.class, new ForgetTopics(List.of("orders")));
        assertThat(fetched("g", "orders")).isEqualTo(-1);
        assertThat(fetched("g", "payments")).isEqualTo(43);
    }

    @Test
    void aStartForgetsOffsetsOfTopicsThatAreGoneOrWereMadeAnew() {
        commit("g", "orders", 42, "");
        commit("g", "payments", 43, "");
        var anew = request("g", "mails", 44).setMemberId("");
        anew.topics().getFirst().setTopicId(new Uuid(1, 1));
        assertThat(commit(anew, "", 9)).isEqualTo(Errors.NONE);
        groups.ask(Done.class, new KeepTopics(FixedTopics.of("orders", 1).with("mails", 1)));
        assertThat(fetched("g", "orders")).isEqualTo(42);
        assertThat(fetched("g", "payments")).isEqualTo(-1);
        assertThat(fetched("g", "mails")).isEqualTo(-1);
    }

    @Test
    void aGroupIsDeletedWithItsOffsetsOnceItIsEmpty() {
        var member = new ClassicClient(groups).join();
        groups.pass(3_000);
        member.joined();
        member.sync();
        member.commit("orders", 0, 5);
        assertThat(delete()).isEqualTo(Errors.NON_EMPTY_GROUP);
        member.leave();
        assertThat(delete()).isEqualTo(Errors.NONE);
        assertThat(groups.machine.snapshot()).isEmpty();
        assertThat(delete()).isEqualTo(Errors.GROUP_ID_NOT_FOUND);
    }

    private Errors delete() {
        return Errors.forCode(groups.ask(Deleted.class, new DeleteGroup(ClassicClient.GROUP))
                .response().errorCode());
    }

    @Test
    void offsetsOfTopicsThatTheGroupReadsAreNotDeleted() {
        var member = new ClassicClient(groups).join();
        groups.pass(3_000);
        member.joined();
        member.sync();
        member.commit("orders", 0, 5);
        member.commit("payments", 0, 6);
        var response = groups.ask(OffsetsDeleted.class, new DeleteOffsets(
                deletion(ClassicClient.GROUP, "orders", "payments"))).response();
        assertThat(response.topics().find("orders").partitions().iterator().next().errorCode())
                .isEqualTo(Errors.GROUP_SUBSCRIBED_TO_TOPIC.code());
        assertThat(response.topics().find("payments").partitions().iterator().next().errorCode())
                .isEqualTo(Errors.NONE.code());
        assertThat(fetched(ClassicClient.GROUP, "orders")).isEqualTo(5);
        assertThat(fetched(ClassicClient.GROUP, "payments")).isEqualTo(-1);
        var unknown = groups.ask(OffsetsDeleted.class,
                new DeleteOffsets(deletion("zz", "orders"))).response();
        assertThat(unknown.errorCode()).isEqualTo(Errors.GROUP_ID_NOT_FOUND.code());
    }

    private static OffsetDeleteRequestData deletion(String group, String... topics) {
        var collection = new OffsetDeleteRequestTopicCollection();
        for (String topic : topics) {
            collection.add(new OffsetDeleteRequestTopic().setName(topic).setPartitions(
                    List.of(new OffsetDeleteRequestPartition().setPartitionIndex(0))));
        }
        return new OffsetDeleteRequestData().setGroupId(group).setTopics(collection);
    }

    @Test
    void groupsAreListedByStateAndType() {
        commit("simple", "orders", 1, "");
        new ClassicClient(groups).join();
        assertThat(listed()).containsExactly(ClassicClient.GROUP, "simple");
        var empty = groups.ask(Listed.class, new ListGroups(List.of("empty"), List.of()));
        assertThat(empty.groups()).extracting(ListedGroup::groupId).containsExactly("simple");
        var modern = groups.ask(Listed.class, new ListGroups(List.of(), List.of("consumer")));
        assertThat(modern.groups()).isEmpty();
        var classic = groups.ask(Listed.class, new ListGroups(List.of(), List.of("Classic")));
        assertThat(classic.groups()).hasSize(2);
    }

    @Test
    void aGroupThatIsNotThereIsDescribedAsDead() {
        var group = groups.ask(Described.class, new DescribeClassic("zz")).response();
        assertThat(group.groupState()).isEqualTo("Dead");
        assertThat(group.errorCode()).isEqualTo(Errors.GROUP_ID_NOT_FOUND.code());
    }
}
