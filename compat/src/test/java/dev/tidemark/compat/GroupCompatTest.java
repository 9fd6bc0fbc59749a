package dev.tidemark.compat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.Tidemark;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.SubscriptionPattern;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.UnreleasedInstanceIdException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Consumers that share partitions, by the classic protocol and by the next one (KIP-848).
final class GroupCompatTest {
    private static final String[] NEXT = {"group.protocol", "consumer"};
    private static final int PARTITIONS = 6;

    /// Sessions of seconds and heartbeats of milliseconds, so that what takes time takes less.
    private static final Map<String, String> QUICK = Map.of(
            "group.initial.rebalance.delay.ms", "100",
            "group.min.session.timeout.ms", "1000",
            "group.consumer.min.session.timeout.ms", "1000",
            "group.consumer.session.timeout.ms", "3000",
            "group.consumer.min.heartbeat.interval.ms", "100",
            "group.consumer.heartbeat.interval.ms", "200");
    private static Tidemark node;

    @BeforeAll
    static void startNode() throws Exception {
        node = Tidemark.start(QUICK);
        Clients.createTopic(node, "shared", PARTITIONS);
        Clients.createTopic(node, "shared-too", 2);
        for (int partition = 0; partition < PARTITIONS; partition++) {
            Clients.sendNumbers(node, "shared", partition, 20);
        }
    }

    @AfterAll
    static void stopNode() {
        node.close();
    }

    static Stream<Protocol> protocols() {
        String assignors = "org.apache.kafka.clients.consumer.";
        return Stream.of(
                new Protocol("range", "partition.assignment.strategy",
                        assignors + "RangeAssignor"),
                new Protocol("round-robin", "partition.assignment.strategy",
                        assignors + "RoundRobinAssignor"),
                new Protocol("sticky", "partition.assignment.strategy",
                        assignors + "StickyAssignor"),
                new Protocol("cooperative", "partition.assignment.strategy",
                        assignors + "CooperativeStickyAssignor"),
                new Protocol("next", NEXT),
                new Protocol("next-range", "group.protocol", "consumer",
                        "group.remote.assignor", "range"));
    }

    /// One way for a group to share.
    record Protocol(String name, String... pairs) {
        Consumer<String, String> member(String group, String... more) {
            List<String> all = new ArrayList<>(List.of(pairs));
            all.addAll(List.of("group.id", group + "-" + name));
            if (!name.startsWith("next")) {
                all.addAll(List.of("heartbeat.interval.ms", "200"));
            }
            all.addAll(List.of(more));
            return Clients.consumer(node, all.toArray(String[]::new));
        }

        @Override
        public String toString() {
            return name;
        }
    }

    @ParameterizedTest
    @MethodSource("protocols")
    void membersShareAllPartitionsAndInheritThoseOfOneThatLeaves(Protocol protocol) {
        try (Consumer<String, String> first = protocol.member("sharing")) {
            first.subscribe(List.of("shared", "shared-too"));
            Wait.until("one to have all", () -> assigned(first).size() == PARTITIONS + 2);
            try (Consumer<String, String> second = protocol.member("sharing")) {
                second.subscribe(List.of("shared", "shared-too"));
                Wait.until("two to have half each", () -> haveEach(4, first, second));
            }
            Wait.until("one to have all again", () -> assigned(first).size() == PARTITIONS + 2);
        }
    }

    @ParameterizedTest
    @MethodSource("protocols")
    void everyRecordIsReadOnceAndCommitsHandOver(Protocol protocol) {
        List<String> got = new ArrayList<>();
        try (Consumer<String, String> first = protocol.member("once")) {
            first.subscribe(List.of("shared"));
            collect(first, got, 40, "max.poll.records");
            first.commitSync();
        }
        try (Consumer<String, String> second = protocol.member("once")) {
            second.subscribe(List.of("shared"));
            collect(second, got, PARTITIONS * 20, "all");
            second.commitSync();
        }
        assertThat(new HashSet<>(got)).hasSameSizeAs(got).hasSize(PARTITIONS * 20);
    }

