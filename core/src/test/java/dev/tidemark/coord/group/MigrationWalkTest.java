package dev.tidemark.coord.group;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.coord.group.command.GroupConfig;
import dev.tidemark.base.Prng;
import dev.tidemark.coord.group.command.GroupReply.Joined;
import dev.tidemark.coord.group.command.GroupReply.Refused;
import dev.tidemark.coord.group.command.GroupReply.Synced;
import dev.tidemark.coord.group.event.GroupEvent.AssignmentStored;
import dev.tidemark.coord.group.event.GroupEvent.ClassicStored;
import dev.tidemark.coord.group.event.HeldPartitions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Random lives of a group that clients of both protocols join and leave, so that it goes from one
/// to the other again and again; the coordinator is lost now and then.
///
/// The model is the clients themselves: what each believes to own. Two that are members never
/// believe to own the same, and in the end those who are left own everything once.
///
/// `-Dtidemark.walks=N` walks N seeds.
final class MigrationWalkTest {
    private static final int STEPS = 500;

    private final DrivenGroups groups = new DrivenGroups(GroupConfig.DEFAULTS);
    private final List<ClassicClient> classic = new ArrayList<>();
    private final List<ConsumerClient> modern = new ArrayList<>();
    private FixedTopics view = FixedTopics.of("orders", 5);
    private Prng prng;
    private int born;

