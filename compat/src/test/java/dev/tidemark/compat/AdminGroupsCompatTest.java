package dev.tidemark.compat;

import static dev.tidemark.compat.Clients.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.Tidemark;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.ListGroupsOptions;
import org.apache.kafka.clients.admin.MemberToRemove;
import org.apache.kafka.clients.admin.RemoveMembersFromConsumerGroupOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.GroupType;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.GroupNotEmptyException;
import org.apache.kafka.common.errors.GroupSubscribedToTopicException;
import org.apache.kafka.common.errors.UnknownMemberIdException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The admin client on groups and on what they have committed.
final class AdminGroupsCompatTest {
    private static final TopicPartition ONE = new TopicPartition("watched", 0);
    private static Tidemark node;
    private static Admin admin;

    @BeforeAll
    static void startNode() throws Exception {
        node = Tidemark.start(Map.of("group.initial.rebalance.delay.ms", "50"));
        admin = Clients.admin(node);
        Clients.createTopic(node, "watched", 2);
        Clients.sendNumbers(node, "watched", 0, 10);
    }

    @AfterAll
    static void stopNode() {
        admin.close();
        node.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"classic", "consumer"})
    void aGroupIsListedAndDescribedWhileItLivesAndWhenItIsEmpty(String protocol) throws Exception {
        String group = "described-" + protocol;
        try (Consumer<String, String> consumer = member(group, protocol)) {
            ConsumerGroupDescription told = describe(group);
            assertThat(told.groupState()).isEqualTo(GroupState.STABLE);
            assertThat(told.type()).isEqualTo(GroupType.parse(protocol));
            assertThat(told.coordinator().id()).isEqualTo(1);
            assertThat(told.members()).singleElement().satisfies(one -> {
                assertThat(one.clientId()).isEqualTo("client-" + group);
                assertThat(one.host()).contains("127.0.0.1");
                assertThat(one.assignment().topicPartitions()).hasSize(2);
            });
            consumer.commitSync(Map.of(ONE, new OffsetAndMetadata(4)));
        }
        Wait.until("an empty group", () -> describe(group).groupState() == GroupState.EMPTY);
        assertThat(get(admin.listGroups(ListGroupsOptions.forConsumerGroups()).all()))
                .extracting(GroupListing::groupId).contains(group);
        assertThat(get(admin.listGroups(new ListGroupsOptions()
                .inGroupStates(Set.of(GroupState.EMPTY))
                .withTypes(Set.of(GroupType.parse(protocol)))).all()))
                .extracting(GroupListing::groupId).contains(group);
    }

    @ParameterizedTest
    @ValueSource(strings = {"classic", "consumer"})
    void offsetsOfAnEmptyGroupAreAlteredListedAndDeleted(String protocol) throws Exception {
        String group = "altered-" + protocol;
        try (Consumer<String, String> consumer = member(group, protocol)) {
            consumer.commitSync(Map.of(ONE, new OffsetAndMetadata(4)));
            assertThatThrownBy(() -> get(admin.alterConsumerGroupOffsets(group,
                    Map.of(ONE, new OffsetAndMetadata(9))).all()))
                    .hasCauseInstanceOf(UnknownMemberIdException.class);
            assertThatThrownBy(() -> get(admin.deleteConsumerGroupOffsets(group, Set.of(ONE))
                    .all())).hasCauseInstanceOf(GroupSubscribedToTopicException.class);
            assertThatThrownBy(() -> get(admin.deleteConsumerGroups(Set.of(group)).all()))
                    .hasCauseInstanceOf(GroupNotEmptyException.class);
        }
        Wait.until("an empty group", () -> describe(group).groupState() == GroupState.EMPTY);
        get(admin.alterConsumerGroupOffsets(group, Map.of(ONE,
                new OffsetAndMetadata(7, "moved"))).all());
        assertThat(committed(group).get(ONE).offset()).isEqualTo(7);
        assertThat(committed(group).get(ONE).metadata()).isEqualTo("moved");
        get(admin.deleteConsumerGroupOffsets(group, Set.of(ONE)).all());
        assertThat(committed(group)).doesNotContainKey(ONE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"classic", "consumer"})
    void aDeletedGroupIsForgotten(String protocol) throws Exception {
        String group = "deleted-" + protocol;
        try (Consumer<String, String> consumer = member(group, protocol)) {
            consumer.commitSync(Map.of(ONE, new OffsetAndMetadata(4)));
        }
        Wait.until("an empty group", () -> describe(group).groupState() == GroupState.EMPTY);
        get(admin.deleteConsumerGroups(Set.of(group)).all());
        assertThat(get(admin.listGroups().all())).extracting(GroupListing::groupId)
                .doesNotContain(group);
        assertThatThrownBy(() -> get(admin.deleteConsumerGroups(Set.of(group)).all()))
                .hasCauseInstanceOf(GroupIdNotFoundException.class);
    }

    @Test
    void aMemberIsRemoved() throws Exception {
        try (Consumer<String, String> consumer = Clients.consumer(node, "group.id", "removal",
                "group.instance.id", "one", "session.timeout.ms", "45000")) {
            join(consumer);
        }
        assertThat(describe("removal").members()).hasSize(1);
        get(admin.removeMembersFromConsumerGroup("removal",
                new RemoveMembersFromConsumerGroupOptions(List.of(new MemberToRemove("one"))))
                .all());
        assertThat(describe("removal").members()).isEmpty();
    }

    @Test
    void aGroupThatNeverWasIsNotFound() {
        assertThatThrownBy(() -> describe("never-was"))
                .hasCauseInstanceOf(GroupIdNotFoundException.class);
    }

    @Test
    void offsetsAreCommittedWithoutAMember() throws Exception {
        get(admin.alterConsumerGroupOffsets("no-members", Map.of(ONE,
                new OffsetAndMetadata(3))).all());
        assertThat(committed("no-members").get(ONE).offset()).isEqualTo(3);
    }

    private static Consumer<String, String> member(String group, String protocol) {
        Consumer<String, String> consumer = Clients.consumer(node, "group.id", group,
                "group.protocol", protocol, "client.id", "client-" + group);
        join(consumer);
        return consumer;
    }

    private static void join(Consumer<String, String> consumer) {
        consumer.subscribe(List.of("watched"));
        Wait.until("an assignment", () -> {
            consumer.poll(Duration.ofMillis(20));
            return consumer.assignment().size() == 2;
        });
    }

    private static ConsumerGroupDescription describe(String group) throws Exception {
        return get(admin.describeConsumerGroups(Set.of(group)).all()).get(group);
    }

    private static Map<TopicPartition, OffsetAndMetadata> committed(String group)
            throws Exception {
        return get(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata());
    }
}