    @ParameterizedTest
    @MethodSource("protocols")
    void aMemberThatComesBackUnderItsNameHasWhatItHad(Protocol protocol) {
        try (Consumer<String, String> other = protocol.member("static", "group.instance.id", "b")) {
            other.subscribe(List.of("shared"));
            Consumer<String, String> first = named(protocol);
            Wait.until("both to share", () -> haveEach(3, first, other));
            Set<TopicPartition> before = Set.copyOf(first.assignment());
            first.close();
            Set<TopicPartition> others = Set.copyOf(other.assignment());
            try (Consumer<String, String> again = named(protocol)) {
                Wait.until("the named one to be back", () -> haveEach(3, again, other));
                assertThat(again.assignment()).isEqualTo(before);
                assertThat(other.assignment()).isEqualTo(others);
            }
        }
    }

    /// As Kafka documents it: members restart one after the other with the other protocol.
    @ParameterizedTest
    @ValueSource(strings = {"RangeAssignor", "CooperativeStickyAssignor"})
    void aGroupMovesToTheNextProtocolAndBackWhileItWorks(String assignor) {
        var old = new Protocol("old", "partition.assignment.strategy",
                "org.apache.kafka.clients.consumer." + assignor);
        var next = new Protocol("next", NEXT);
        String[] sameGroup = {"group.id", "moving-" + assignor};
        try (Consumer<String, String> first = old.member("", sameGroup)) {
            first.subscribe(List.of("shared"));
            Wait.until("one to have all", () -> assigned(first).size() == PARTITIONS);
            try (Consumer<String, String> second = next.member("", sameGroup)) {
                second.subscribe(List.of("shared"));
                Wait.until("both to share", () -> haveEach(3, first, second));
            }
            Wait.until("one to have all again", () -> assigned(first).size() == PARTITIONS);
        }
    }

    @Test
    void aSecondMemberOfTheSameNameFencesTheFirst() {
        var classic = new Protocol("range");
        try (Consumer<String, String> first = classic.member("fenced", "group.instance.id", "x");
                Consumer<String, String> second = classic.member("fenced", "group.instance.id",
                        "x")) {
            first.subscribe(List.of("shared"));
            Wait.until("the first to have all", () -> assigned(first).size() == PARTITIONS);
            second.subscribe(List.of("shared"));
            assertThatThrownBy(() -> Wait.until("the first to be fenced", () -> {
                second.poll(Duration.ofMillis(50));
                first.poll(Duration.ofMillis(50));
                return false;
            })).isInstanceOf(FencedInstanceIdException.class);
        }
    }

    @Test
    void aSecondMemberOfTheSameNameIsTurnedAwayByTheNextProtocol() {
        var next = new Protocol("next", NEXT);
        try (Consumer<String, String> first = next.member("unreleased", "group.instance.id", "x");
                Consumer<String, String> second = next.member("unreleased", "group.instance.id",
                        "x")) {
            first.subscribe(List.of("shared"));
            Wait.until("the first to have all", () -> assigned(first).size() == PARTITIONS);
            second.subscribe(List.of("shared"));
            assertThatThrownBy(() -> Wait.until("the second to be turned away", () -> {
                second.poll(Duration.ofMillis(50));
                return false;
            })).isInstanceOf(UnreleasedInstanceIdException.class);
            assertThat(assigned(first)).hasSize(PARTITIONS);
        }
    }

    @Test
    void patternsAreMatchedByTheNodeOfTheNextProtocol() {
        try (Consumer<String, String> consumer = Clients.consumer(node, "group.id", "re2j",
                "group.protocol", "consumer")) {
            consumer.subscribe(new SubscriptionPattern("shar.*"));
            Wait.until("both topics", () -> assigned(consumer).size() == PARTITIONS + 2);
        }
    }

