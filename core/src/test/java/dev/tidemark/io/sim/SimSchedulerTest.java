package dev.tidemark.io.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.base.Prng;
import dev.tidemark.io.Loop;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class SimSchedulerTest {
    private static final long MS = 1_000_000;

    private final SimScheduler scheduler = new SimScheduler(new Prng(7));
    private final SimClock clock = scheduler.clock(1_700_000_000_000L);
    private final SimLoop loop = scheduler.loop(0, clock);
    private final SimLoop other = scheduler.loop(1, clock);
    private final List<String> log = new ArrayList<>();

    private void runAll() {
        while (scheduler.step()) {
            // The step is the work.
        }
    }

    @Test
    void runsTheTasksOfOneSenderInOrderAndNeverInsideTheCall() {
        loop.execute(() -> {
            for (int i = 0; i < 50; i++) {
                String name = "t" + i;
                other.execute(() -> log.add(name));
                loop.execute(() -> log.add("own"));
            }
            assertThat(log).isEmpty();
            assertThat(loop.inLoop()).isTrue();
            assertThat(other.inLoop()).isFalse();
        });
        runAll();
        log.removeIf("own"::equals);
        assertThat(log).hasSize(50);
        for (int i = 0; i < 50; i++) {
            assertThat(log.get(i)).isEqualTo("t" + i);
        }
    }

    @Test
    void endOfTurnHooksRunOnceAfterTheTasksOfTheTurn() {
        loop.execute(() -> {
            loop.atEndOfTurn(() -> log.add("end"));
            log.add("task");
        });
        runAll();
        assertThat(log).containsExactly("task", "end");
    }

    @Test
    void timersRunWhenTheirTimeHasComeAndTimeMovesWhenNothingElseDoes() {
        loop.execute(() -> {
            loop.schedule(5, () -> log.add("5 at " + scheduler.nowNs() / MS));
            loop.schedule(3_600_000, () -> log.add("hour at " + scheduler.nowNs() / MS));
            Loop.Timer never = loop.schedule(1, () -> log.add("cancelled"));
            never.cancel();
            never.cancel();
        });
        runAll();
        assertThat(log).containsExactly("5 at 5", "hour at 3600000");
        assertThat(clock.millis()).isEqualTo(1_700_003_600_000L);
    }

    @Test
    void timersFollowTheirNodesDriftAndIgnoreJumpsOfTheCalendar() {
        SimClock fast = scheduler.clock(0);
        fast.drift(100_000);
        SimLoop fastLoop = scheduler.loop(0, fast);
        fastLoop.execute(() -> fastLoop.schedule(1_100, () -> log.add("fast")));
        fast.jump(-86_400_000);
        assertThat(fast.millis()).isEqualTo(-86_400_000);
        scheduler.runForMs(999);
        assertThat(log).isEmpty();
        scheduler.runForMs(2);
        assertThat(log).containsExactly("fast");
        assertThat(fast.nanos()).isEqualTo(1_101_100_000L);
    }

    @Test
    void aTimerIsNeverEarlyUnderAnyDrift() {
        for (long seed = 1; seed <= 50; seed++) {
            Prng prng = new Prng(seed);
            SimScheduler world = new SimScheduler(prng.split());
            SimClock odd = world.clock(0);
            odd.drift(prng.between(-500_000, 500_000));
            SimLoop oddLoop = world.loop(0, odd);
            for (int i = 0; i < 20; i++) {
                long delayMs = prng.between(0, 100_000);
                oddLoop.execute(() -> {
                    long from = odd.nanos();
                    oddLoop.schedule(delayMs, () -> {
                        assertThat(odd.nanos() - from).isBetween(delayMs * MS,
                                (delayMs + 2) * MS);
                        log.add("ran");
                    });
                });
                world.runForMs(prng.between(1, 1_000));
            }
            world.runForMs(300_000);
        }
        assertThat(log).hasSize(50 * 20);
    }

    @Test
    void theSeedOrdersTheLoopsAndTheSameSeedOrdersThemAlike() {
        TreeSet<String> orders = new TreeSet<>();
        for (long seed = 0; seed < 20; seed++) {
            assertThat(order(seed)).isEqualTo(order(seed));
            orders.add(order(seed));
        }
        assertThat(orders).hasSizeGreaterThan(5);
    }

    private static String order(long seed) {
        SimScheduler world = new SimScheduler(new Prng(seed));
        SimClock clock = world.clock(0);
        SimOffload offload = world.offload(10 * MS);
        StringBuilder order = new StringBuilder();
        for (int i = 0; i < 3; i++) {
            SimLoop each = world.loop(i, clock);
            String name = "" + (char) ('a' + i);
            each.execute(() -> order.append(name));
            each.execute(() -> offload.run(each, () -> name,
                    (result, failure) -> order.append(result).append(world.nowNs())));
        }
        while (world.step()) {
            // The step is the work.
        }
        return order.toString();
    }

    @Test
    void offloadedWorkEndsOnItsHomeLoopWithItsResultOrItsFailure() {
        SimOffload offload = scheduler.offload(5 * MS);
        offload.run(loop, () -> "result", (result, failure) -> {
            assertThat(loop.inLoop()).isTrue();
            assertThat(failure).isNull();
            log.add(result);
        });
        offload.run(loop, () -> {
            throw new IOException("on purpose");
        }, (result, failure) -> {
            assertThat(result).isNull();
            log.add(failure.getMessage());
        });
        runAll();
        assertThat(log).containsExactlyInAnyOrder("result", "on purpose");
    }

    /// Each sync of it takes four milliseconds.
    private SimDisk slowDisk() {
        SimDisk disk = new SimDisk(new Prng(1));
        disk.faults().onStall(scheduler::stall);
        disk.faults().stall(1_000_000, 4 * MS, 4 * MS + 1);
        return disk;
    }

    private static void sync(SimDisk disk) {
        try {
            disk.open("a").sync();
        } catch (IOException failure) {
            throw new AssertionError(failure);
        }
    }

    @Test
    void aStalledLoopRunsNothingAndWhatItSentArrivesAfterwards() {
        SimDisk disk = slowDisk();
        loop.holdingMail().execute(() -> {
            sync(disk);
            other.execute(() -> log.add("answer at " + scheduler.nowNs() / MS));
            loop.execute(() -> log.add("own at " + scheduler.nowNs() / MS));
        });
        other.execute(() -> log.add("other at " + scheduler.nowNs() / MS));
        runAll();
        assertThat(log).containsExactlyInAnyOrder("other at 0", "answer at 4", "own at 4");
    }

    @Test
    void whoSeesWhatAStalledLoopHasWrittenSendsNothingThatOvertakesItsMessages() {
        SimDisk disk = slowDisk();
        SimLoop witness = scheduler.loop(2, clock);
        var published = new boolean[1];
        loop.execute(() -> {
            sync(disk);
            other.execute(() -> log.add("first"));
            published[0] = true;
            loop.execute(() -> log.add("own at " + scheduler.nowNs() / MS));
        });
        witness.execute(new Runnable() {
            @Override
            public void run() {
                if (published[0]) {
                    other.execute(() -> log.add("second"));
                } else {
                    witness.execute(this);
                }
            }
        });
        runAll();
        assertThat(log).containsExactly("first", "second", "own at 4");
    }

    @Test
    void aStoppedLoopDropsItsTasksAndTimers() {
        loop.execute(() -> loop.schedule(5, () -> log.add("timer")));
        scheduler.runForMs(1);
        loop.execute(() -> log.add("task"));
        loop.stop();
        loop.execute(() -> log.add("late task"));
        runAll();
        assertThat(log).isEmpty();
    }

    @Test
    void whatATaskThrowsComesOutAndTheWorldGoesOn() {
        loop.execute(() -> {
            throw new PowerLost("on purpose");
        });
        loop.execute(() -> log.add("next"));
        assertThatThrownBy(this::runAll).isInstanceOf(PowerLost.class);
        runAll();
        assertThat(log).containsExactly("next");
    }

    @Test
    void runsUntilAConditionHoldsOrTheTurnsAreUsedUp() {
        Runnable[] again = new Runnable[1];
        again[0] = () -> loop.schedule(1, again[0]);
        loop.execute(again[0]);
        assertThat(scheduler.runUntil(() -> scheduler.nowNs() >= 10 * MS, 1_000)).isTrue();
        assertThat(scheduler.runUntil(() -> false, 10)).isFalse();
        assertThat(scheduler.turns()).isLessThan(30);
    }
}
