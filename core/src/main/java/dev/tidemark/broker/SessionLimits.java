package dev.tidemark.broker;

import dev.tidemark.base.Limits;

/// How much one client may have under way before we stop reading from it, and read again.
final class SessionLimits {
    private SessionLimits() {
    }

    /// True if nothing more is to be read for now.
    static boolean full(int requests, long bytes, long unsentBytes) {
        return requests >= Limits.REQUESTS_PER_CONNECTION
                || bytes >= Limits.REQUEST_BYTES_PER_CONNECTION
                || unsentBytes >= Limits.UNSENT_BYTES_PER_CONNECTION;
    }

    /// True if there is room again: half of each limit, so that reading is not switched for every
    /// single request.
    static boolean room(int requests, long bytes, long unsentBytes) {
        return requests <= Limits.REQUESTS_PER_CONNECTION / 2
                && bytes <= Limits.REQUEST_BYTES_PER_CONNECTION / 2
                && unsentBytes <= Limits.UNSENT_BYTES_PER_CONNECTION / 2;
    }
}
