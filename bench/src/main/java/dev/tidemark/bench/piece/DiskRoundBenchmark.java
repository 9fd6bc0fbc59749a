package dev.tidemark.bench.piece;

import dev.tidemark.bench.server.Directories;
import dev.tidemark.io.DiskFile;
import dev.tidemark.server.disk.FileDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/// One round of a journal on the real disk: write so many bytes, then sync.
///
/// A file that grows pays for its new length at each sync; one that was filled with zeros once and
/// is written again from its start pays for its bytes alone.
@State(Scope.Thread)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class DiskRoundBenchmark {
    private static final int FILE_BYTES = 64 << 20;
    @Param({"4096", "65536", "262144"})
    private int roundBytes;
    private Path directory;
    private FileDisk disk;
    private DiskFile growing;
    private DiskFile recycled;
    private ByteBuffer[] round;
    private long growingEnd;
    private long recycledEnd;

    /// Makes both files; the recycled one is filled and synced.
    @Setup
    public void open() throws IOException {
        directory = Files.createTempDirectory(Path.of("").toAbsolutePath(), ".disk-round-");
        disk = FileDisk.open(directory);
        growing = disk.open("growing");
        recycled = disk.open("recycled");
        round = new ByteBuffer[] {ByteBuffer.allocateDirect(roundBytes)};
        for (long position = 0; position < FILE_BYTES; position += roundBytes) {
            recycled.write(cleared(), 0, 1, position);
        }
        recycled.sync();
    }

    /// Removes them.
    @TearDown
    public void close() throws IOException {
        growing.close();
        recycled.close();
        disk.delete("growing");
        disk.delete("recycled");
        disk.close();
        Directories.delete(directory);
    }

    /// At the end of a file that grows.
    @Benchmark
    public long appendAndSync() throws IOException {
        if (growingEnd >= FILE_BYTES) {
            growing.truncate(0);
            growingEnd = 0;
        }
        growing.write(cleared(), 0, 1, growingEnd);
        growing.sync();
        growingEnd += roundBytes;
        return growingEnd;
    }

    /// Over the old bytes of a file of fixed length.
    @Benchmark
    public long overwriteAndSync() throws IOException {
        recycled.write(cleared(), 0, 1, recycledEnd);
        recycled.sync();
        recycledEnd = (recycledEnd + roundBytes) % FILE_BYTES;
        return recycledEnd;
    }

    private ByteBuffer[] cleared() {
        round[0].clear();
        return round;
    }
}
