package dev.tidemark.coord.group;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.coord.group.command.GroupConfig;
import dev.tidemark.base.Prng;
import dev.tidemark.coord.group.event.GroupEvent.AssignmentStored;
import dev.tidemark.coord.group.event.GroupEvent.ConsumerGroupStored;
import dev.tidemark.coord.group.event.HeldPartitions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Random lives of consumer groups: members come, stall, die and return, topics come and go, the
/// coordinator is lost. What must never happen is looked for after every step, and in the end
/// those who are left own everything.
final class ConsumerWalkTest {
    private static final int STEPS = 600;
    private static final String[] TOPICS = {"orders", "payments", "mails"};

    private final DrivenGroups groups = new DrivenGroups(GroupConfig.DEFAULTS);
    private final List<ConsumerClient> clients = new ArrayList<>();
    private FixedTopics view = FixedTopics.of("orders", 5);
    private Prng prng;
    private int born;
    private int highestEpoch;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void nothingIsOwnedTwiceAndInTheEndEverythingOnce(long seed) {
        prng = new Prng(seed);
        for (int i = 0; i < STEPS; i++) {
            step();
            holds();
        }
        settle();
        ownEverything();
        var state = groups.machine.snapshot();
        groups.failOver();
        assertThat(groups.machine.snapshot()).isEqualTo(state);
        assertThat(groups.waiting()).isZero();
    }

    private void step() {
        if (clients.isEmpty()) {
            comes();
            return;
        }
        var client = clients.get(prng.nextInt(clients.size()));
        client.view = view;
        switch (prng.nextInt(24)) {
            case 0 -> comes();
            case 1 -> dies(client);
            case 2 -> leaves(client);
            case 3 -> groups.pass(prng.nextInt(40_000));
            case 4 -> topicsChange();
            case 5 -> groups.failOver();
            case 6 -> react(client, client.subscribe(someTopics()));
            case 7 -> react(client, client.send(client.request()
                    .setSubscribedTopicRegex(prng.chance(1, 2) ? "m.*|o.*" : "")));
            default -> lives(client);
        }
    }

    private void comes() {
        if (clients.size() >= 6) {
            return;
        }
        var client = new ConsumerClient(groups, "m" + born, view);
        client.instanceId = prng.chance(1, 3) ? "i" + born % 4 : null;
        client.topics = List.of(someTopics());
        client.assignor = prng.chance(1, 4) ? "range" : null;
        born++;
        if (client.join() == Errors.NONE) {
            clients.add(client);
        }
    }

    private void dies(ConsumerClient client) {
        clients.remove(client);
    }

    private void leaves(ConsumerClient client) {
        boolean away = client.instanceId != null && prng.chance(1, 2);
        if (client.leave(away ? -2 : -1) == Errors.NONE) {
            clients.remove(client);
        }
    }

    private void topicsChange() {
        view = view.with(TOPICS[prng.nextInt(TOPICS.length)], prng.nextInt(7));
    }

    private String[] someTopics() {
        Set<String> some = new TreeSet<>();
        for (String topic : TOPICS) {
            if (prng.chance(2, 3)) {
                some.add(topic);
            }
        }
        return some.toArray(new String[0]);
    }

    private void lives(ConsumerClient client) {
        boolean behind = client.told != null && !client.told.equals(client.owned);
        react(client, behind && prng.chance(2, 3) ? client.reconcile() : client.beat());
    }

    private void react(ConsumerClient client, Errors error) {
        switch (error) {
            case NONE -> { }
            case UNKNOWN_MEMBER_ID, FENCED_MEMBER_EPOCH, GROUP_ID_NOT_FOUND -> {
                Errors again = client.join();
                if (again != Errors.NONE) {
                    assertThat(again).isEqualTo(Errors.UNRELEASED_INSTANCE_ID);
                    clients.remove(client);
                }
            }
            case FENCED_INSTANCE_ID -> clients.remove(client);
            default -> throw new AssertionError(error);
        }
    }

    /// What must be true at any time.
    private void holds() {
        Set<String> held = new HashSet<>();
        int epoch = 0;
        for (var event : groups.machine.snapshot()) {
            if (event instanceof AssignmentStored e) {
                collect(held, e.value().assigned());
                collect(held, e.value().revoking());
            } else if (event instanceof ConsumerGroupStored e) {
                epoch = e.groupEpoch();
            }
        }
        assertThat(epoch == 0 || epoch >= highestEpoch).as("epochs never fall").isTrue();
        highestEpoch = epoch;
    }

    private static void collect(Set<String> held, HeldPartitions partitions) {
        partitions.byTopic().forEach((topicId, epochs) -> epochs.keySet().forEach(index ->
                assertThat(held.add(topicId + "-" + index)).as("held twice").isTrue()));
    }

    /// Those who are left go on until nothing moves any more, and the dead have been noticed.
    private void settle() {
        for (int i = 0; i < 40; i++) {
            groups.pass(5_000);
            for (var client : List.copyOf(clients)) {
                client.view = view;
                react(client, client.beat());
                if (client.told != null && !client.told.equals(client.owned)) {
                    react(client, client.reconcile());
                }
            }
        }
    }

    private void ownEverything() {
        Set<String> owned = new TreeSet<>();
        Set<String> wanted = new TreeSet<>();
        for (var client : clients) {
            for (String name : client.owned) {
                assertThat(owned.add(name)).as("owned twice").isTrue();
            }
            for (String topic : client.topics) {
                for (int i = 0; i < view.partitionCount(topic); i++) {
                    wanted.add(topic + "-" + i);
                }
            }
        }
        assertThat(owned).containsAll(wanted);
    }
}
