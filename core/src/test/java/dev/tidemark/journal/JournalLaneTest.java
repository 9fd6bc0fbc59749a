package dev.tidemark.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.base.Prng;
import java.io.IOException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What logs hear of their appends, and when.
final class JournalLaneTest {
    private final JournalWorld world = new JournalWorld(3, 2);
    private final FakeLog first = world.logs.get(0);
    private final FakeLog second = world.logs.get(1);
    private final Prng noise = new Prng(1);

    @BeforeEach
    void start() throws IOException {
        world.start(1);
    }

    private JournalLane lane() {
        return world.lanes.get(0);
    }

    private void onLoop(Runnable task) {
        world.loops.get(0).execute(task);
        world.settle();
    }

    private void slowSyncs() {
        world.disk.faults().stall(1_000_000, 5_000_000, 5_000_001);
        world.disk.faults().onStall(world.scheduler::stall);
    }

    @Test
    void aTurnsAppendsShareARoundAndEachLogHearsOnce() {
        onLoop(() -> {
            first.append(lane(), 100, noise);
            second.append(lane(), 100, noise);
            first.append(lane(), 5_000, noise);
        });

        assertThat(world.journal.stats().rounds()).isEqualTo(1);
        assertThat(first.reports).containsExactly(first.endOffset);
        assertThat(second.reports).containsExactly(second.endOffset);
        assertThat(first.framesReleased).isEqualTo(2);
        assertThat(lane().waiting()).isZero();
    }

    @Test
    void nothingIsReportedBeforeTheSync() throws IOException {
        world.loops.get(0).execute(() -> first.append(lane(), 100, noise));
        slowSyncs();
        world.scheduler.runForMs(4);
        assertThat(first.reports).isEmpty();
        assertThat(first.framesReleased).isZero();

        world.settle();
        assertThat(first.reports).containsExactly(first.endOffset);
    }

    @Test
    void whatArrivesDuringARoundSharesTheNext() {
        slowSyncs();
        for (int i = 0; i < 50; i++) {
            world.loops.get(0).execute(() -> first.append(lane(), 10, noise));
        }
        world.settle();

        assertThat(world.journal.stats().rounds()).isLessThanOrEqualTo(3);
        assertThat(first.durableEnd).isEqualTo(first.endOffset);
    }

    @Test
    void aTruncationBoundsWhatEarlierAppendsReport() {
        onLoop(() -> {
            first.append(lane(), 100, noise);
            long cut = first.endOffset;
            first.append(lane(), 100, noise);
            lane().truncated(first, 8, cut);
            first.endOffset = cut;
        });

        assertThat(first.reports).containsExactly(first.endOffset);
    }

    @Test
    void earlierRoundsNeverReportWhatWasCutMeanwhile() {
        slowSyncs();
        // Larger than a round, so that the appends end in different ones.
        onLoop(() -> {
            first.append(lane(), 12_000, noise);
            long cut = first.endOffset - 1;
            first.append(lane(), 12_000, noise);
            lane().truncated(first, 8, cut);
            first.endOffset = cut;
            first.append(lane(), 12_000, noise);
        });

        assertThat(first.reports.size()).isGreaterThan(1);
        assertThat(first.reports.getFirst()).isLessThan(first.endOffset);
        assertThat(first.reports.getLast()).isEqualTo(first.endOffset);
    }

    @Test
    void aFailedSyncFailsEverythingForEver() {
        onLoop(() -> first.append(lane(), 100, noise));
        long durable = first.durableEnd;
        world.disk.faults().failNextSyncs(1);
        onLoop(() -> first.append(lane(), 100, noise));

        assertThat(first.failure).hasMessageContaining("sync");
        assertThat(first.durableEnd).isEqualTo(durable);
        assertThat(first.framesReleased).isEqualTo(2);

        onLoop(() -> second.append(lane(), 100, noise));
        assertThat(second.failure).isSameAs(world.journal.failure());
        assertThat(second.reports).isEmpty();
    }

    @Test
    void aFailedWriteFailsEverythingForEver() {
        world.disk.faults().failNextWrites(1);
        onLoop(() -> first.append(lane(), 100, noise));
        onLoop(() -> first.append(lane(), 100, noise));

        assertThat(first.failure).isNotNull();
        assertThat(first.reports).isEmpty();
        assertThat(first.framesReleased).isEqualTo(2);
    }

    @Test
    void aDeletedLogHearsNothingOfItsDeletion() {
        onLoop(() -> {
            first.append(lane(), 100, noise);
            lane().deleted(first);
        });

        assertThat(first.reports).containsExactly(first.endOffset);
    }

    @Test
    void aLogThatIsForgottenStillHearsOfWhatIsInFlight() {
        onLoop(() -> {
            first.append(lane(), 100, noise);
            lane().forget(first);
        });

        assertThat(first.durableEnd).isEqualTo(first.endOffset);
    }

    @Test
    void failureFromElsewhereIsTold() {
        onLoop(() -> first.append(lane(), 100, noise));
        world.journal.fail(new IOException("segment"));
        onLoop(() -> first.append(lane(), 100, noise));

        assertThat(first.failure).hasMessage("segment");
    }
}
