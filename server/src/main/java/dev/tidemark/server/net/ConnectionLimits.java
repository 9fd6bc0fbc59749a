package dev.tidemark.server.net;

/// What one client may cost.
///
/// @param maxRequestBytes the largest frame (`socket.request.max.bytes`)
/// @param maxConnections open at a time, on all listeners (`max.connections`)
/// @param idleMs silence after which a connection is closed (`connections.max.idle.ms`)
/// @param requestTimeoutMs how long a frame may take to arrive, beside what its size needs
/// @param writeTimeoutMs how long a client may take nothing of what waits for it
/// @param sendBufferBytes the socket's send buffer; -1 leaves it to the system
/// @param receiveBufferBytes the socket's receive buffer; -1 leaves it to the system
/// @param backlog connections that wait to be accepted
public record ConnectionLimits(
        int maxRequestBytes,
        int maxConnections,
        long idleMs,
        long requestTimeoutMs,
        long writeTimeoutMs,
        int sendBufferBytes,
        int receiveBufferBytes,
        int backlog) {

    /// Unsent bytes above which a connection counts as slow, until it is below [#LOW_WATER_BYTES].
    public static final int HIGH_WATER_BYTES = 256 << 10;

    /// Unsent bytes at which a slow connection is told that it has drained.
    public static final int LOW_WATER_BYTES = 64 << 10;

    /// The defaults.
    public static final ConnectionLimits DEFAULT = new ConnectionLimits(
            100 << 20, Integer.MAX_VALUE, 600_000, 30_000, 60_000, -1, -1, 1024);

    /// The same with another limit on connections.
    public ConnectionLimits withMaxConnections(int other) {
        return new ConnectionLimits(maxRequestBytes, other, idleMs, requestTimeoutMs,
                writeTimeoutMs, sendBufferBytes, receiveBufferBytes, backlog);
    }

    /// The same with another patience with silence.
    ConnectionLimits withIdleMs(long other) {
        return new ConnectionLimits(maxRequestBytes, maxConnections, other, requestTimeoutMs,
                writeTimeoutMs, sendBufferBytes, receiveBufferBytes, backlog);
    }
}
