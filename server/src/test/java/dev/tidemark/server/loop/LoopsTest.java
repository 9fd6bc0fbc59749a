package dev.tidemark.server.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.io.Loop;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What every loop owes its owner, shown for each kind.
@Timeout(30)
class LoopsTest {
    enum Kind { NETTY, THREAD }

    private final SystemClock clock = new SystemClock();
    private final AtomicReference<Throwable> bug = new AtomicReference<>();
    private final Loops loops = new Loops(1, clock, (where, thrown) -> bug.set(thrown));
    private final ThreadLoop thread =
            new ThreadLoop(0, "test-loop", clock, (where, thrown) -> bug.set(thrown));

    @AfterEach
    void close() {
        thread.close();
        loops.close();
    }

    @ParameterizedTest
    @EnumSource
    void tasksOfOneSenderRunInOrderOnTheLoop(Kind kind) throws Exception {
        Loop loop = loop(kind);
        List<Integer> ran = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            int number = i;
            loop.execute(() -> ran.add(loop.inLoop() ? number : -1));
        }
        onLoop(loop, done -> done.complete(null));
        assertThat(ran).hasSize(10_000).isSorted().doesNotContain(-1);
    }

    @ParameterizedTest
    @EnumSource
    void aTaskIsNeverRunInsideOfTheCallThatSendsIt(Kind kind) throws Exception {
        Loop loop = loop(kind);
        List<String> order = new ArrayList<>();
        onLoop(loop, done -> {
            loop.execute(() -> {
                order.add("sent");
                done.complete(null);
            });
            order.add("sender");
        });
        assertThat(order).containsExactly("sender", "sent");
    }

    @ParameterizedTest
    @EnumSource
    void timersRunInOrderOfTheirDeadlinesAndNeverEarly(Kind kind) throws Exception {
        Loop loop = loop(kind);
        List<Integer> order = new ArrayList<>();
        long startNanos = clock.nanos();
        onLoop(loop, done -> {
            loop.schedule(30, () -> {
                order.add(30);
                done.complete(null);
            });
            loop.schedule(10, () -> order.add(10));
            loop.schedule(20, () -> order.add(20)).cancel();
            loop.schedule(1, () -> order.add(1));
        });
        assertThat(order).containsExactly(1, 10, 30);
        assertThat(clock.nanos() - startNanos).isGreaterThanOrEqualTo(30_000_000L);
    }

    @ParameterizedTest
    @EnumSource
    void whatWaitsForTheEndOfTheTurnRunsAfterItsTasks(Kind kind) throws Exception {
        Loop loop = loop(kind);
        List<String> order = new ArrayList<>();
        var gate = new CountDownLatch(1);
        loop.execute(() -> awaitLatch(gate));
        loop.execute(() -> {
            order.add("first");
            loop.atEndOfTurn(() -> order.add("end"));
        });
        loop.execute(() -> order.add("second"));
        gate.countDown();
        onLoop(loop, done -> loop.schedule(1, () -> done.complete(null)));
        assertThat(order).containsExactly("first", "second", "end");
    }

    @ParameterizedTest
    @EnumSource
    void theEndOfTheTurnComesWithoutFurtherTasks(Kind kind) throws Exception {
        Loop loop = loop(kind);
        onLoop(loop, done -> loop.schedule(1, () -> loop.atEndOfTurn(() -> done.complete(null))));
    }

    @ParameterizedTest
    @EnumSource
    void aTaskThatFailsDoesNotEndTheLoopAndABrokenInvariantIsReported(Kind kind) throws Exception {
        Loop loop = loop(kind);
        var broken = new AssertionError("impossible");
        loop.execute(() -> {
            throw broken;
        });
        onLoop(loop, done -> done.complete(null));
        assertThat(bug).hasValue(broken);
    }

    @ParameterizedTest
    @EnumSource
    void offloadedWorkRunsElsewhereAndEndsOnItsLoop(Kind kind) throws Exception {
        Loop loop = loop(kind);
        try (var offload = new PoolOffload(2, (where, thrown) -> bug.set(thrown))) {
            onLoop(loop, done -> offload.run(loop, loop::inLoop, (wasInLoop, failure) -> {
                assertThat(wasInLoop).isFalse();
                assertThat(loop.inLoop()).isTrue();
                done.complete(null);
            }));
            assertThatThrownBy(() -> onLoop(loop, done -> offload.run(loop, () -> {
                throw new IOException("disk is gone");
            }, (result, failure) -> done.completeExceptionally(failure))))
                    .isInstanceOf(ExecutionException.class).hasMessageContaining("disk is gone");
        }
    }

    @Test
    void syncsWaitSideBySideAndKeepNoReadWaiting() throws Exception {
        int syncs = 32;
        var allWait = new CountDownLatch(syncs);
        var read = new CountDownLatch(1);
        var ended = new CountDownLatch(syncs);
        try (var offload = new PoolOffload(1, (where, thrown) -> bug.set(thrown))) {
            for (int i = 0; i < syncs; i++) {
                offload.runSync(thread, () -> {
                    allWait.countDown();
                    awaitLatch(read);
                    return null;
                }, (nothing, failure) -> ended.countDown());
            }
            assertThat(allWait.await(60, TimeUnit.SECONDS)).isTrue();
            offload.run(thread, () -> {
                read.countDown();
                return null;
            }, (nothing, failure) -> { });
            assertThat(ended.await(60, TimeUnit.SECONDS)).isTrue();
        }
    }

    private Loop loop(Kind kind) {
        return switch (kind) {
            case NETTY -> loops.all().getFirst();
            case THREAD -> thread;
        };
    }

    private static void onLoop(Loop loop, Consumer<CompletableFuture<Void>> work)
            throws InterruptedException, ExecutionException {
        var done = new CompletableFuture<Void>();
        loop.execute(() -> work.accept(done));
        done.orTimeout(20, TimeUnit.SECONDS).get();
    }

    private static void awaitLatch(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
