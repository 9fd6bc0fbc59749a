package dev.tidemark.bench.piece;

import dev.tidemark.record.Batch;
import dev.tidemark.record.BatchCheck;
import dev.tidemark.record.BatchRules;
import dev.tidemark.record.Verdict;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MemoryRecordsBuilder;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/// What the door does with a client's batch: its checksum alone, and the whole check.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class BatchCheckBenchmark {
    private static final long NOW_MS = 1_700_000_000_000L;
    /// Records and their bytes: what a default and a tuned client send.
    @Param({"15x1024", "127x1024", "146x100", "1170x100"})
    private String shape;
    private ByteBuffer batch;

    /// Builds one batch, off the heap as it comes from a socket.
    @Setup
    public void build() {
        int cross = shape.indexOf('x');
        int records = Integer.parseInt(shape.substring(0, cross));
        byte[] value = new byte[Integer.parseInt(shape.substring(cross + 1))];
        new SplittableRandom(1).nextBytes(value);
        MemoryRecordsBuilder builder = MemoryRecords.builder(ByteBuffer.allocate(1 << 20),
                Compression.NONE, TimestampType.CREATE_TIME, 0);
        for (int i = 0; i < records; i++) {
            builder.append(NOW_MS + i, null, value);
        }
        ByteBuffer built = builder.build().buffer();
        batch = ByteBuffer.allocateDirect(built.remaining()).put(built).flip();
    }

    /// CRC-32C over the batch.
    @Benchmark
    public boolean crc() {
        return Batch.crcValid(batch, 0);
    }

    /// Header, checksum and every record.
    @Benchmark
    public Verdict check() {
        return BatchCheck.check(batch, BatchRules.DEFAULTS, NOW_MS);
    }
}
