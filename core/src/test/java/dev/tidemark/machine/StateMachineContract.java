package dev.tidemark.machine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.base.Prng;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What every state machine must keep, shown by random commands from fixed seeds.
///
/// A machine's test extends this, says how to make the machine, its codec and a random command,
/// and inherits the tests. Two states are equal when their snapshots are, record for record, as
/// the codec writes them.
///
/// @param <C> commands
/// @param <E> events
/// @param <R> replies
public abstract class StateMachineContract<C, E, R> {
    private static final int STEPS = 400;

    /// A machine without any state.
    protected abstract StateMachine<C, E, R> create();

    /// How its events stand in the log.
    protected abstract EventCodec<E> codec();

    /// A command that may do something, be refused, or be nonsense.
    ///
    /// @param live the machine, to choose among what exists
    protected abstract C randomCommand(Prng prng, StateMachine<C, E, R> live, long nowMs);

    /// One record of the log.
    private record Entry(String key, String value) {
    }

    /// What one run of a machine left behind.
    private final class Run {
        final StateMachine<C, E, R> machine = create();
        final List<Entry> log = new ArrayList<>();
        final Prng prng;
        long nowMs = 1_700_000_000_000L;
        long ticket;

        Run(long seed) {
            prng = new Prng(seed);
            machine.becomeLeader(nowMs);
        }

        Run steps(int count) {
            for (int i = 0; i < count; i++) {
                step();
            }
            return this;
        }

        Decision<E, R> step() {
            return submit(next());
        }

        Command<C> next() {
            nowMs += prng.nextInt(2_000);
            var body = machine.nextDeadlineMs() <= nowMs
                    ? machine.tick() : randomCommand(prng, machine, nowMs);
            return new Command<>(ticket++, nowMs, prng.nextLong(), body);
        }

        Decision<E, R> submit(Command<C> command) {
            var decision = machine.decide(command);
            for (var event : decision.events()) {
                if (machine.isSoft(event)) {
                    machine.apply(-1, event);
                } else {
                    log.add(entry(event));
                    machine.apply(log.size() - 1, event);
                }
            }
            return decision;
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void replayingTheLogRebuildsTheLiveState(long seed) {
        var run = new Run(seed).steps(STEPS);
        assertThat(run.log).as("the run wrote something").isNotEmpty();
        assertThat(state(replayed(run.log))).isEqualTo(state(run.machine));
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13, 14})
    void applyingASnapshotRebuildsTheState(long seed) {
        var run = new Run(seed).steps(STEPS);
        var snapshot = state(run.machine);
        assertThat(state(replayed(snapshot))).isEqualTo(snapshot);
    }

    @ParameterizedTest
    @ValueSource(longs = {21, 22, 23, 24})
    void aSnapshotNamesNothingTwiceAndRemovesNothing(long seed) {
        var snapshot = state(new Run(seed).steps(STEPS).machine);
        assertThat(snapshot).extracting(Entry::key).doesNotHaveDuplicates();
        assertThat(snapshot).extracting(Entry::value).doesNotContainNull();
    }

    @ParameterizedTest
    @ValueSource(longs = {31, 32, 33, 34})
    void replayingALogCleanedByKeyRebuildsTheState(long seed) {
        var run = new Run(seed).steps(STEPS);
        var cleaned = cleaned(run.log, run.log.size());
        assertThat(state(replayed(cleaned))).isEqualTo(state(run.machine));
        cleaned.removeIf(entry -> entry.value() == null);
        assertThat(state(replayed(cleaned))).isEqualTo(state(run.machine));
        // A cleaner works behind the head of the log: the end is as it was written.
        var partly = cleaned(run.log, run.log.size() / 2);
        assertThat(state(replayed(partly))).isEqualTo(state(run.machine));
    }

    @ParameterizedTest
    @ValueSource(longs = {41, 42})
    void decidingChangesNothingAndIsRepeatable(long seed) {
        var run = new Run(seed);
        for (int i = 0; i < STEPS / 4; i++) {
            var before = state(run.machine);
            var command = run.next();
            var first = run.machine.decide(command);
            assertThat(state(run.machine)).isEqualTo(before);
            var second = run.machine.decide(command);
            assertThat(second.events()).isEqualTo(first.events());
            assertThat(second.replies()).isEqualTo(first.replies());
            run.submit(command);
        }
    }

    @Test
    void aTicketIsAnsweredAtMostOnceAndOnlyIfItWasGiven() {
        var run = new Run(51);
        Set<Long> answered = new HashSet<>();
        for (int i = 0; i < STEPS; i++) {
            for (var reply : run.step().replies()) {
                assertThat(reply.ticket()).isBetween(0L, run.ticket - 1);
                assertThat(answered.add(reply.ticket())).isTrue();
            }
        }
        for (var reply : run.machine.resign()) {
            assertThat(answered.add(reply.ticket())).isTrue();
        }
        assertThat(answered).isNotEmpty();
    }

    @Test
    void twoMachinesFedAlikeWriteTheSameLog() {
        assertThat(new Run(61).steps(STEPS).log).isEqualTo(new Run(61).steps(STEPS).log);
    }

    private Entry entry(E event) {
        return new Entry(hex(codec().key(event)), hex(codec().value(event)));
    }

    private StateMachine<C, E, R> replayed(List<Entry> log) {
        var machine = create();
        for (int offset = 0; offset < log.size(); offset++) {
            var entry = log.get(offset);
            var event = codec().decode(bytes(entry.key()), bytes(entry.value()));
            assertThat(entry(event)).as("an event survives its codec").isEqualTo(entry);
            machine.apply(offset, event);
        }
        return machine;
    }

    private List<Entry> state(StateMachine<C, E, R> machine) {
        var entries = new ArrayList<Entry>();
        for (var event : machine.snapshot()) {
            entries.add(entry(event));
        }
        return entries;
    }

    /// The log's latest record of each key below `end`, where it stood, and all from there.
    private static List<Entry> cleaned(List<Entry> log, int end) {
        var latest = new LinkedHashMap<String, Integer>();
        for (int i = 0; i < end; i++) {
            latest.put(log.get(i).key(), i);
        }
        var kept = new ArrayList<Entry>();
        for (int i = 0; i < log.size(); i++) {
            if (i >= end || latest.get(log.get(i).key()) == i) {
                kept.add(log.get(i));
            }
        }
        return kept;
    }

    private static String hex(ByteBuffer bytes) {
        if (bytes == null) {
            return null;
        }
        var copy = new byte[bytes.remaining()];
        bytes.get(bytes.position(), copy);
        return HexFormat.of().formatHex(copy);
    }

    private static ByteBuffer bytes(String hex) {
        return hex == null ? null : ByteBuffer.wrap(HexFormat.of().parseHex(hex));
    }
}
