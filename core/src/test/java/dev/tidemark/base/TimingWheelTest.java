package dev.tidemark.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;

class TimingWheelTest {
    private static final int MODEL_SEEDS = 40;
    private static final int MODEL_STEPS = 2_000;

    private final List<String> ran = new ArrayList<>();
    private final TimingWheel wheel = new TimingWheel(1_000);

    private TimingWheel.Node add(long deadlineMs, String name) {
        return wheel.add(deadlineMs, () -> ran.add(name));
    }

    @Test
    void runsInOrderOfDeadlineAndThenOfInsertion() {
        add(90_000, "late");
        add(1_010, "b1");
        add(1_005, "a");
        add(1_010, "b2");
        assertThat(wheel.advance(100_000)).isEqualTo(4);
        assertThat(ran).containsExactly("a", "b1", "b2", "late");
    }

    @Test
    void keepsInsertionOrderWhereANodeCameDownFromACoarserWheel() {
        add(6_000, "far");
        wheel.advance(5_990);
        add(6_000, "near");
        wheel.advance(6_000);
        assertThat(ran).containsExactly("far", "near");
    }

    @Test
    void neverRunsEarly() {
        add(1_500, "timer");
        wheel.advance(1_499);
        assertThat(ran).isEmpty();
        wheel.advance(1_500);
        assertThat(ran).containsExactly("timer");
    }

    @Test
    void aCancelledTimerDoesNotRunAndIsCancelledOnce() {
        TimingWheel.Node node = add(1_001, "timer");
        assertThat(wheel.cancel(node)).isTrue();
        assertThat(wheel.cancel(node)).isFalse();
        wheel.advance(2_000);
        assertThat(ran).isEmpty();
        assertThat(wheel.size()).isZero();
        assertThat(wheel.nextDeadlineMs()).isEqualTo(TimingWheel.NO_DEADLINE);
    }

    @Test
    void aTimerMayCancelOneThatIsDueWithIt() {
        TimingWheel.Node[] second = new TimingWheel.Node[1];
        wheel.add(1_001, () -> assertThat(wheel.cancel(second[0])).isTrue());
        second[0] = add(1_001, "second");
        assertThat(wheel.advance(1_001)).isEqualTo(1);
        assertThat(ran).isEmpty();
    }

    @Test
    void aTimerThatSetsItselfAgainForThePresentRunsOnceInAnAdvance() {
        Runnable[] again = new Runnable[1];
        again[0] = () -> {
            ran.add("again");
            wheel.add(0, again[0]);
        };
        wheel.add(1_001, again[0]);
        assertThat(wheel.advance(1_005)).isEqualTo(1);
        assertThat(wheel.nextDeadlineMs()).isEqualTo(1_005);
        assertThat(wheel.advance(1_005)).isEqualTo(1);
    }

    @Test
    void aTaskThatThrowsLeavesTheOthersForTheNextAdvance() {
        wheel.add(1_001, () -> {
            throw new IllegalStateException("on purpose");
        });
        add(1_002, "other");
        assertThatThrownBy(() -> wheel.advance(1_010)).isInstanceOf(IllegalStateException.class);
        wheel.advance(1_010);
        assertThat(ran).containsExactly("other");
    }

    @Test
    void survivesJumpsOfTimeForwardsAndIgnoresStepsBack() {
        long thousandYearsMs = 1_000L * 365 * 24 * 3_600_000;
        add(thousandYearsMs, "far");
        add(Long.MAX_VALUE, "never");
        wheel.advance(500);
        assertThat(ran).isEmpty();
        wheel.advance(thousandYearsMs + 7);
        assertThat(ran).containsExactly("far");
        wheel.advance(2_000);
        add(2_000, "past");
        assertThat(wheel.advance(2_001)).isEqualTo(1);
        wheel.advance(Long.MAX_VALUE);
        assertThat(ran).containsExactly("far", "past", "never");
    }

