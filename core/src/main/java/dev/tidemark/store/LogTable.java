package dev.tidemark.store;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.journal.Journaled;
import dev.tidemark.log.LogCheckpoint;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// The logs of a data directory by name: those that are open, and what the last checkpoint says of
/// the others.
///
/// For any thread; each name is changed by one at a time.
final class LogTable {
    private final Map<String, OpenLog> open = new ConcurrentHashMap<>();
    private final Map<String, LogState> closed;

    /// @param states what the checkpoint says when the directory is opened
    LogTable(Map<String, LogState> states) {
        closed = new ConcurrentHashMap<>(states);
    }

    /// The owner's open log; null if it is not open.
    OpenLog find(Journaled owner) {
        OpenLog log = open.get(owner.name());
        return log != null && log.owner == owner ? log : null;
    }

    /// True if a log of that name is open, whoever owns it.
    boolean isOpen(String name) {
        return open.containsKey(name);
    }

    /// The logs that are open.
    Collection<OpenLog> open() {
        return open.values();
    }

    /// What the checkpoint says of that name, whichever topic it was; null if nothing.
    LogState closed(String name) {
        return closed.get(name);
    }

    /// What the checkpoint says of the owner's log; null if nothing.
    LogState stateOf(Journaled owner) {
        LogState state = closed.get(owner.name());
        return state != null && state.topicId().equals(owner.topicId()) ? state : null;
    }

    /// The same, for the log to begin with.
    ///
    /// @param clean true if the log's files are known to be whole
    LogCheckpoint startOf(Journaled owner, boolean clean) {
        LogState state = stateOf(owner);
        return state == null ? new LogCheckpoint(0, 0, clean)
                : new LogCheckpoint(state.logStartOffset(), state.recoveryPoint(), clean);
    }

    /// The log is open from now on.
    void opened(OpenLog log) {
        OpenLog before = open.put(log.owner.name(), log);
        check(before == null, "a log is opened once");
        closed.remove(log.owner.name());
    }

    /// The log is not open any more; this is what the checkpoint may say of it.
    void closed(Journaled owner, LogState state) {
        check(state.name().equals(owner.name()), "a log's state is its own");
        closed.put(owner.name(), state);
        open.remove(owner.name());
    }

    /// Nothing of that name is there any more.
    void forget(String name) {
        open.remove(name);
        closed.remove(name);
    }

    /// Everything that a checkpoint says now.
    List<LogState> states() {
        Map<String, LogState> states = new ConcurrentHashMap<>(closed);
        open.values().forEach(log -> states.put(log.owner.name(), log.state()));
        return new ArrayList<>(states.values());
    }
}
