package dev.tidemark.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.base.Marks;
import dev.tidemark.log.Log;
import java.io.IOException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A replica is moved away, its log is deleted, and it comes back: what the journal says of the
/// first directory is not taken for the second one's.
final class ReturningReplicaTest {
    private static final int UNTIL_FILES_ARE_GONE_MS = 61_000;

    private StoreWorld world;
    private StoredPartition first;

    private void comeBack(long seed) throws IOException {
        world = new StoreWorld(seed, 1);
        first = world.partitions.getFirst();
        world.start();
        world.append(first, 5);
        world.stop();
        // From here on a checkpoint says that all five are synced.
        world.start();
        world.append(first, 2);
        world.on(first, () -> world.dir.deleteLog(first));
        world.settle();
        world.scheduler.runForMs(UNTIL_FILES_ARE_GONE_MS);
        first.log = null;
        first.history.clear();
        first.durableEnd = 0;
        first.start = 0;
        world.append(first, 3);
        assertThat(first.durableEnd).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23})
    void itsSecondDirectoryKeepsThroughALossOfPowerWhatWasAcknowledged(long seed)
            throws IOException {
        comeBack(seed);
        world.losePower();
        world.start();
        world.verify();

        assertThat(first.log.logEndOffset()).as(world.traced.toString()).isEqualTo(3);
        assertThat(world.dir.damages()).isEmpty();
        world.kill();
        world.start();
        world.verify();
        assertThat(first.log.logEndOffset()).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 3, 5, 7})
    void itsSecondDirectoryKeepsThroughAKillWhatWasAcknowledged(long seed) throws IOException {
        comeBack(seed);
        world.kill();
        world.start();
        world.verify();

        assertThat(first.log.logEndOffset()).as(world.traced.toString()).isEqualTo(3);
        assertThat(Marks.count("replayed frame speaks of a directory that was deleted later"))
                .isPositive();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 3, 5, 7})
    void aDirectoryThatWasPutAsideHidesNothingThatCameAfterItsDeletion(long seed)
            throws IOException {
        comeBack(seed);
        String deleted = Log.deletedDirectory(first.name, first.topicId);
        world.disk.rename(first.name, deleted);
        world.kill();
        world.start();
        world.verify();

        assertThat(first.log.logEndOffset()).as(world.traced.toString()).isEqualTo(3);
    }
}
