package dev.tidemark.machine;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.base.Marks;
import dev.tidemark.base.Prng;
import dev.tidemark.io.Loop;
import dev.tidemark.io.Offload;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.apache.kafka.common.protocol.Errors;

/// Runs one [StateMachine] on its log: decide, append, apply at once, answer at commit.
///
/// Commands of one turn share one batch. A reply leaves when all that had been appended before it
/// is committed, its own events included, so that nobody learns of what a crash could still undo.
/// Starting replays the log. While the node can't prove that it still leads, nobody is answered. If
/// the log fails, every caller is told and the state is dropped; as
/// long as the log itself is there, the next start after a while replays it anew. While a log takes
/// nothing for now (a full disk), commands that need no writing are answered.
///
/// Confined to the log's loop. I/O only through the log.
public final class Host<C, E, R> implements HostLog.Committed {
    private final StateMachine<C, E, R> machine;
    private final HostLog log;
    private final Loop loop;
    private final Prng prng;
    private final EventBatch<E> batch;
    private final Map<Long, Caller<R>> callers = new HashMap<>();
    private final ArrayDeque<Waiting<R>> replies = new ArrayDeque<>();
    private final Deadline deadline;
    private State state = State.IDLE;
    private LongConsumer commitListener = endOffset -> { };
    private Consumer<String> failureListener = reason -> { };
    private final Relapse relapse = new Relapse();
    /// Null unless it is loading.
    private Replay<E> replay;
    private long nextTicket;
    private long appliedEndOffset;
    private long committedEndOffset;
    private final List<Runnable> whenLoaded = new ArrayList<>();

    /// How far a host is.
    private enum State { IDLE, LOADING, LEADING, FAILED }

    /// A reply that waits until all below `endOffset` is committed.
    private record Waiting<R>(long endOffset, Caller<R> caller, R reply) {
    }

    /// @param prng for the seeds of commands; the host's own
    public Host(StateMachine<C, E, R> machine, EventCodec<E> codec, HostLog log, Prng prng) {
        this.machine = machine;
        this.log = log;
        this.loop = log.loop();
        this.prng = prng;
        this.batch = new EventBatch<>(codec);
        this.deadline = new Deadline(loop, this::tick);
    }

    /// Replays the log through `offload`, then takes commands; those that come before are answered
    /// `COORDINATOR_LOAD_IN_PROGRESS`. Starting twice is no error.
    ///
    /// @param done told when the machine leads, or can't: [#leads] says which
    public void start(Offload offload, Runnable done) {
        check(loop.inLoop(), "a host lives on its log's loop");
        if (state == State.LEADING || (state == State.FAILED && !mayLoadAgain())) {
            done.run();
            return;
        }
        whenLoaded.add(done);
        if (state != State.LOADING) {
            state = State.LOADING;
            replay = new Replay<>(machine, batch.codec(), log);
            replay.run(offload, this::lead, failure -> fail(reason(failure)));
        }
    }

    private boolean mayLoadAgain() {
        return !log.isLost() && relapse.isOver(loop.clock().nanos());
    }

    /// Takes commands at once: the machine holds what all below `endOffset` has made of it. For a
    /// log whose committed records are applied on every node, leading or not.
    public void resume(long endOffset) {
        check(loop.inLoop(), "a host lives on its log's loop");
        check(state == State.IDLE || state == State.FAILED, "a host that leads resigns first");
        state = State.LOADING;
        lead(endOffset);
    }

    /// Leadership has ended: the state is dropped, and every caller told. It may [#start] or
    /// [#resume] again.
    public void resign() {
        check(loop.inLoop(), "a host lives on its log's loop");
        if (state == State.LEADING || state == State.LOADING) {
            drop(State.IDLE);
        }
    }

    private static String reason(IOException failure) {
        return failure.getCause() == null
                ? failure.toString() : failure + " cause=" + failure.getCause();
    }

    private void lead(long endOffset) {
        check(state == State.LOADING, "a host leads after it has loaded");
        check(endOffset == log.logEndOffset(), "all of the log was replayed", endOffset,
                log.logEndOffset());
        appliedEndOffset = endOffset;
        committedEndOffset = endOffset;
        commitListener.accept(endOffset);
        state = State.LEADING;
        replay = null;
        relapse.forget();
        deadline.begin();
        machine.becomeLeader(deadline.nowMs());
        deadline.set(machine.nextDeadlineMs());
        tellLoaded();
    }

    private void tellLoaded() {
        List<Runnable> told = List.copyOf(whenLoaded);
        whenLoaded.clear();
        told.forEach(Runnable::run);
    }

    /// Tells the listener the committed end, whenever it has moved, before any reply leaves that
    /// waited for it. To be set before [#start].
    public void onCommit(LongConsumer listener) {
        check(state == State.IDLE, "a listener is there from the start");
        commitListener = listener;
    }

    /// Tells the listener, on the loop, why the machine takes no commands any more. To be set
    /// before [#start].
    public void onFailure(Consumer<String> listener) {
        check(state == State.IDLE, "a listener is there from the start");
        failureListener = listener;
    }

    /// Hands a command to the machine; the caller is told once what it rests on is committed.
    public void submit(C body, Caller<R> caller) {
        check(loop.inLoop(), "a machine is confined to its log's loop");
        check(caller != null, "somebody waits for every command");
        Errors refusal = refusal();
        if (refusal != Errors.NONE) {
            caller.failed(refusal);
            return;
        }
        take(body, caller);
    }

    private void take(C body, Caller<R> caller) {
        long ticket = nextTicket++;
        callers.put(ticket, caller);
        step(ticket, body);
    }

