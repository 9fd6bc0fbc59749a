package dev.tidemark.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.base.Marks;
import dev.tidemark.io.DiskFile;
import dev.tidemark.io.sim.PowerLost;
import dev.tidemark.journal.FakeBatch;
import dev.tidemark.log.EpochHistory;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/// What a data directory makes of what a crash has left.
final class LogDirRecoveryTest {
    private final StoreWorld world = new StoreWorld(21, 2);
    private final StoredPartition first = world.partitions.get(0);
    private final StoredPartition second = world.partitions.get(1);

    @Test
    void recoveringTwiceIsRecoveringOnce() throws IOException {
        world.start();
        world.append(first, 30);
        world.append(second, 5);
        world.losePower();
        world.start();
        world.losePower();
        world.start();
        world.verify();

        assertThat(first.log.logEndOffset()).isEqualTo(30);
        assertThat(second.log.logEndOffset()).isEqualTo(5);
    }

    @Test
    void epochsThatOutlivedTheirLogStartCutNothing() throws IOException {
        world.start();
        world.append(first, 30);
        world.on(first, () -> {
            first.log.raiseLogStart(20);
            world.dir.flush(first);
        });
        world.settle();
        world.kill();
        first.start = 20;
        world.start();
        world.verify();

        assertThat(world.traced).anyMatch(line -> line.contains("frames=30 appended=0"));
    }

    @Test
    void aTruncationBelowTheRecoveryPointIsReplayed() throws IOException {
        long before = Marks.count("recovery point was lowered for a replayed truncation");
        world.start();
        world.append(first, 10);
        world.stop();
        world.start();
        world.on(first, () -> first.whenOpen(world.dir, () -> {
            try {
                first.log.truncateTo(5);
            } catch (IOException broken) {
                throw new AssertionError(broken);
            }
            world.dir.lane(first.loop()).truncated(first, 4, 5);
            first.history.subList(5, 10).clear();
            first.append(world.dir, 500, world.prng);
        }));
        world.settle();
        assertThat(first.durableEnd).isEqualTo(6);
        world.losePower();
        world.start();
        world.verify();

        assertThat(first.log.logEndOffset()).isEqualTo(6);
        assertThat(Marks.count("recovery point was lowered for a replayed truncation"))
                .isGreaterThan(before);
    }

    /// A follower whose leader ends below where its own log began; what it takes over then is not
    /// journalled, because its topic asks for no syncs.
    @Test
    void aLogThatWasCutBelowItsStartKeepsThroughAKillWhatItTookSince() throws IOException {
        world.start();
        world.append(first, 30);
        world.on(first, () -> first.raiseStart(world.dir, 20));
        world.settle();
        world.stop();
        world.start();
        world.on(first, () -> first.whenOpen(world.dir, () -> {
            world.dir.lane(first.loop()).truncated(first, EpochHistory.NO_EPOCH, 10);
            try {
                first.log.truncateTo(10);
            } catch (IOException broken) {
                throw new AssertionError(broken);
            }
        }));
        world.settle();
        first.history.subList(10, 30).clear();
        first.journalled = false;
        world.append(first, 5);
        world.kill();
        world.start();
        world.on(first, () -> first.open(world.dir));
        world.settle();

        assertThat(first.log.logStartOffset()).isEqualTo(10);
        assertThat(first.log.logEndOffset()).isEqualTo(15);
    }

    /// The journal tells of the start and of the cut below it, and had none of the records.
    @Test
    void aStartBehindAllThatIsLeftIsReplayedBeforeTheCutBelowIt() throws IOException {
        world.start();
        first.journalled = false;
        world.append(first, 30);
        first.durableEnd = 30;
        world.on(first, () -> first.raiseStart(world.dir, 20));
        world.settle();
        world.on(first, () -> {
            world.dir.lane(first.loop()).truncated(first, EpochHistory.NO_EPOCH, 10);
            try {
                first.log.truncateTo(10);
            } catch (IOException broken) {
                throw new AssertionError(broken);
            }
        });
        world.settle();
        world.losePower();
        world.start();
        world.on(first, () -> first.open(world.dir));
        world.settle();

        assertThat(Marks.count("log start was raised beyond what is left of a log")).isPositive();
        assertThat(first.log.logStartOffset()).isEqualTo(10);
        assertThat(first.log.logEndOffset()).isEqualTo(10);
    }

    @Test
    void aLogWhoseSegmentsWereGivenUpStartsWhereTheJournalSays() throws IOException {
        long before = Marks.count("log starts inside of a replayed batch");
        world.start();
        world.append(first, 30);
        world.on(first, () -> first.raiseStart(world.dir, 30));
        world.settle();
        world.kill();
        // As retention does it, with a crash that takes the name of the segment that is left.
        world.disk.delete("t-0/00000000000000000000.log");
        first.history.clear();
        world.start();
        world.on(first, () -> first.open(world.dir));
        world.settle();

        assertThat(world.dir.damages()).isEmpty();
        assertThat(first.log.logStartOffset()).isEqualTo(30);
        assertThat(first.log.logEndOffset()).isEqualTo(30);
        assertThat(Marks.count("log starts inside of a replayed batch")).isEqualTo(before);
    }