    static LongStream seeds() {
        return LongStream.rangeClosed(1, Long.getLong("tidemark.walks", 10));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void clientsOfBothProtocolsNeverOwnTheSame(long seed) {
        prng = new Prng(seed);
        for (int i = 0; i < STEPS; i++) {
            step();
            holds();
        }
        settle();
        ownEverything();
        var state = groups.machine.snapshot();
        groups.failOver();
        assertThat(groups.machine.snapshot()).as("replayed")
                .usingRecursiveComparison().isEqualTo(state);
    }

    private void step() {
        switch (prng.nextInt(40)) {
            case 0, 1 -> comesClassic();
            case 2, 3 -> comesModern();
            case 4 -> dies();
            case 5, 6, 7 -> leaves();
            case 8 -> groups.pass(prng.nextInt(20_000));
            case 9 -> view = view.with("orders", 1 + prng.nextInt(8));
            case 10 -> groups.failOver();
            default -> lives();
        }
    }

    private void comesClassic() {
        if (classic.size() < 4) {
            var client = new ClassicClient(groups).dealing(view);
            client.sessionMs = 30_000;
            client.instanceId = prng.chance(1, 4) ? "i" + born++ : null;
            classic.add(client);
            client.join();
        }
    }

    private void comesModern() {
        if (modern.size() < 3) {
            var client = new ConsumerClient(groups, "m" + born++, view);
            modern.add(client);
            assertThat(client.join()).isEqualTo(Errors.NONE);
        }
    }

    private void dies() {
        if (prng.chance(1, 2) && !classic.isEmpty()) {
            classic.remove(prng.nextInt(classic.size()));
        } else if (!modern.isEmpty()) {
            modern.remove(prng.nextInt(modern.size()));
        }
    }

    private void leaves() {
        if (prng.chance(1, 4) && !classic.isEmpty()) {
            classic.remove(prng.nextInt(classic.size())).leave();
        } else if (!modern.isEmpty()) {
            modern.remove(prng.nextInt(modern.size())).leave(-1);
        }
    }

    private void lives() {
        if (!classic.isEmpty() && prng.chance(1, 2)) {
            goOn(classic.get(prng.nextInt(classic.size())));
        } else if (!modern.isEmpty()) {
            goOn(modern.get(prng.nextInt(modern.size())));
        }
    }

    private void goOn(ConsumerClient client) {
        client.view = view;
        boolean behind = client.told != null && !client.told.equals(client.owned);
        Errors error = behind && prng.chance(2, 3) ? client.reconcile() : client.beat();
        if (error != Errors.NONE) {
            assertThat(error).isIn(Errors.UNKNOWN_MEMBER_ID, Errors.FENCED_MEMBER_EPOCH,
                    Errors.GROUP_ID_NOT_FOUND);
            assertThat(client.join()).isEqualTo(Errors.NONE);
        }
    }

    /// One step of an eager client, wherever it is in a rebalance.
    private void goOn(ClassicClient client) {
        client.view = view;
        switch (groups.answer(client.ticket)) {
            case null -> { }
            case Joined _ -> {
                Errors error = client.joinError();
                if (error == Errors.NONE) {
                    client.sync();
                } else {
                    again(client, error);
                }
            }
            case Synced _ -> {
                Errors error = client.syncError();
                if (error == Errors.NONE) {
                    client.take();
                    error = client.beat();
                }
                if (error != Errors.NONE) {
                    again(client, error);
                }
            }
            case Refused _ -> again(client, Errors.NOT_COORDINATOR);
            default -> throw new AssertionError(client.ticket);
        }
    }

    private static void again(ClassicClient client, Errors error) {
        client.owned.clear();
        assertThat(error).isIn(Errors.UNKNOWN_MEMBER_ID, Errors.ILLEGAL_GENERATION,
                Errors.REBALANCE_IN_PROGRESS, Errors.NOT_COORDINATOR, Errors.FENCED_INSTANCE_ID);
        // A new id that an instance got amid a rebalance is in the log with the next generation
        // alone; a coordinator that is lost before that takes the instance for its predecessor.
        assertThat(error != Errors.FENCED_INSTANCE_ID || client.instanceId != null).isTrue();
        if (error == Errors.UNKNOWN_MEMBER_ID || error == Errors.FENCED_INSTANCE_ID) {
            client.memberId = "";
        }
        client.join();
    }

    private void holds() {
        Map<String, Set<String>> members = members();
        Set<String> owned = new HashSet<>();
        for (var client : classic) {
            if (members.containsKey(client.memberId) && groups.answer(client.ticket) != null) {
                client.owned.forEach(name -> own(owned, name));
            }
        }
        for (var client : modern) {
            if (members.containsKey(client.memberId)) {
                client.owned.forEach(name -> own(owned, name));
            }
        }
    }

    private static void own(Set<String> owned, String name) {
        assertThat(owned.add(name)).as("owned twice: " + name).isTrue();
    }

    /// Who is a member as the log has it; what consumer groups hold is held once.
    private Map<String, Set<String>> members() {
        Map<String, Set<String>> members = new HashMap<>();
        Set<String> held = new HashSet<>();
        for (var event : groups.machine.snapshot()) {
            if (event instanceof AssignmentStored e) {
                members.put(e.memberId(), collect(held, e.value().assigned()));
                collect(held, e.value().revoking());
            } else if (event instanceof ClassicStored e) {
                e.value().members().forEach(member ->
                        members.put(member.identity().memberId(), Set.of()));
            }
        }
        return members;
    }

    private static Set<String> collect(Set<String> held, HeldPartitions partitions) {
        Set<String> mine = new TreeSet<>();
        partitions.byTopic().forEach((topicId, epochs) -> epochs.keySet().forEach(index -> {
            assertThat(held.add(topicId + "-" + index)).as("held twice").isTrue();
            mine.add(topicId + "-" + index);
        }));
        return mine;
    }

    private void settle() {
        if (classic.isEmpty() && modern.isEmpty()) {
            comesModern();
        }
        for (int i = 0; i < 80; i++) {
            groups.pass(4_000);
            for (int k = 0; k < 3; k++) {
                List.copyOf(classic).forEach(this::goOn);
                List.copyOf(modern).forEach(this::goOn);
            }
            holds();
        }
    }

    private void ownEverything() {
        Set<String> owned = new TreeSet<>();
        classic.forEach(client -> client.owned.forEach(name -> own(owned, name)));
        modern.forEach(client -> client.owned.forEach(name -> own(owned, name)));
        boolean sizeKnown = !modern.isEmpty() || owned.size() == view.partitionCount("orders");
        if (sizeKnown) {
            assertThat(owned).hasSize(view.partitionCount("orders"));
        } else {
            assertThat(owned).as("classic leaders see growth on their own").isNotEmpty();
        }
    }
}
