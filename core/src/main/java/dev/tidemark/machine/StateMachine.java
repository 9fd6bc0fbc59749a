package dev.tidemark.machine;

import java.util.List;

/// A deterministic machine driven by a replicated log.
///
/// [#decide] looks and answers, [#apply] changes. Everything that must survive a crash is in a
/// durable event; replaying the same durable events in order rebuilds the same durable state on
/// every replica. A *soft* event changes what only the present leader knows (who waits for a
/// rebalance, when a session ends); it is applied in order with the others and never written.
///
/// Confined to the loop of the log that drives it. Does no I/O; asks no clock.
///
/// @param <C> commands, a sealed set
/// @param <E> events, a sealed set
/// @param <R> replies, a sealed set
public interface StateMachine<C, E, R> {
    /// Decides a command against current state, and changes none of it.
    ///
    /// @return the events to apply, in order, and the replies that may leave once those are
    ///     committed; a reply may answer an earlier command's ticket
    Decision<E, R> decide(Command<C> command);

    /// Applies one event. Must succeed: what could be refused was refused in [#decide].
    ///
    /// @param offset where the event stands in the log; -1 for a soft event
    void apply(long offset, E event);

    /// The earliest calendar time at which [#tick] has something to do.
    ///
    /// @return milliseconds since 1970; `Long.MAX_VALUE` if never
    long nextDeadlineMs();

    /// The command that asks the machine to do what has become due.
    C tick();

    /// True if the event is soft: applied, never written.
    boolean isSoft(E event);

    /// The durable state as the shortest list of events that rebuilds it, in a fixed order.
    List<E> snapshot();

    /// Leadership begins: durable state is replayed, soft state starts anew at this time.
    void becomeLeader(long nowMs);

    /// Leadership ends: the state is dropped, and every open ticket is answered so.
    ///
    /// @return replies for all tickets that still wait
    List<Decision.Reply<R>> resign();
}
