package dev.tidemark.broker.group;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.base.Limits;
import dev.tidemark.coord.group.FixedTopics;
import dev.tidemark.coord.group.command.GroupCommand.CommitOffsets;
import dev.tidemark.coord.group.command.TopicsView;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.OffsetCommitRequestData;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestPartition;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestTopic;
import org.apache.kafka.common.message.OffsetCommitResponseData;
import org.apache.kafka.common.message.OffsetDeleteRequestData;
import org.apache.kafka.common.message.OffsetDeleteRequestData.OffsetDeleteRequestPartition;
import org.apache.kafka.common.message.OffsetDeleteRequestData.OffsetDeleteRequestTopic;
import org.apache.kafka.common.message.OffsetDeleteRequestData.OffsetDeleteRequestTopicCollection;
import org.apache.kafka.common.message.OffsetDeleteResponseData;
import org.apache.kafka.common.message.OffsetFetchRequestData;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestGroup;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestTopic;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestTopics;
import org.apache.kafka.common.message.OffsetFetchResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The offset handlers, in every version that clients may speak.
final class OffsetHandlersTest {
    private static final String GROUP = "g";
    private static final String TOPIC = "orders";

    private final WireProbe probe = new WireProbe();
    private TopicsView topics = FixedTopics.of(TOPIC, 4);
    private final OffsetCommitHandler commit = new OffsetCommitHandler(probe, () -> topics);
    private final OffsetFetchHandler fetch = new OffsetFetchHandler(probe, () -> topics);
    private final OffsetDeleteHandler delete = new OffsetDeleteHandler(probe, () -> topics);

    static IntStream commitVersions() {
        return versions(ApiKeys.OFFSET_COMMIT);
    }

    static IntStream singleVersions() {
        return IntStream.rangeClosed(1, 7);
    }

    static IntStream batchedVersions() {
        return IntStream.rangeClosed(8, ApiKeys.OFFSET_FETCH.latestVersion());
    }

    private static IntStream versions(ApiKeys api) {
        return IntStream.rangeClosed(api.oldestVersion(), api.latestVersion());
    }

    private static OffsetCommitRequestTopic topic(String name, int version) {
        var topic = version >= 10
                ? new OffsetCommitRequestTopic().setTopicId(FixedTopics.id(name))
                : new OffsetCommitRequestTopic().setName(name);
        return topic.setPartitions(List.of(new OffsetCommitRequestPartition()
                .setPartitionIndex(2)
                .setCommittedOffset(42)
                .setCommittedLeaderEpoch(version >= 6 ? 3 : -1)
                .setCommittedMetadata("m")));
    }

    private OffsetCommitResponseData commit(int version) {
        var request = new OffsetCommitRequestData().setGroupId(GROUP)
                .setTopics(List.of(topic("nowhere", version), topic(TOPIC, version)));
        return probe.ask(commit, request, new OffsetCommitResponseData(), version);
    }

    @ParameterizedTest
    @MethodSource("commitVersions")
    void offsetsAreCommittedInEveryVersion(int version) {
        var response = commit(version);
        assertThat(response.topics()).hasSize(2);
        for (var topic : response.topics()) {
            boolean known = version >= 10
                    ? topic.topicId().equals(FixedTopics.id(TOPIC)) : topic.name().equals(TOPIC);
            Errors missing = version >= 10
                    ? Errors.UNKNOWN_TOPIC_ID : Errors.UNKNOWN_TOPIC_OR_PARTITION;
            assertThat(Errors.forCode(topic.partitions().getFirst().errorCode()))
                    .isEqualTo(known ? Errors.NONE : missing);
        }
    }

    @ParameterizedTest
    @MethodSource("commitVersions")
    void aPartitionThatTheTopicDoesNotHaveIsRefused(int version) {
        var partitions = new ArrayList<>(topic(TOPIC, version).partitions());
        for (int index : List.of(4, -1)) {
            partitions.add(new OffsetCommitRequestPartition().setPartitionIndex(index)
                    .setCommittedOffset(1).setCommittedMetadata(""));
        }
        var request = new OffsetCommitRequestData().setGroupId(GROUP)
                .setTopics(List.of(topic(TOPIC, version).setPartitions(partitions)));
        var response = probe.ask(commit, request, new OffsetCommitResponseData(), version);

        assertThat(response.topics()).hasSize(1);
        assertThat(response.topics().getFirst().partitions())
                .extracting(each -> Errors.forCode(each.errorCode()))
                .containsExactly(Errors.NONE, Errors.UNKNOWN_TOPIC_OR_PARTITION,
                        Errors.UNKNOWN_TOPIC_OR_PARTITION);
        var stray = probe.ask(commit, request.setTopics(List.of(
                        topic(TOPIC, version).setPartitions(partitions.subList(1, 2)))),
                new OffsetCommitResponseData(), version);
        assertThat(stray.topics().getFirst().partitions())
                .extracting(each -> Errors.forCode(each.errorCode()))
                .containsExactly(Errors.UNKNOWN_TOPIC_OR_PARTITION);
    }