    @Test
    void aLogThatStartsInsideOfABatchIsReplayedFromThatBatchOn() throws IOException {
        long before = Marks.count("log starts inside of a replayed batch");
        world.start();
        world.on(first, () -> {
            first.open(world.dir);
            var batch = FakeBatch.of(3, 0, 4, 100, world.prng);
            try {
                first.log.append(batch, 1_000);
            } catch (IOException broken) {
                throw new AssertionError(broken);
            }
            world.dir.lane(first.loop()).append(first, 3, 0, 4, batch, null);
            first.log.raiseLogStart(2);
            world.dir.lane(first.loop()).startRaised(first, 3, 2, 4);
        });
        world.settle();
        world.kill();
        world.disk.delete("t-0/00000000000000000000.log");
        world.start();
        world.on(first, () -> first.open(world.dir));
        world.settle();

        assertThat(first.log.logStartOffset()).isEqualTo(2);
        assertThat(first.log.logEndOffset()).isEqualTo(4);
        assertThat(Marks.count("log starts inside of a replayed batch")).isGreaterThan(before);
    }

    @Test
    void aDamagedLogIsNamedAndHarmsNoOther() throws IOException {
        long before = Marks.count("damaged log is left alone by a replay");
        StoredPartition second = world.partitions.get(1);
        world.start();
        world.append(first, 5);
        world.append(second, 5);
        world.stop();
        world.start();
        world.append(first, 2);
        world.append(second, 2);
        world.kill();
        int at = first.history.subList(0, 3).stream().mapToInt(ByteBuffer::remaining).sum();
        world.disk.flip("t-0/00000000000000000000.log", (at + 16) * 8L);
        world.start();

        assertThat(world.dir.damages()).singleElement().asString()
                .contains("t-0/00000000000000000000.log", "offsets 3 to 4")
                .contains("kept in=t-0/00000000000000000005.rescued");
        assertThat(Marks.count("damaged log is left alone by a replay")).isGreaterThan(before);
        int kept = first.history.subList(5, 7).stream().mapToInt(ByteBuffer::remaining).sum();
        try (DiskFile file = world.disk.open("t-0/00000000000000000005.rescued")) {
            assertThat(file.size()).isEqualTo(kept);
        }
        world.on(second, () -> second.open(world.dir));
        world.on(first, () -> first.open(world.dir));
        world.settle();
        assertThat(first.damaged).isNotNull();
        assertThat(second.log.logEndOffset()).isEqualTo(7);
        assertThat(world.dir.failure()).isNull();
    }

    /// The first log has lost [1, 5), and the process has been killed.
    private void loseTheMiddle() throws IOException {
        world.start();
        first.journalled = false;
        world.append(first, 5);
        first.journalled = true;
        world.append(first, 5);
        world.kill();
        try (DiskFile file = world.disk.open("t-0/00000000000000000000.log")) {
            file.truncate(1_000);
        }
    }

    private long lostFrom() {
        world.on(first, () -> first.open(world.dir));
        world.settle();
        return first.lostFrom;
    }

    @Test
    void whatAnUnjournalledLogLostIsReportedAsAGap() throws IOException {
        long before = Marks.count("replayed frame lies behind a gap");
        loseTheMiddle();
        world.start();

        assertThat(world.dir.damages()).containsExactly("partition=t-0 lost offsets=[1,5)");
        assertThat(Marks.count("replayed frame lies behind a gap")).isGreaterThan(before);
        assertThat(lostFrom()).isEqualTo(1);
    }

    @Test
    void aGapIsRememberedUntilTheLogIsCutThere() throws IOException {
        loseTheMiddle();
        world.start();
        world.kill();
        world.start();
        assertThat(world.dir.isDamageUntold()).isTrue();
        assertThat(lostFrom()).isEqualTo(1);
        world.dir.damageTold();
        world.stop();
        world.start();
        assertThat(world.dir.isDamageUntold()).isFalse();
        assertThat(Marks.count("damage found by a recovery has been told")).isPositive();
        assertThat(lostFrom()).isEqualTo(1);
        world.on(first, () -> world.dir.cut(first, 1));
        world.settle();
        world.kill();
        world.start();
        assertThat(lostFrom()).isEqualTo(LogOpening.NOTHING_LOST);
    }

    @Test
    void aGapIsNoneIfTheLogWasCutBelowItBeforeTheCrash() throws IOException {
        world.start();
        first.journalled = false;
        world.append(first, 5);
        first.journalled = true;
        world.append(first, 5);
        world.on(first, () -> world.dir.lane(first.loop()).truncated(first, 3, 1));
        world.settle();
        world.kill();
        try (DiskFile file = world.disk.open("t-0/00000000000000000000.log")) {
            file.truncate(1_000);
        }
        world.start();

        assertThat(Marks.count("replay cuts a log below what it had lost")).isPositive();
        assertThat(world.dir.damages()).isEmpty();
        assertThat(lostFrom()).isEqualTo(LogOpening.NOTHING_LOST);
        assertThat(first.log.logEndOffset()).isEqualTo(1);
    }