    @Test
    void acceptsAClockThatStartsBelowZero() {
        TimingWheel negative = new TimingWheel(Long.MIN_VALUE / 4);
        negative.add(Long.MIN_VALUE / 4 + 10, () -> ran.add("soon"));
        negative.add(5, () -> ran.add("positive"));
        negative.advance(Long.MIN_VALUE / 4 + 10);
        assertThat(ran).containsExactly("soon");
        negative.advance(5);
        assertThat(ran).containsExactly("soon", "positive");
    }

    @Test
    void followsAModelOfASortedList() {
        for (long seed = 1; seed <= MODEL_SEEDS; seed++) {
            new Model(seed).run();
        }
    }

    /// A wheel beside a plain list sorted by (deadline, insertion), driven by one seed.
    private static final class Model {
        private record Entry(long deadlineMs, int id, TimingWheel.Node node) {
        }

        private final long seed;
        private final Prng prng;
        private final List<Entry> waiting = new ArrayList<>();
        private final List<Integer> ran = new ArrayList<>();
        private final TimingWheel wheel;
        private long nowMs;
        private int nextId;

        Model(long seed) {
            this.seed = seed;
            prng = new Prng(seed);
            nowMs = prng.between(-1_000_000, 1_000_000);
            wheel = new TimingWheel(nowMs);
        }

        void run() {
            for (int step = 0; step < MODEL_STEPS; step++) {
                int dice = prng.nextInt(10);
                if (dice < 5) {
                    add();
                } else if (dice < 7) {
                    cancel();
                } else {
                    advance();
                }
                checkNextDeadline();
            }
            nowMs = Long.MAX_VALUE;
            advanceTo(nowMs);
            assertThat(waiting).as("seed %d", seed).isEmpty();
        }

        private void add() {
            long deadlineMs = nowMs + (prng.nextLong() >>> (20 + prng.nextInt(44)))
                    - prng.nextInt(20);
            int id = nextId++;
            TimingWheel.Node node = wheel.add(deadlineMs, () -> ran.add(id));
            waiting.add(new Entry(Math.max(deadlineMs, nowMs), id, node));
        }

        private void cancel() {
            if (!waiting.isEmpty()) {
                Entry entry = waiting.remove(prng.nextInt(waiting.size()));
                assertThat(wheel.cancel(entry.node)).as("seed %d", seed).isTrue();
            }
        }

        private void advance() {
            if (prng.chance(1, 3) && wheel.nextDeadlineMs() != TimingWheel.NO_DEADLINE) {
                nowMs = Math.max(nowMs, wheel.nextDeadlineMs());
            } else {
                nowMs += prng.nextLong() >>> (20 + prng.nextInt(44));
            }
            advanceTo(nowMs);
        }

        private void advanceTo(long targetMs) {
            waiting.sort(Comparator.comparingLong(Entry::deadlineMs).thenComparingInt(Entry::id));
            List<Integer> expected = new ArrayList<>();
            while (!waiting.isEmpty() && waiting.getFirst().deadlineMs <= targetMs) {
                expected.add(waiting.removeFirst().id);
            }
            ran.clear();
            wheel.advance(targetMs);
            assertThat(ran).as("seed %d", seed).isEqualTo(expected);
            assertThat(wheel.size()).as("seed %d", seed).isEqualTo(waiting.size());
        }

        private void checkNextDeadline() {
            long earliest = waiting.stream().mapToLong(Entry::deadlineMs).min()
                    .orElse(TimingWheel.NO_DEADLINE);
            long next = wheel.nextDeadlineMs();
            assertThat(next).as("seed %d", seed).isLessThanOrEqualTo(earliest);
            assertThat(next >= nowMs).as("seed %d: %d is past", seed, next).isTrue();
            assertThat(next == TimingWheel.NO_DEADLINE).isEqualTo(waiting.isEmpty());
        }
    }
}
