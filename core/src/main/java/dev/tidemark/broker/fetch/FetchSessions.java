package dev.tidemark.broker.fetch;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.base.Limits;
import dev.tidemark.base.Prng;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/// The fetch sessions of one loop, the least recently used first.
///
/// A client that comes back by a connection of another loop is answered that its session is not
/// known, and begins a new one: so sessions need no locks.
///
/// Confined to the loop.
final class FetchSessions {
    private final Map<Integer, FetchSession> byId = new LinkedHashMap<>(16, 0.75f, true);
    private final Prng prng;

    FetchSessions(Prng prng) {
        this.prng = prng;
    }

    /// The session of that id, or null.
    FetchSession get(int id) {
        return byId.get(id);
    }

    /// A new session; the least recently used one goes where there are too many.
    ///
    /// @return null if all that there may be are busy
    FetchSession create(long connectionId) {
        if (byId.size() >= Limits.FETCH_SESSIONS_PER_LOOP && !evict()) {
            return null;
        }
        int id = newId();
        var session = new FetchSession(id, connectionId);
        byId.put(id, session);
        check(byId.size() <= Limits.FETCH_SESSIONS_PER_LOOP, "sessions are bounded", byId.size());
        return session;
    }

    private int newId() {
        int id;
        do {
            id = (int) prng.nextLong() & Integer.MAX_VALUE;
        } while (id == FetchSession.NO_SESSION || byId.containsKey(id));
        return id;
    }

    private boolean evict() {
        for (Iterator<FetchSession> all = byId.values().iterator(); all.hasNext();) {
            FetchSession oldest = all.next();
            if (!oldest.busy()) {
                all.remove();
                release(oldest);
                return true;
            }
        }
        return false;
    }

    /// Ends a session; an unknown id is no error.
    void close(int id) {
        FetchSession gone = byId.remove(id);
        if (gone != null) {
            release(gone);
        }
    }

    /// Ends the sessions that began on a connection that is gone.
    void closeAllOf(long connectionId) {
        for (Iterator<FetchSession> all = byId.values().iterator(); all.hasNext();) {
            FetchSession session = all.next();
            if (session.connectionId() == connectionId) {
                all.remove();
                release(session);
            }
        }
    }

    private static void release(FetchSession session) {
        if (session.watch() != null) {
            session.watch().close();
        }
    }
}
