package dev.tidemark.bench.piece;

import dev.tidemark.base.Prng;
import dev.tidemark.base.TimingWheel;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/// What a timer costs beside few and beside very many that are waiting: the curve is to be flat.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class TimingWheelBenchmark {
    private static final int WITHIN_MS = 30 * 60_000;
    private static final int TIMES = 1 << 12;
    @Param({"1", "1000", "1000000"})
    private int waiting;
    private final long[] delaysMs = new long[TIMES];
    private TimingWheel wheel;
    private long nowMs;
    private int next;

    /// Fills the wheel with timers of the next half hour.
    @Setup
    public void fill() {
        Prng random = new Prng(1);
        wheel = new TimingWheel(0);
        for (int i = 0; i < TIMES; i++) {
            delaysMs[i] = 1L + random.nextInt(WITHIN_MS);
        }
        for (int i = 0; i < waiting; i++) {
            wheel.add((1L << 40) + random.nextInt(WITHIN_MS), () -> {});
        }
    }

    /// A request's timer: set, and taken back because the answer came first.
    @Benchmark
    public boolean addAndCancel() {
        return wheel.cancel(wheel.add(nowMs + delay(), () -> {}));
    }

    /// A timer that is set and runs, with the time that passes until then.
    @Benchmark
    public int addAndRun() {
        nowMs += delay();
        wheel.add(nowMs, () -> {});
        return wheel.advance(nowMs);
    }

    private long delay() {
        next = (next + 1) & (TIMES - 1);
        return delaysMs[next];
    }
}