    @Test
    void manyOffsetsAreCommittedSomeAtATimeAndAnsweredAsOne() {
        int many = 2 * Limits.ELEMENTS_PER_TURN + 10;
        topics = FixedTopics.of(TOPIC, many);
        var all = IntStream.range(0, many + 1).mapToObj(index ->
                new OffsetCommitRequestPartition().setPartitionIndex(index)
                        .setCommittedOffset(index).setCommittedMetadata("")).toList();
        OffsetCommitResponseData response = probe.ask(commit, new OffsetCommitRequestData()
                .setGroupId(GROUP).setTopics(List.of(new OffsetCommitRequestTopic()
                        .setName(TOPIC).setPartitions(all))), new OffsetCommitResponseData(), 9);

        assertThat(response.topics()).hasSize(1);
        var answers = response.topics().getFirst().partitions();
        assertThat(answers).hasSize(many + 1);
        assertThat(answers.subList(0, many)).allMatch(one -> one.errorCode() == 0);
        assertThat(answers.getLast().errorCode())
                .isEqualTo(Errors.UNKNOWN_TOPIC_OR_PARTITION.code());
        assertThat(probe.submitted).hasSize(3).allMatch(command ->
                ((CommitOffsets) command).request().topics().getFirst().partitions().size()
                        <= Limits.ELEMENTS_PER_TURN);
        OffsetFetchResponseData found = probe.ask(fetch, new OffsetFetchRequestData().setGroups(
                List.of(new OffsetFetchRequestGroup().setGroupId(GROUP).setTopics(null))),
                new OffsetFetchResponseData(), 9);
        assertThat(found.groups().getFirst().topics().getFirst().partitions()).hasSize(many)
                .allMatch(one -> one.committedOffset() == one.partitionIndex());
    }

    @Test
    void offsetsOfPartitionsThatAreNotThereCannotBeDeleted() {
        commit(9);
        var topic = new OffsetDeleteRequestTopic().setName(TOPIC).setPartitions(List.of(
                new OffsetDeleteRequestPartition().setPartitionIndex(2),
                new OffsetDeleteRequestPartition().setPartitionIndex(77)));
        var request = new OffsetDeleteRequestData().setGroupId(GROUP);
        request.topics().add(topic);
        var response = probe.ask(delete, request, new OffsetDeleteResponseData(), 0);
        assertThat(response.topics().find(TOPIC).partitions())
                .extracting(each -> Errors.forCode(each.errorCode()))
                .containsExactly(Errors.NONE, Errors.UNKNOWN_TOPIC_OR_PARTITION);
        var nameless = probe.ask(delete, new OffsetDeleteRequestData().setGroupId(""),
                new OffsetDeleteResponseData(), 0);
        assertThat(Errors.forCode(nameless.errorCode())).isEqualTo(Errors.INVALID_GROUP_ID);
    }

    @ParameterizedTest
    @MethodSource("singleVersions")
    void offsetsOfOneGroupAreFetchedInEveryVersion(int version) {
        commit(9);
        var request = new OffsetFetchRequestData().setGroupId(GROUP)
                .setTopics(List.of(new OffsetFetchRequestTopic()
                        .setName(TOPIC).setPartitionIndexes(List.of(1, 2))));
        var response = probe.ask(fetch, request, new OffsetFetchResponseData(), version);
        var partitions = response.topics().getFirst().partitions();
        assertThat(partitions.get(0).committedOffset()).isEqualTo(-1);
        assertThat(partitions.get(1).committedOffset()).isEqualTo(42);
        assertThat(partitions.get(1).committedLeaderEpoch()).isEqualTo(version >= 5 ? 3 : -1);
        assertThat(partitions.get(1).metadata()).isEqualTo("m");
        if (version >= 2) {
            var all = probe.ask(fetch, request.setTopics(null),
                    new OffsetFetchResponseData(), version);
            assertThat(all.topics()).hasSize(1);
        }
    }

