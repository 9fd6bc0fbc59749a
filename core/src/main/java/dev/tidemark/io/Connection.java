package dev.tidemark.io;

/// One client's connection, as the shell offers it to `core`.
///
/// Lives on one loop; every call comes from that loop. What is sent leaves in order, at the latest
/// at the end of the turn. The shell frames nothing: the four bytes of length are in what it is
/// handed, and what it hands in is one frame without them.
public interface Connection {
    /// The loop that this connection lives on.
    Loop loop();

    /// The client's address in numbers, as in `127.0.0.1`.
    String remoteHost();

    /// The client's port.
    int remotePort();

    /// The name of the listener that accepted it, as in `PLAINTEXT`.
    String listenerName();

    /// Lends a buffer of `size` bytes, to be filled and [#send]ed (or released).
    Frame allocate(int size);

    /// Sends the frame's bytes and then releases it.
    void send(Frame frame);

    /// Sends bytes from a file, without reading them where the system can.
    void send(Slice slice);

    /// Stops reading from the client: what it sends waits in its own buffers.
    void pauseReading();

    /// Reads again.
    void resumeReading();

    /// Bytes handed to `send` that the client has not taken yet.
    long unsentBytes();

    /// Closes after one log line that gives the reason.
    void close(String reason);

    /// Closes in good order, because `core` needs it no more: nothing is to be said of that.
    default void end() {
        close("it is needed no more");
    }

    /// What `core` does with a connection; the shell calls it on the connection's loop.
    interface Session {
        /// A whole frame came in. The session releases it, now or later.
        void frame(Frame frame);

        /// [#unsentBytes] fell below the shell's low-water mark after having been above the high.
        void drained();

        /// The connection is gone; nothing can be sent any more.
        void closed();
    }

    /// Where the shell brings new connections.
    interface Acceptor {
        /// @return what is to be done with it
        Session accept(Connection connection);
    }
}
