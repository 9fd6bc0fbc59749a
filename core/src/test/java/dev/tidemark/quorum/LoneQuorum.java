package dev.tidemark.quorum;

import dev.tidemark.base.Prng;
import dev.tidemark.base.Trace;
import dev.tidemark.io.Net;
import dev.tidemark.io.sim.SimComputer;
import dev.tidemark.io.sim.SimScheduler;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.Uuid;

/// A quorum of one on a simulated machine, followed by a table of texts.
final class LoneQuorum implements Quorum.Follower {
    private static final int SNAPSHOT_BYTES = 2000;
    private static final long MOST_TURNS = 20_000;

    final SimComputer computer;
    final TreeMap<String, String> table = new TreeMap<>();
    final List<String> told = new ArrayList<>();
    Quorum quorum;
    long endOffset;
    int restored;
    /// Records told since the start, one by one.
    int committed;
    boolean leads;
    IOException failure;
    private final Prng prng;
    private final int snapshotBytes;

    LoneQuorum(long seed) {
        this(seed, SNAPSHOT_BYTES);
    }

    LoneQuorum(long seed, int snapshotBytes) {
        this.snapshotBytes = snapshotBytes;
        prng = new Prng(seed);
        computer = new SimComputer(new SimScheduler(prng.split()), prng.split(), 1);
    }

    void start() throws IOException {
        computer.boot();
        table.clear();
        endOffset = 0;
        restored = 0;
        committed = 0;
        leads = false;
        failure = null;
        var alone = QuorumSettings.alone(1, "cluster", new Uuid(1, 1));
        var settings = new QuorumSettings(1, "cluster", new Uuid(1, 1), alone.listener(),
                alone.membership(), alone.timing(), snapshotBytes);
        quorum = Quorum.open(settings, computer.disk(), computer.quorumLoop(), false, Trace.SILENT);
        computer.quorumLoop().execute(() -> quorum.start(prng.split(), Net.NONE, this));
        await(() -> leads || failure != null);
    }

    /// Sets `key` to `value`; null removes it. The answer is where its record ends.
    long put(String key, String value) {
        var end = new long[] {Long.MIN_VALUE};
        computer.quorumLoop().execute(() -> end[0] = quorum.append(quorum.leaderEpoch(),
                List.of(new MetadataRecord(bytes(key), value == null ? null : bytes(value)))));
        await(() -> end[0] != Long.MIN_VALUE);
        return end[0];
    }

    /// As [#put], until it is committed.
    void set(String key, String value) {
        long end = put(key, value);
        await(() -> endOffset >= end || failure != null);
    }

    void await(BooleanSupplier condition) {
        if (!computer.scheduler().runUntil(() -> condition.getAsBoolean()
                || !computer.disk().isOn(), MOST_TURNS)) {
            throw new AssertionError("it did not come to be");
        }
    }

    void stop() throws IOException {
        computer.halt();
        quorum.close();
    }

    static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String text(ByteBuffer bytes) {
        return StandardCharsets.UTF_8.decode(bytes.duplicate()).toString();
    }

    private void apply(MetadataRecord record) {
        if (record.value() == null) {
            table.remove(text(record.key()));
        } else {
            table.put(text(record.key()), text(record.value()));
        }
    }

    @Override
    public void restored(long newEndOffset, List<MetadataRecord> records) {
        table.clear();
        records.forEach(this::apply);
        endOffset = newEndOffset;
        restored++;
    }

    @Override
    public void committed(long baseOffset, long newEndOffset, List<MetadataRecord> records) {
        records.forEach(this::apply);
        endOffset = newEndOffset;
        committed += records.size();
    }

    @Override
    public void led(int leaderId, int leaderEpoch) {
        leads = leaderId == 1;
        told.add(leaderId + "@" + leaderEpoch);
    }

    @Override
    public List<MetadataRecord> snapshot() {
        List<MetadataRecord> records = new ArrayList<>();
        table.forEach((key, value) -> records.add(new MetadataRecord(bytes(key), bytes(value))));
        return records;
    }

    @Override
    public void failed(IOException why) {
        failure = why;
    }
}
