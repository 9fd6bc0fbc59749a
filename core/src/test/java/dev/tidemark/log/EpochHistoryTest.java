package dev.tidemark.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.base.Prng;
import dev.tidemark.io.sim.PowerLost;
import dev.tidemark.io.sim.SimDisk;
import dev.tidemark.log.segment.CorruptFile;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class EpochHistoryTest {
    private static final String DIRECTORY = "orders-3";

    /// Epochs 2, 4 and 5 beginning at 10, 20 and 30.
    private final EpochHistory history = EpochHistory.EMPTY
            .assigned(2, 10).assigned(4, 20).assigned(5, 30);

    private static EpochHistory of(long... epochsAndStarts) {
        EpochHistory history = EpochHistory.EMPTY;
        for (int i = 0; i < epochsAndStarts.length; i += 2) {
            history = history.assigned((int) epochsAndStarts[i], epochsAndStarts[i + 1]);
        }
        return history;
    }

    @Test
    void anEpochBeginsOnce() {
        assertThat(history.assigned(5, 31)).isSameAs(history);
        assertThat(history.assigned(6, 31)).isEqualTo(of(2, 10, 4, 20, 5, 30, 6, 31));
        assertThat(history.latest()).isEqualTo(5);
        assertThat(EpochHistory.EMPTY.latest()).isEqualTo(EpochHistory.NO_EPOCH);
    }

    @Test
    void aLeaderOverrulesWhatContradictsIt() {
        assertThat(history.assigned(6, 30)).isEqualTo(of(2, 10, 4, 20, 6, 30));
        assertThat(history.assigned(6, 15)).isEqualTo(of(2, 10, 6, 15));
        assertThat(history.assigned(4, 40)).isEqualTo(of(2, 10, 4, 40));
        assertThat(history.assigned(5, 25)).isEqualTo(of(2, 10, 4, 20, 5, 25));
        assertThat(history.assigned(9, 0)).isEqualTo(of(9, 0));
    }

    @Test
    void anEpochEndsWhereTheNextBeginsAndTheLatestAtTheLogEnd() {
        assertThat(history.endOffsetFor(5, 44)).isEqualTo(new EpochEnd(5, 44));
        assertThat(history.endOffsetFor(4, 44)).isEqualTo(new EpochEnd(4, 30));
        assertThat(history.endOffsetFor(2, 44)).isEqualTo(new EpochEnd(2, 20));
    }

    @Test
    void anEpochWithoutRecordsEndsWithTheOneBelowIt() {
        assertThat(history.endOffsetFor(3, 44)).isEqualTo(new EpochEnd(2, 20));
    }

    @Test
    void anEpochBelowAllEndsWhereTheFirstBeginsAndOneAboveAllIsUnknown() {
        assertThat(history.endOffsetFor(1, 44)).isEqualTo(new EpochEnd(1, 10));
        assertThat(history.endOffsetFor(6, 44)).isEqualTo(EpochEnd.UNKNOWN);
        assertThat(history.endOffsetFor(-1, 44)).isEqualTo(EpochEnd.UNKNOWN);
        assertThat(EpochHistory.EMPTY.endOffsetFor(0, 0)).isEqualTo(EpochEnd.UNKNOWN);
    }

    @Test
    void knowsTheEpochOfARecord() {
        assertThat(history.epochOf(9)).isEqualTo(EpochHistory.NO_EPOCH);
        assertThat(history.epochOf(10)).isEqualTo(2);
        assertThat(history.epochOf(19)).isEqualTo(2);
        assertThat(history.epochOf(20)).isEqualTo(4);
        assertThat(history.epochOf(1_000)).isEqualTo(5);
    }

    @Test
    void cuttingTheEndDropsEpochsThatBeginBehindIt() {
        assertThat(history.truncatedFromEnd(31)).isSameAs(history);
        assertThat(history.truncatedFromEnd(30)).isEqualTo(of(2, 10, 4, 20));
        assertThat(history.truncatedFromEnd(11)).isEqualTo(of(2, 10));
        assertThat(history.truncatedFromEnd(10)).isEqualTo(EpochHistory.EMPTY);
    }

    @Test
    void cuttingTheStartMovesTheStartOfTheEpochThatIsCut() {
        assertThat(history.truncatedFromStart(5)).isSameAs(history);
        assertThat(history.truncatedFromStart(10)).isSameAs(history);
        assertThat(history.truncatedFromStart(15)).isEqualTo(of(2, 15, 4, 20, 5, 30));
        assertThat(history.truncatedFromStart(20)).isEqualTo(of(4, 20, 5, 30));
        assertThat(history.truncatedFromStart(99)).isEqualTo(of(5, 99));
        assertThat(history).isEqualTo(of(2, 10, 4, 20, 5, 30));
    }

    @Test
    void theCheckpointHasKafkasText() throws IOException {
        String text = "0\n3\n2 10\n4 20\n5 30\n";
        assertThat(EpochCheckpoint.text(history)).isEqualTo(text);
        assertThat(EpochCheckpoint.parse(text, "test")).isEqualTo(history);
        assertThat(EpochCheckpoint.parse("0\n0\n", "test")).isEqualTo(EpochHistory.EMPTY);
    }

    @Test
    void aDamagedCheckpointIsRefused() {
        for (String text : new String[] {"", "0", "0\n", "0\n0", "1\n0\n", "0\n1\n", "0\n1\n2\n",
                "0\n1\n2 x\n", "0\n1\n2 10", "0\n2\n2 10\n2 20\n", "0\n2\n2 10\n3 10\n",
                "0\n1\n-1 10\n", "0\n1\n2 -10\n", "0\n1\n2  10\n", "0\n1\n99999999999 10\n",
                "0\n-1\n", "0\n1\n \n"}) {
            assertThatThrownBy(() -> EpochCheckpoint.parse(text, "test"))
                    .as("%s", text).isInstanceOf(CorruptFile.class);
        }
    }

    @Test
    void randomTextIsACheckpointOrRefused() {
        Prng prng = new Prng(5);
        int parsed = 0;
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int length = prng.nextInt(12); length > 0; length--) {
                text.append("0012 \n\n-x".charAt(prng.nextInt(9)));
            }
            try {
                EpochHistory read = EpochCheckpoint.parse(text.toString(), "test");
                assertThat(read.size()).isLessThan(3);
                parsed++;
            } catch (CorruptFile expected) {
                assertThat(expected).hasMessageContaining("test");
            }
        }
        assertThat(parsed).isPositive();
    }

    @Test
    void aMissingCheckpointIsAnEmptyHistory() throws IOException {
        SimDisk disk = new SimDisk(new Prng(1));
        disk.createDirectories(DIRECTORY);
        assertThat(EpochCheckpoint.read(disk, DIRECTORY)).isEqualTo(EpochHistory.EMPTY);
    }

    @Test
    void aCrashAtAnyStepLeavesTheOldCheckpointOrTheNew() throws IOException {
        EpochHistory next = history.assigned(6, 40);
        int found = 0;
        for (long step = 0; step < 9; step++) {
            for (long seed = 0; seed < 20; seed++) {
                SimDisk disk = new SimDisk(new Prng(seed));
                disk.createDirectories(DIRECTORY);
                disk.syncDirectory("");
                EpochCheckpoint.write(history, disk, DIRECTORY);
                disk.faults().losePowerAfter(step);
                boolean written = writes(next, disk);
                if (written) {
                    disk.crash(new Prng(seed));
                }
                disk.restart();
                EpochHistory read = EpochCheckpoint.read(disk, DIRECTORY);
                assertThat(read).isIn(written ? next : history, next);
                found += read.equals(next) ? 1 : 0;
                assertThat(writes(next, disk)).isTrue();
            }
        }
        assertThat(found).isBetween(1, 9 * 20 - 1);
    }

    private static boolean writes(EpochHistory history, SimDisk disk) throws IOException {
        try {
            EpochCheckpoint.write(history, disk, DIRECTORY);
            return true;
        } catch (PowerLost expected) {
            return false;
        }
    }
}
