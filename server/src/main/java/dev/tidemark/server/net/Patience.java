package dev.tidemark.server.net;

/// How long one connection has been silent, has had half a frame, has taken nothing.
///
/// Times are the loop's monotonic nanoseconds. Confined to the connection's loop.
final class Patience {
    private static final long NANOS_PER_MS = 1_000_000;
    /// A frame's own time, beside the time-out: a client slower than this holds memory for nothing.
    private static final long NANOS_PER_FRAME_BYTE = 1_000_000_000L / (10 << 10);

    private final ConnectionLimits limits;
    private long activeNanos;
    private long frameNanos;
    private long frameBytes;
    private long unsentBytes;
    private long progressNanos;

    Patience(ConnectionLimits limits, long nowNanos) {
        this.limits = limits;
        activeNanos = nowNanos;
    }

    /// Bytes came.
    ///
    /// @param missing bytes still to come before the frame at hand is whole; 0 between frames
    /// @param isNewFrame true if a frame was completed since the last call
    void received(long nowNanos, long missing, boolean isNewFrame) {
        activeNanos = nowNanos;
        if (isNewFrame || frameBytes == 0) {
            frameNanos = nowNanos;
            frameBytes = missing;
        } else {
            // The length may have become known only now.
            frameBytes = missing == 0 ? 0 : Math.max(frameBytes, missing);
        }
    }

    /// We stopped or began to read: the client's clock starts anew.
    void restart(long nowNanos) {
        frameNanos = nowNanos;
        activeNanos = nowNanos;
    }

    /// @param unsent bytes that wait for the client
    /// @param isReading false while we do not read from it
    /// @return null, or why it has to close; [#IDLE] for mere silence
    String verdict(long nowNanos, long unsent, boolean isReading) {
        if (unsent != unsentBytes || unsent == 0) {
            if (unsent != unsentBytes) {
                activeNanos = nowNanos;
            }
            unsentBytes = unsent;
            progressNanos = nowNanos;
        } else if (nowNanos - progressNanos > limits.writeTimeoutMs() * NANOS_PER_MS) {
            return "it has read nothing for " + limits.writeTimeoutMs() + " ms while " + unsent
                    + " bytes wait for it";
        }
        if (frameBytes > 0 && isReading && nowNanos - frameNanos > frameNanosAllowed()) {
            return "half a request, and no more of it in time";
        }
        boolean isIdle = nowNanos - activeNanos > limits.idleMs() * NANOS_PER_MS;
        return isIdle && limits.idleMs() >= 0 ? IDLE : null;
    }

    /// The connection was silent for too long, which is no fault.
    static final String IDLE = "idle";

    private long frameNanosAllowed() {
        return limits.requestTimeoutMs() * NANOS_PER_MS + frameBytes * NANOS_PER_FRAME_BYTE;
    }
}