    /// Hands over a command of the node's own, whose answer tells nobody anything. It needs no
    /// proof that nobody else leads: what it writes is committed only if that is so.
    public void submitOwn(C body, Caller<R> caller) {
        check(loop.inLoop(), "a machine is confined to its log's loop");
        if (state == State.LEADING && !log.isLost()) {
            take(body, caller);
        } else {
            caller.failed(Errors.NOT_COORDINATOR);
        }
    }

    private Errors refusal() {
        return switch (state) {
            case IDLE, LOADING -> Errors.COORDINATOR_LOAD_IN_PROGRESS;
            case FAILED -> Errors.NOT_COORDINATOR;
            case LEADING -> log.isLost() || !log.isCurrent()
                    ? Errors.NOT_COORDINATOR : Errors.NONE;
        };
    }

    private void tick() {
        if (state == State.LEADING && log.isCurrent() && log.refusal() == Errors.NONE) {
            step(nextTicket++, machine.tick());
        } else if (state == State.LEADING) {
            deadline.retry();
        }
    }

    private void step(long ticket, C body) {
        long calendarMs = loop.clock().millis();
        var decision = machine.decide(new Command<>(
                ticket, deadline.nowMs(), calendarMs, prng.nextLong(), body));
        if (log.refusal() != Errors.NONE && writes(decision.events())) {
            Marks.hit("machine can't write for now");
            refuse(callers.remove(ticket));
            return;
        }
        for (E event : decision.events()) {
            applyNew(event, calendarMs);
        }
        for (var reply : decision.replies()) {
            answer(reply);
        }
        deadline.set(machine.nextDeadlineMs());
    }

    private void refuse(Caller<R> caller) {
        if (caller == null) {
            deadline.retry();
        } else {
            caller.failed(Errors.COORDINATOR_NOT_AVAILABLE);
        }
    }

    private boolean writes(List<E> events) {
        for (E event : events) {
            if (!machine.isSoft(event)) {
                return true;
            }
        }
        return false;
    }

    private void applyNew(E event, long calendarMs) {
        if (machine.isSoft(event)) {
            machine.apply(-1, event);
            return;
        }
        if (batch.isEmpty()) {
            skip();
            loop.atEndOfTurn(this::appendNow);
        } else if (batch.isFull()) {
            appendNow();
            skip();
        }
        batch.add(event, calendarMs);
        machine.apply(appliedEndOffset++, event);
    }

    /// A log may have records of its own between those of the machine.
    private void skip() {
        long next = log.logEndOffset();
        check(next >= appliedEndOffset, "what was applied is in the log", next, appliedEndOffset);
        appliedEndOffset = next;
    }

    /// Appends what was applied in this turn, for a log that is about to have records of its own,
    /// and at the turn's end by itself. With nothing to append it does nothing.
    public void appendNow() {
        if (!batch.isEmpty() && state == State.LEADING) {
            check(log.logEndOffset() + batch.size() == appliedEndOffset,
                    "what is applied is what is appended", log.logEndOffset(), appliedEndOffset);
            log.append(batch.take(), this);
        }
    }

    private void answer(Decision.Reply<R> reply) {
        Caller<R> caller = callers.remove(reply.ticket());
        if (caller == null) {
            // The machine's own tick has nobody who waits for it.
            return;
        }
        if (committedEndOffset == appliedEndOffset) {
            caller.replied(reply.value());
        } else {
            replies.add(new Waiting<>(appliedEndOffset, caller, reply.value()));
        }
    }

    @Override
    public void committed(long endOffset) {
        if (state != State.LEADING) {
            // Of a leadership that is over: whoever waited was told.
            return;
        }
        check(endOffset >= committedEndOffset, "what is committed stays so", endOffset,
                committedEndOffset);
        check(endOffset <= appliedEndOffset, "what is committed was applied", endOffset,
                appliedEndOffset);
        committedEndOffset = endOffset;
        commitListener.accept(endOffset);
        while (!replies.isEmpty() && replies.peekFirst().endOffset() <= endOffset) {
            Waiting<R> waiting = replies.removeFirst();
            waiting.caller().replied(waiting.reply());
        }
    }

    @Override
    public void failed(String why) {
        fail(why);
    }

    private void fail(String why) {
        if (state == State.FAILED) {
            return;
        }
        relapse.begin(loop.clock().nanos());
        failureListener.accept(why);
        drop(State.FAILED);
    }

    private void drop(State next) {
        state = next;
        if (replay != null) {
            replay.stop();
            replay = null;
        }
        deadline.cancel();
        batch.clear();
        List<Decision.Reply<R>> orphans = machine.resign();
        check(orphans.stream().allMatch(orphan -> callers.containsKey(orphan.ticket())),
                "a machine answers for callers that wait");
        var waiting = new ArrayList<Caller<R>>();
        replies.forEach(reply -> waiting.add(reply.caller()));
        callers.entrySet().stream().sorted(Map.Entry.comparingByKey())
                .forEach(entry -> waiting.add(entry.getValue()));
        replies.clear();
        callers.clear();
        waiting.forEach(caller -> caller.failed(Errors.NOT_COORDINATOR));
        tellLoaded();
    }

    /// The machine, for reads on the log's loop.
    public StateMachine<C, E, R> machine() {
        return machine;
    }

    /// True while the log is replayed.
    public boolean isLoading() {
        return state == State.LOADING;
    }

    /// True once the log is replayed and commands are taken.
    public boolean leads() {
        return state == State.LEADING;
    }
}
