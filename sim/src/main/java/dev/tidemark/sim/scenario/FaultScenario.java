package dev.tidemark.sim.scenario;

import dev.tidemark.base.Trace;
import dev.tidemark.sim.cluster.ClusterScript;
import dev.tidemark.sim.cluster.ClusterScript.Play;
import dev.tidemark.sim.cluster.ClusterScript.Stage;
import java.util.List;
import java.util.stream.Stream;

/// One scenario for each fault of the list that a cluster survives.
///
/// What each does in the beginning is written down, when and to whom is drawn; clients work all the
/// time, and every promise of a cluster is held to the end.
public enum FaultScenario {
    /// Power loss of the whole cluster right after acknowledgements.
    POWER_OF_ALL(1, Stage.PLAIN, StorageFaults::powerOfAll),
    /// One node forgets what it had not synced, another one is late.
    AMNESIA_AND_PAUSES(2, Stage.PLAIN, StorageFaults::amnesiaAndPauses),
    /// The last replica in sync restarts uncleanly.
    LAST_IN_SYNC(3, Stage.PLAIN, StorageFaults::lastInSync),
    /// Torn writes.
    TORN_WRITES(4, Stage.PLAIN, StorageFaults::tornWrites),
    /// Bits that flip.
    ROTTEN_DISKS(5, Stage.PLAIN, StorageFaults::rottenDisks),
    /// A sync that fails.
    FAILED_SYNCS(7, Stage.PLAIN, StorageFaults::failedSyncs),
    /// Full disks.
    FULL_DISKS(8, new Stage(3, 3, 2, 0, 0, 150 << 10), StorageFaults::fullDisks),
    /// Slow disks.
    SLOW_DISKS(8, Stage.PLAIN, StorageFaults::slowDisks),
    /// Names that were not synced.
    LOST_NAMES(9, new Stage(3, 3, 1, 200, 0, 0), StorageFaults::lostNames),
    /// Disks that are replaced.
    WIPED_DISKS(10, Stage.PLAIN, StorageFaults::wipedDisks),
    /// A crash in retention.
    CRASH_IN_RETENTION(11, new Stage(3, 3, 1, 300, 1_500, 0), StorageFaults::crashInRetention),
    /// Journal files that are used again.
    JOURNAL_REUSE(12, Stage.PLAIN, StorageFaults::journalReuse),
    /// A leader alone with its clients.
    LEADER_ALONE(13, Stage.PLAIN, NetworkFaults::leaderAlone),
    /// Symmetric, one-way and ring partitions.
    PARTITIONS(14, new Stage(5, 3, 2, 0, 0, 0), NetworkFaults::partitions),
    /// Replication that is delayed or of an earlier leadership.
    LATE_REPLICATION(15, Stage.PLAIN, NetworkFaults::lateReplication),
    /// A process that stands still for longer than its lease.
    STANDSTILL(16, Stage.PLAIN, NetworkFaults::standstill),
    /// Clocks that jump and drift.
    CLOCKS(17, Stage.PLAIN, NetworkFaults::clocks),
    /// Kills in a row.
    KILLS(18, Stage.PLAIN, NetworkFaults::kills),
    /// Voters that come and go.
    CHANGING_VOTERS(19, new Stage(5, 3, 3, 1, 0, 0, 0), NetworkFaults::changingVoters),
    /// Pauses and overload.
    STORM(21, Stage.PLAIN, NetworkFaults::storm),
    /// An idempotent producer that sends again, to another leader.
    RETRY_ACROSS_LEADERS(22, Stage.PLAIN, ProtocolFaults::retryAcrossLeaders),
    /// Producers whose records are gone.
    FORGOTTEN_RECORDS(23, new Stage(3, 3, 1, 300, 1_500, 0), ProtocolFaults::forgottenRecords),
    /// How far clients may read.
    HIGH_WATERMARKS(28, Stage.PLAIN, ProtocolFaults::highWatermarks),
    /// Questions for offsets that race retention.
    RETENTION_RACES(29, new Stage(3, 3, 1, 300, 1_500, 0), ProtocolFaults::retentionRaces),
    /// Topics deleted and made again.
    TOPIC_RECREATION(30, Stage.PLAIN, ProtocolFaults::recreation),
    /// Coordinators that go during a rebalance.
    COORDINATOR_FAILOVER(32, Stage.PLAIN, ProtocolFaults::coordinatorFailover);

    private final int fault;
    private final Stage stage;
    private final Play play;

    FaultScenario(int fault, Stage stage, Play play) {
        this.fault = fault;
        this.stage = stage;
        this.play = play;
    }

    /// Those of one fault, by its number; none if no cluster is needed to show it.
    public static List<FaultScenario> of(long fault) {
        return Stream.of(values()).filter(scenario -> scenario.fault == fault).toList();
    }

    /// Plays it to its end.
    ///
    /// @return what tells this run from others
    public long play(long seed, Trace trace) {
        return ClusterScript.play(seed, trace, stage, play);
    }
}
