package dev.tidemark.quorum;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.base.NewerFormat;
import dev.tidemark.base.Prng;
import dev.tidemark.base.Trace;
import dev.tidemark.io.DiskFile;
import dev.tidemark.io.sim.PowerLost;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.message.LeaderChangeMessage;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MutableRecordBatch;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.raft.ElectionState;
import org.apache.kafka.server.common.KRaftVersion;
import org.junit.jupiter.api.Test;

/// A node alone on its own disk: what it was told is committed stays, whatever happens.
final class LoneQuorumTest {
    /// So many records of a few bytes, each with its batch's header, come between two snapshots.
    private static final int MOST_TAIL = 30;

    private final LoneQuorum node = new LoneQuorum(7);

    @Test
    void aNodeAloneLeadsWithoutWaiting() throws IOException {
        long before = node.computer.clock().millis();
        node.start();
        assertThat(node.leads).isTrue();
        assertThat(node.told).containsExactly("1@1");
        assertThat(node.computer.clock().millis()).isEqualTo(before);
    }

    @Test
    void committedRecordsAreToldAgainAfterARestart() throws IOException {
        node.start();
        node.set("a", "1");
        node.set("b", "2");
        node.set("a", null);
        node.stop();
        node.start();
        assertThat(node.table).isEqualTo(Map.of("b", "2"));
        assertThat(node.told).containsExactly("1@1", "1@2");
    }

    @Test
    void recordsOfOneAppendAreToldTogetherAndKeepTheirOrder() throws IOException {
        node.start();
        long first = node.put("a", "1");
        assertThat(node.put("a", "2")).isEqualTo(first + 1);
        node.await(() -> node.endOffset >= first + 1);
        assertThat(node.table).isEqualTo(Map.of("a", "2"));
    }

    @Test
    void nothingIsToldThatASyncHasNotKept() throws IOException {
        node.start();
        node.set("a", "1");
        node.computer.disk().faults().failNextSyncs(1);
        node.put("a", "2");
        node.await(() -> node.failure != null);
        assertThat(node.table).isEqualTo(Map.of("a", "1"));
        assertThat(node.put("a", "3")).isEqualTo(-1);
        assertThat(node.quorum.isLost()).isTrue();
    }

    @Test
    void snapshotsBoundTheLogAndARestartBeginsFromTheNewest() throws IOException {
        node.start();
        for (int i = 0; i < 400; i++) {
            node.set("key" + i % 10, "value" + i);
        }
        assertThat(node.quorum.logStartOffset()).isGreaterThan(300);
        assertThat(node.computer.disk().list(MetadataLog.DIRECTORY).stream()
                .filter(name -> name.endsWith(".checkpoint"))).hasSize(1);
        assertThat(node.computer.disk().list(MetadataLog.DIRECTORY).stream()
                .filter(name -> name.endsWith(".log"))).hasSizeLessThan(3);
        var before = new TreeMap<>(node.table);
        node.stop();
        node.start();
        assertThat(node.restored).isEqualTo(1);
        assertThat(node.table).isEqualTo(before);
        node.set("later", "1");
        assertThat(node.table).containsEntry("later", "1");
    }

    @Test
    void aLongLogIsPutIntoASnapshotBeforeTheNodeStops() throws IOException {
        var lazy = new LoneQuorum(3, 64 << 20);
        lazy.start();
        for (int i = 0; i < 300; i++) {
            lazy.set("key" + i % 10, "v".repeat(1000) + i);
        }
        assertThat(lazy.quorum.logStartOffset()).isZero();
        var before = new TreeMap<>(lazy.table);
        lazy.stop();
        lazy.start();
        assertThat(lazy.restored).isEqualTo(1);
        assertThat(lazy.quorum.logStartOffset()).isGreaterThan(300);
        assertThat(lazy.table).isEqualTo(before);
        lazy.set("later", "1");
        lazy.stop();
        lazy.start();
        assertThat(lazy.quorum.logEndOffset() - lazy.quorum.logStartOffset())
                .as("a short log stays as it is").isGreaterThan(1);
        assertThat(lazy.table).containsEntry("later", "1");
    }

    @Test
    void aStartReadsASnapshotAndNoMoreOfTheLogThanCameSince() throws IOException {
        int told = 0;
        for (int life = 0; life < 12; life++) {
            node.start();
            assertThat(node.committed).as("life " + life).isLessThanOrEqualTo(MOST_TAIL);
            assertThat(node.quorum.logEndOffset() - node.quorum.logStartOffset())
                    .as("life " + life).isLessThanOrEqualTo(MOST_TAIL);
            told += node.restored;
            for (int i = 0; i < 37 + 11 * life; i++) {
                node.set("key" + i % 10, "value" + i);
            }
            if (life % 2 == 0) {
                node.stop();
            } else {
                node.computer.losePower();
            }
        }
        assertThat(told).as("begun from snapshots").isGreaterThan(8);
    }

