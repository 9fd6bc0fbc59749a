package dev.tidemark.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.base.Marks;
import dev.tidemark.log.Log;
import dev.tidemark.log.LogConfig;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A data directory that has failed stays as it is: its journal can't say what changes.
final class FailedDirTest {
    private final StoreWorld world = new StoreWorld(31, 2);
    private final StoredPartition first = world.partitions.get(0);
    private final StoredPartition second = world.partitions.get(1);
    private final List<LogOpening> ends = new ArrayList<>();

    private void openSecond() {
        world.on(second, () -> world.dir.openLog(second, LogConfig.DEFAULTS, ends::add));
    }

    private void verifyAfterAKill() throws IOException {
        world.kill();
        world.start();
        world.verify();
        assertThat(first.log.logEndOffset()).isEqualTo(5);
        assertThat(world.dir.damages()).isEmpty();
    }

    @Test
    void aLogIsNotDeletedAnyMore() throws IOException {
        world.start();
        world.append(first, 5);
        world.dir.fail(new IOException("sync"));
        world.on(first, () -> world.dir.deleteLog(first));
        world.settle();

        assertThat(Marks.count("log of a directory that has failed is not deleted")).isPositive();
        verifyAfterAKill();
    }

    @Test
    void whatWasDeletedBeforeKeepsItsBytes() throws IOException {
        world.start();
        world.append(first, 5);
        world.append(second, 5);
        world.on(second, () -> {
            world.dir.deleteLog(second);
            world.dir.fail(new IOException("sync"));
        });
        world.scheduler.runForMs(LogConfig.DEFAULTS.retention().fileDeleteDelayMs() + 100);

        assertThat(world.disk.exists(Log.deletedDirectory(second.name, second.topicId))).isTrue();
        second.history.clear();
        second.durableEnd = 0;
        verifyAfterAKill();
    }

    @Test
    void noLogIsOpenedAnyMore() throws IOException {
        world.start();
        world.append(first, 5);
        world.dir.fail(new IOException("sync"));
        openSecond();
        world.settle();

        assertThat(ends).singleElement().isInstanceOf(LogOpening.Broken.class);
        assertThat(Marks.count("log is wanted of a directory that has failed")).isPositive();
        assertThat(world.disk.exists(second.name)).isFalse();
    }

    @Test
    void anOpeningThatWasUnderWayIsBroken() throws IOException {
        world.start();
        world.append(first, 5);
        world.append(second, 5);
        world.stop();
        world.start();
        openSecond();
        world.on(second, () -> world.dir.fail(new IOException("sync")));
        world.settle();

        assertThat(ends).singleElement().isInstanceOf(LogOpening.Broken.class);
    }

    /// The crash came when the directory had been put aside, and before the journal said so.
    @Test
    void aReplicaThatComesBackUnderTheNameOfOneThatWasDeletedBeginsAnew() throws IOException {
        world.start();
        world.append(first, 5);
        world.stop();
        world.disk.rename(first.name, Log.deletedDirectory(first.name, first.topicId));
        world.disk.delete(DirNames.CLEAN);
        world.kill();
        world.start();
        first.history.clear();
        first.durableEnd = 0;
        world.append(first, 1);

        assertThat(Marks.count("checkpoint speaks of a log that was deleted")).isPositive();
        assertThat(first.log.logStartOffset()).isZero();
        assertThat(first.log.logEndOffset()).isOne();
    }
}
