package dev.tidemark.coord.group;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.base.Prng;
import dev.tidemark.coord.group.event.GroupEvent.ClassicStored;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Random lives of classic groups: members come, stall, die and return, the coordinator is lost.
/// In the end those who are left share one generation, and nobody waits for an answer.
final class ClassicWalkTest {
    private static final int STEPS = 500;

    private final DrivenGroups groups = new DrivenGroups();
    private final List<Walker> walkers = new ArrayList<>();
    private Prng prng;
    private int born;
    private int highestGeneration;

    /// Where a client is in the protocol.
    private enum Stage { OUT, JOINING, SYNCING, IN, FENCED }

    private final class Walker {
        final ClassicClient client = new ClassicClient(groups);
        Stage stage = Stage.OUT;

        void live() {
            switch (stage) {
                case OUT -> {
                    client.join();
                    stage = Stage.JOINING;
                }
                case JOINING -> {
                    if (client.isAnswered()) {
                        react(client.joinError(), Stage.SYNCING);
                        goOn();
                    }
                }
                case SYNCING -> {
                    if (client.isAnswered()) {
                        react(client.syncError(), Stage.IN);
                    }
                }
                case IN -> react(client.beat(), Stage.IN);
                case FENCED -> { }
            }
        }

        private void goOn() {
            if (stage == Stage.SYNCING) {
                client.sync();
            }
        }

        private void react(Errors error, Stage next) {
            switch (error) {
                case NONE -> stage = next;
                case UNKNOWN_MEMBER_ID, ILLEGAL_GENERATION, NOT_COORDINATOR -> {
                    client.memberId = "";
                    stage = Stage.OUT;
                }
                case REBALANCE_IN_PROGRESS -> stage = Stage.OUT;
                case FENCED_INSTANCE_ID -> stage = Stage.FENCED;
                default -> throw new AssertionError(error);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void thoseWhoAreLeftShareOneGeneration(long seed) {
        prng = new Prng(seed);
        for (int i = 0; i < STEPS; i++) {
            step();
            holds();
        }
        settle();
        walkers.removeIf(walker -> walker.stage == Stage.FENCED);
        Set<Integer> generations = new HashSet<>();
        for (var walker : walkers) {
            assertThat(walker.stage).isEqualTo(Stage.IN);
            generations.add(walker.client.generationId);
        }
        assertThat(generations).hasSizeLessThanOrEqualTo(1);
        walkers.clear();
        groups.pass(400_000);
        assertThat(groups.waiting()).as("everybody is answered").isZero();
        var state = groups.machine.snapshot();
        groups.failOver();
        assertThat(groups.machine.snapshot()).isEqualTo(state);
    }

    private void step() {
        if (walkers.isEmpty() || (walkers.size() < 6 && prng.chance(1, 12))) {
            comes();
            return;
        }
        var walker = walkers.get(prng.nextInt(walkers.size()));
        switch (prng.nextInt(30)) {
            case 0 -> walkers.remove(walker);
            case 1 -> leaves(walker);
            case 2, 3 -> groups.pass(prng.nextInt(9_000));
            case 4, 5, 6, 7, 8 -> groups.pass(prng.nextInt(1_000));
            case 9 -> walker.client.topics = List.of("orders", "t" + prng.nextInt(3));
            case 10 -> retries(walker);
            default -> walker.live();
        }
    }

    /// A generation that is written is never followed by an older one. One that is not may be lost
    /// with the coordinator, as nobody has an assignment of it.
    private void holds() {
        for (var event : groups.machine.snapshot()) {
            if (event instanceof ClassicStored e) {
                assertThat(e.value().generationId()).as("generations never fall")
                        .isGreaterThanOrEqualTo(highestGeneration);
                highestGeneration = e.value().generationId();
            }
        }
    }

    private void comes() {
        var walker = new Walker();
        walker.client.instanceId = prng.chance(1, 3) ? "i" + born % 4 : null;
        walker.client.protocols = prng.chance(1, 2)
                ? List.of("range", "sticky") : List.of("sticky", "range");
        walker.client.rebalanceMs = 10_000 + prng.nextInt(20_000);
        born++;
        walkers.add(walker);
    }

    private void leaves(Walker walker) {
        if (walker.stage == Stage.IN) {
            walker.client.leave();
            walkers.remove(walker);
        }
    }

    /// A client that did not get its answer in time asks again.
    private void retries(Walker walker) {
        if (walker.stage == Stage.JOINING && !walker.client.isAnswered()) {
            walker.client.join();
        }
    }

    private void settle() {
        for (int i = 0; i < 200; i++) {
            groups.pass(1_000);
            for (var walker : walkers) {
                walker.live();
            }
        }
    }
}