    @Test
    void aLossOfPowerAtAnyStepTakesNothingThatWasTold() throws IOException {
        for (long seed = 1; seed <= 60; seed++) {
            var prng = new Prng(seed);
            var other = new LoneQuorum(seed);
            Map<String, String> promised = new TreeMap<>();
            String asked = null;
            for (int life = 0; life < 8; life++) {
                other.computer.disk().faults().losePowerAfter(prng.between(1, 150));
                try {
                    other.start();
                    compare(seed, other.table, promised, asked);
                    promised = new TreeMap<>(other.table);
                    for (int i = 0; ; i++) {
                        asked = "key" + prng.nextInt(5) + "=" + life + "." + i;
                        other.set(asked.substring(0, 4), asked.substring(5));
                        if (!other.computer.disk().isOn()) {
                            break;
                        }
                        promised = new TreeMap<>(other.table);
                        asked = null;
                    }
                } catch (PowerLost expected) {
                    // The next life begins.
                }
                other.computer.losePower();
            }
        }
    }

    /// What was asked for last, without an answer, may be there or not.
    private static void compare(long seed, Map<String, String> found,
            Map<String, String> promised, String asked) {
        if (!found.equals(promised) && asked != null) {
            promised = new TreeMap<>(promised);
            promised.put(asked.substring(0, 4), asked.substring(5));
        }
        assertThat(found).as("seed " + seed).isEqualTo(promised);
    }

    @Test
    void aKillBetweenSyncsIsNoLoss() throws IOException {
        node.start();
        node.set("a", "1");
        node.put("a", "2");
        node.computer.kill();
        node.start();
        assertThat(node.table).containsKey("a");
        node.set("b", "1");
        node.computer.losePower();
        node.start();
        assertThat(node.table).containsEntry("b", "1");
    }

    @Test
    void aDamagedVoteIsRefusedNotGuessed() throws IOException {
        node.start();
        node.stop();
        String path = MetadataLog.DIRECTORY + "/" + VoteFile.NAME;
        try (DiskFile file = node.computer.disk().open(path)) {
            var one = ByteBuffer.allocate(1);
            file.read(one, 20);
            one.put(0, (byte) (one.get(0) ^ 1));
            file.write(new ByteBuffer[] {one.flip()}, 0, 1, 20);
        }
        node.start();
        assertThat(node.failure).hasMessageContaining("damaged");
        assertThat(node.leads).isFalse();
    }

    @Test
    void aLogOfAnEarlierReleaseIsRefused() throws IOException {
        node.start();
        node.set("a", "1");
        node.stop();
        node.computer.disk().delete(MetadataLog.DIRECTORY + "/" + VoteFile.NAME);
        assertThatThrownBy(node::start).hasMessageContaining("quorum-state");
    }

    /// As earlier releases wrote them: the voters stood in the configuration alone.
    @Test
    void aLogWhoseVotersHadNoDirectoriesIsRefusedInOneLine() throws IOException {
        var earlier = MetadataLog.open(node.computer.disk(), node.computer.clock(), false,
                Trace.SILENT);
        earlier.votes().writeElectionState(
                ElectionState.withElectedLeader(1, 1, Optional.empty(), Set.of(1)),
                KRaftVersion.KRAFT_VERSION_0);
        earlier.appendAsLeader(MemoryRecords.withLeaderChangeMessage(0, 1L, 1,
                ByteBuffer.allocate(256), new LeaderChangeMessage().setLeaderId(1)), 1);
        earlier.flush(true);
        earlier.shut();
        node.start();
        assertThat(node.leads).isFalse();
        assertThat(node.failure).hasMessage("the metadata log is of an earlier release, whose"
                + " voters had no directories");
        assertThat(node.quorum.isLost()).isTrue();
    }

    @Test
    void aSnapshotWithARecordOfANewerReleaseStopsTheNode() throws IOException {
        node.start();
        for (int i = 0; i < 100; i++) {
            node.set("key" + i % 10, "value" + i);
        }
        node.stop();
        String path = MetadataLog.DIRECTORY + '/' + node.computer.disk()
                .list(MetadataLog.DIRECTORY).stream()
                .filter(name -> name.endsWith(".checkpoint")).findFirst().orElseThrow();
        try (DiskFile file = node.computer.disk().open(path)) {
            var bytes = ByteBuffer.allocate((int) file.size());
            file.read(bytes, 0);
            ByteBuffer newer = ofANewerRelease(bytes.flip());
            file.truncate(0);
            file.write(new ByteBuffer[] {newer}, 0, 1, 0);
        }
        assertThatThrownBy(node::start).isInstanceOf(NewerFormat.class).hasMessage("a record of"
                + " the cluster's metadata has version 1, and this release reads version 0");
    }

    private static ByteBuffer ofANewerRelease(ByteBuffer snapshot) {
        var newer = ByteBuffer.allocate(snapshot.remaining() + 1000);
        for (MutableRecordBatch batch : MemoryRecords.readableRecords(snapshot).batches()) {
            if (batch.isControlBatch()) {
                batch.writeTo(newer);
                continue;
            }
            List<SimpleRecord> records = new ArrayList<>();
            for (Record record : batch) {
                records.add(new SimpleRecord(Utils.toNullableArray(record.value().duplicate()
                        .put(record.value().position(), (byte) 1))));
            }
            newer.put(MemoryRecords.withRecords(batch.baseOffset(), Compression.NONE,
                    batch.partitionLeaderEpoch(), records.toArray(SimpleRecord[]::new)).buffer());
        }
        return newer.flip();
    }
}