    @Test
    void patternsAreMatchedByTheClassicClient() {
        try (Consumer<String, String> consumer = Clients.consumer(node, "group.id", "pattern")) {
            consumer.subscribe(Pattern.compile("shared-.*"));
            Wait.until("the topic", () -> assigned(consumer).size() == 2);
        }
    }

    @ParameterizedTest
    @MethodSource("protocols")
    void partitionsThatAreAddedAreSharedToo(Protocol protocol) throws Exception {
        String topic = "growing-" + protocol.name();
        Clients.createTopic(node, topic, 1);
        try (Consumer<String, String> consumer = protocol.member("growing", "metadata.max.age.ms",
                "500"); Admin admin = Clients.admin(node)) {
            consumer.subscribe(List.of(topic));
            Wait.until("one partition", () -> assigned(consumer).size() == 1);
            Clients.get(admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(3))).all());
            Wait.until("three partitions", () -> assigned(consumer).size() == 3);
        }
    }

    @Test
    void revokedPartitionsMayStillBeCommitted() {
        var protocol = new Protocol("range");
        try (Consumer<String, String> first = protocol.member("revoked")) {
            List<TopicPartition> revoked = new ArrayList<>();
            first.subscribe(List.of("shared"), new CommitOnRevoke(first, revoked));
            Wait.until("one to have all", () -> assigned(first).size() == PARTITIONS);
            try (Consumer<String, String> second = protocol.member("revoked")) {
                second.subscribe(List.of("shared"));
                Wait.until("both to share", () -> haveEach(3, first, second));
                assertThat(revoked).hasSize(PARTITIONS);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("protocols")
    void aMemberThatDiesIsMissedAfterItsSession(Protocol protocol) {
        String[] session = protocol.name().startsWith("next") ? new String[0]
                : new String[] {"session.timeout.ms", "2000"};
        Consumer<String, String> dying = protocol.member("dying", session);
        try (Consumer<String, String> other = protocol.member("dying", session)) {
            dying.subscribe(List.of("shared"));
            other.subscribe(List.of("shared"));
            Wait.until("both to share", () -> haveEach(3, dying, other));
            dying.close(CloseOptions.groupMembershipOperation(
                    CloseOptions.GroupMembershipOperation.REMAIN_IN_GROUP));
            Wait.until("the other to have all", () -> assigned(other).size() == PARTITIONS);
        }
    }

    /// Commits what is taken away.
    private record CommitOnRevoke(Consumer<String, String> consumer, List<TopicPartition> revoked)
            implements ConsumerRebalanceListener {
        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            consumer.commitSync();
            revoked.addAll(partitions);
        }

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            // Nothing to do: reading goes on from what is committed.
        }
    }

    private static Consumer<String, String> named(Protocol protocol) {
        Consumer<String, String> consumer = protocol.member("static", "group.instance.id", "a");
        consumer.subscribe(List.of("shared"));
        return consumer;
    }

    /// What a consumer has after one more poll.
    private static Set<TopicPartition> assigned(Consumer<?, ?> consumer) {
        consumer.poll(Duration.ofMillis(20));
        return consumer.assignment();
    }

    /// Whether each has so many after one more poll, none of them shared.
    private static boolean haveEach(int count, Consumer<?, ?> one, Consumer<?, ?> other) {
        Set<TopicPartition> first = assigned(one);
        Set<TopicPartition> second = assigned(other);
        return first.size() == count && second.size() == count
                && Collections.disjoint(first, second);
    }

    private static void collect(Consumer<String, String> consumer, List<String> into, int count,
            String what) {
        Wait.whileItGetsOn(() -> what + ", has " + into.size(), into::size, () -> {
            for (ConsumerRecord<String, String> one : consumer.poll(Duration.ofMillis(50))) {
                into.add(one.partition() + ":" + one.offset());
            }
            return into.size() >= count;
        });
    }
}