    @Test
    void aGapIsNoneOnceTheLogStartsBehindIt() throws IOException {
        loseTheMiddle();
        world.start();
        world.on(first, () -> first.whenOpen(world.dir, () -> {
            first.durableEnd = first.log.logEndOffset();
            first.raiseStart(world.dir, 6);
        }));
        world.settle();
        world.stop();
        world.start();

        assertThat(world.disk.exists(LostOffsets.NAME)).isFalse();
        assertThat(lostFrom()).isEqualTo(LogOpening.NOTHING_LOST);
    }

    @Test
    void aDamagedFileOfLostOffsetsRefusesNoStart() throws IOException {
        loseTheMiddle();
        world.start();
        world.disk.flip(LostOffsets.NAME, 8 * 40);
        world.kill();
        world.start();

        assertThat(Marks.count("file of lost offsets is damaged")).isPositive();
        assertThat(lostFrom()).isEqualTo(LogOpening.NOTHING_LOST);
    }

    /// The next replay may find in the segments what this one has put there.
    @Test
    void aReplayThatIsCutShortForgetsNoGap() throws IOException {
        boolean done = false;
        for (int operations = 0; !done; operations++) {
            var again = new LogDirRecoveryTest();
            again.loseTheMiddle();
            done = again.startsWithin(operations);
            again.world.disk.restart();
            again.world.start();
            assertThat(again.world.dir.isDamageUntold()).as("after " + operations).isTrue();
            assertThat(again.lostFrom()).as("after " + operations).isLessThanOrEqualTo(1);
        }
    }

    private boolean startsWithin(int operations) throws IOException {
        world.disk.faults().losePowerAfter(operations);
        try {
            world.start();
            world.disk.faults().losePowerAfter(Long.MAX_VALUE);
            world.disk.kill();
            return true;
        } catch (PowerLost crash) {
            return false;
        }
    }

    @Test
    void segmentsThatLostTheirBeginningAreWrittenAgain() throws IOException {
        long before = Marks.count("unsynced segments have lost their beginning");
        world.start();
        world.append(first, 200);
        world.kill();
        world.disk.delete("t-0/00000000000000000000.log");
        world.start();
        world.verify();

        assertThat(first.log.logStartOffset()).isZero();
        assertThat(Marks.count("unsynced segments have lost their beginning"))
                .isGreaterThan(before);
    }

    /// The crash comes before the journal's round, and takes the first of the log's segments.
    private void loseFirstSegment() throws IOException {
        first.journalled = false;
        world.append(first, 200);
        world.kill();
        world.disk.delete("t-0/00000000000000000000.log");
        world.start();
        world.on(first, () -> first.open(world.dir));
        world.settle();
    }

    @Test
    void whatFollowsAnUnsyncedBeginningThatIsLostWasNotPromisedEither() throws IOException {
        long before = Marks.count("log of which nothing was promised lost its beginning");
        world.start();
        loseFirstSegment();

        assertThat(first.log.logStartOffset()).isZero();
        assertThat(first.log.logEndOffset()).isZero();
        assertThat(Marks.count("log of which nothing was promised lost its beginning"))
                .isGreaterThan(before);
    }

    @Test
    void aLogThatAsksForNoSyncsKeepsWhatIsLeftBehindALostBeginning() throws IOException {
        world.start();
        first.synced = false;
        loseFirstSegment();

        assertThat(first.log.logStartOffset()).isPositive();
        assertThat(first.log.logEndOffset()).isEqualTo(200);
    }

    @Test
    void aLogThatWasEverFlushedKeepsWhatIsLeft() throws IOException {
        world.start();
        first.journalled = false;
        world.append(first, 10);
        world.on(first, () -> world.dir.flush(first));
        world.settle();
        loseFirstSegment();

        assertThat(first.log.logEndOffset()).isEqualTo(210);
    }

    @Test
    void whatWasWrittenWithoutTheJournalSurvivesAKill() throws IOException {
        world.start();
        first.journalled = false;
        world.append(first, 50);
        world.kill();
        world.start();
        world.verify();

        assertThat(first.log.logEndOffset()).isEqualTo(50);
    }

    @Test
    void aFlushedLogSurvivesALossOfPower() throws IOException {
        world.start();
        first.journalled = false;
        world.append(first, 50);
        world.on(first, () -> world.dir.flush(first));
        world.on(first, () -> world.dir.flush(first));
        world.settle();
        world.losePower();
        first.durableEnd = 50;
        world.start();
        world.verify();
    }

    @Test
    void damageInTheJournalsMiddleIsReportedAndHealedFromTheSegments() throws IOException {
        world.start();
        world.append(first, 1);
        world.append(first, 20);
        world.kill();
        String file = "journal/" + world.disk.list("journal").getFirst();
        world.disk.flip(file, (4096L + 400) * 8);
        world.start();
        world.verify();

        assertThat(world.dir.damages()).hasSize(1).first().asString()
                .contains("journal file=journal/");
        assertThat(first.log.logEndOffset()).isEqualTo(21);
    }
}