    @ParameterizedTest
    @MethodSource("batchedVersions")
    void offsetsOfSeveralGroupsAreFetchedInEveryVersion(int version) {
        commit(9);
        var wanted = List.of(wanted(TOPIC, version), wanted("nowhere", version));
        var request = new OffsetFetchRequestData().setGroups(List.of(
                new OffsetFetchRequestGroup().setGroupId("other").setTopics(wanted),
                new OffsetFetchRequestGroup().setGroupId(GROUP).setTopics(wanted),
                new OffsetFetchRequestGroup().setGroupId(GROUP).setTopics(null)))
                .setRequireStable(true);
        var response = probe.ask(fetch, request, new OffsetFetchResponseData(), version);
        assertThat(response.groups()).extracting(group -> group.groupId())
                .containsExactly("other", GROUP, GROUP);
        var topic = response.groups().get(1).topics().get(0);
        assertThat(topic.partitions().getFirst().committedOffset()).isEqualTo(42);
        var missing = response.groups().get(1).topics().get(1).partitions().getFirst();
        assertThat(Errors.forCode(missing.errorCode()))
                .isEqualTo(version >= 10 ? Errors.UNKNOWN_TOPIC_ID : Errors.NONE);
        var all = response.groups().get(2).topics().getFirst();
        assertThat(all.topicId())
                .isEqualTo(version >= 10 ? FixedTopics.id(TOPIC) : Uuid.ZERO_UUID);
        assertThat(all.name()).isEqualTo(version >= 10 ? "" : TOPIC);
    }

    private static OffsetFetchRequestTopics wanted(String name, int version) {
        var topic = version >= 10
                ? new OffsetFetchRequestTopics().setTopicId(FixedTopics.id(name))
                : new OffsetFetchRequestTopics().setName(name);
        return topic.setPartitionIndexes(List.of(2));
    }

    @Test
    void offsetsOfATopicThatIsGoneAreLeftOutOfAListById() {
        commit(9);
        topics = FixedTopics.of("payments", 1);
        var request = new OffsetFetchRequestData().setGroups(List.of(
                new OffsetFetchRequestGroup().setGroupId(GROUP).setTopics(null)));
        var response = probe.ask(fetch, request, new OffsetFetchResponseData(), 10);
        assertThat(response.groups().getFirst().topics()).isEmpty();
    }

    @Test
    void aBatchOfNoGroupsIsAnswered() {
        var response = probe.ask(fetch, new OffsetFetchRequestData().setGroups(List.of()),
                new OffsetFetchResponseData(), 9);
        assertThat(response.groups()).isEmpty();
    }

    @Test
    void offsetsAreDeletedAndMissingTopicsAreTold() {
        commit(9);
        var deletions = new OffsetDeleteRequestTopicCollection();
        for (String name : List.of(TOPIC, "nowhere")) {
            deletions.add(new OffsetDeleteRequestTopic().setName(name).setPartitions(
                    List.of(new OffsetDeleteRequestPartition().setPartitionIndex(2))));
        }
        var request = new OffsetDeleteRequestData().setGroupId(GROUP).setTopics(deletions);
        var response = probe.ask(delete, request, new OffsetDeleteResponseData(), 0);
        assertThat(response.topics().find(TOPIC).partitions().find(2).errorCode())
                .isEqualTo(Errors.NONE.code());
        assertThat(response.topics().find("nowhere").partitions().find(2).errorCode())
                .isEqualTo(Errors.UNKNOWN_TOPIC_OR_PARTITION.code());
    }

    @Test
    void aPartitionNamedManyTimesIsAnsweredInGoodTime() {
        List<OffsetDeleteRequestPartition> many = new ArrayList<>();
        for (int i = 0; i < 50_000; i++) {
            many.add(new OffsetDeleteRequestPartition().setPartitionIndex(2));
        }
        commit(9);
        for (String name : List.of(TOPIC, "nowhere")) {
            var deletions = new OffsetDeleteRequestTopicCollection();
            deletions.add(new OffsetDeleteRequestTopic().setName(name).setPartitions(many));
            var request = new OffsetDeleteRequestData().setGroupId(GROUP).setTopics(deletions);
            probe.send(delete, request, 0);
            assertThat(probe.answer()).isInstanceOf(OffsetDeleteResponseData.class);
        }
    }

    @Test
    void aGroupAskedForAsAWholeManyTimesIsToldOnce() {
        commit(9);
        var whole = new OffsetFetchRequestGroup().setGroupId(GROUP).setTopics(null);
        var request = new OffsetFetchRequestData().setGroups(List.of(whole, whole, whole));
        assertThat(probe.ask(fetch, request, new OffsetFetchResponseData(), 9).groups())
                .hasSize(1);
    }
}
