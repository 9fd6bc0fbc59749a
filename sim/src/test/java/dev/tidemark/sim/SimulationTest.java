package dev.tidemark.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.base.Marks;
import dev.tidemark.base.Trace;
import dev.tidemark.sim.model.World;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/// A fixed number of worlds in each build; `./tidemark sim` runs as many as one likes.
final class SimulationTest {
    private static final long FIRST_SEED = 2;
    private static final long WORLDS = 11;
    private static final long ROTTEN_WORLDS = 4;
    private static final int STEPS = 400;

    private static World run(WorldKind kind, long seed, int steps) {
        World world = kind.create(seed, Trace.SILENT, 0);
        for (int i = 0; i < steps; i++) {
            world.step();
        }
        world.finish();
        return world;
    }

    @Test
    void everyPromiseIsKeptWhateverTheCrash() {
        long rounds = 0;
        for (long seed = FIRST_SEED; seed < FIRST_SEED + WORLDS; seed++) {
            rounds += run(WorldKind.STORE, seed, STEPS).rounds();
        }

        assertThat(rounds).isGreaterThan(100);
        assertThat(Marks.count("log closed while its flush was under way")).isPositive();
        assertThat(Marks.count("shutdown leaves logs that were not recovered")).isPositive();
        assertThat(Marks.count("replayed frame speaks of a directory that was deleted later"))
                .isPositive();
        assertThat(Marks.count("directory does not tell its topic")).isPositive();
    }

    @Test
    void aFlippedBitIsNoticedAndHarmsNoOtherLog() {
        long rounds = 0;
        for (long seed = FIRST_SEED; seed < FIRST_SEED + ROTTEN_WORLDS; seed++) {
            rounds += run(WorldKind.ROT, seed, STEPS).rounds();
        }

        assertThat(rounds).isGreaterThan(100);
        assertThat(Marks.count("leader epoch checkpoint is damaged")).isPositive();
        assertThat(Marks.count("leader epoch checkpoint contradicts the batches")).isPositive();
        assertThat(Marks.count("batch of a log is out of order")).isPositive();
        assertThat(Marks.count("damaged log is read up to its damage")).isPositive();
    }

    @Test
    void aNodeKeepsItsWordToClientsWhateverTheCrash() {
        long rounds = 0;
        for (long seed = FIRST_SEED; seed < FIRST_SEED + WORLDS; seed++) {
            rounds += run(WorldKind.NODE, seed, STEPS).rounds();
        }

        assertThat(rounds).isGreaterThan(100);
        assertThat(Marks.count("tombstone cleaned away")).isPositive();
        assertThat(Marks.count("swap of a cleaned segment finished after a crash")).isPositive();
    }

    @Test
    void aGroupCoordinatorComesBackAsItWas() {
        long rounds = 0;
        for (long seed = FIRST_SEED; seed < FIRST_SEED + WORLDS; seed++) {
            rounds += run(WorldKind.GROUP, seed, STEPS).rounds();
        }

        assertThat(rounds).isGreaterThan(100);
    }

    @Test
    void aQuorumKeepsWhatItHasCommittedWhateverFails() {
        long rounds = 0;
        for (long seed = FIRST_SEED; seed < FIRST_SEED + WORLDS; seed++) {
            rounds += run(WorldKind.QUORUM, seed, STEPS).rounds();
        }

        assertThat(rounds).isGreaterThan(100);
    }

    @Test
    void theSameSeedGivesTheSameTrace() {
        for (WorldKind kind : WorldKind.values()) {
            int steps = kind == WorldKind.CLUSTER ? 60 : STEPS;
            long hash = run(kind, FIRST_SEED, steps).hash();
            assertThat(run(kind, FIRST_SEED, steps).hash()).isEqualTo(hash);
            assertThat(run(kind, FIRST_SEED + 1, steps).hash()).isNotEqualTo(hash);
        }
    }

    @Test
    void theCommandSaysWhatItRanAndWhatItNeverMet() throws IOException {
        var bytes = new ByteArrayOutputStream();
        int status = Main.run(new PrintStream(bytes, true, StandardCharsets.UTF_8), false,
                "--seed", Long.toString(FIRST_SEED), "--steps", "60", "--json");

        assertThat(status).isZero();
        assertThat(bytes.toString(StandardCharsets.UTF_8)).startsWith("{\"ok\":true")
                .contains("\"steps\":" + 60 * WorldKind.values().length)
                .contains("\"journal file is missing\"");
    }

    @Test
    void severalWorldsRunAtATimeAndNoMoreThanWereAskedFor() throws IOException {
        var bytes = new ByteArrayOutputStream();
        int status = Main.run(new PrintStream(bytes, true, StandardCharsets.UTF_8), false,
                "--world", "group", "--worlds", "7", "--threads", "3", "--steps", "20", "--json");

        assertThat(status).isZero();
        assertThat(bytes.toString(StandardCharsets.UTF_8)).contains("\"worlds\":7,")
                .contains("\"steps\":140,");
        assertThat(SimOptions.parse("--trace", "--threads", "3").extent().threads()).isEqualTo(1);
        assertThat(SimOptions.parse().extent().threads())
                .isEqualTo(Runtime.getRuntime().availableProcessors());
    }

    @Test
    void nodesAreOfClustersAndThereAreThreeToSevenOfThem() {
        SimOptions options = SimOptions.parse("--nodes", "7", "--seed", "3");

        assertThat(options.kinds()).containsExactly(WorldKind.CLUSTER);
        assertThat(options.nodes()).isEqualTo(7);
        assertThat(SimOptions.parse().nodes()).isZero();
        assertThatThrownBy(() -> SimOptions.parse("--nodes", "2")).hasMessageContaining("3 to 7");
        assertThatThrownBy(() -> SimOptions.parse("--nodes", "3", "--world", "store"))
                .hasMessageContaining("a store world is none");
    }

    @Test
    void whatIsNotUnderstoodIsSaid() throws IOException {
        var bytes = new ByteArrayOutputStream();
        int status = Main.run(new PrintStream(bytes, true, StandardCharsets.UTF_8), false,
                "--seed", "x");

        assertThat(status).isEqualTo(2);
        assertThat(bytes.toString(StandardCharsets.UTF_8)).contains("--seed wants a number");
    }
}
