package dev.tidemark.io;

import java.io.IOException;

/// The door to other nodes: connections that this node opens.
///
/// May be called from any loop.
public interface Net {
    /// A world without others: nothing can be reached.
    Net NONE = (loop, host, port, attempt) -> loop.execute(
            () -> attempt.failed(new IOException("there is no network")));

    /// Opens a connection, to live on `loop`. Comes to an end within a few seconds.
    ///
    /// @param host a name or an address
    /// @param attempt told of its end on that loop, once, and never inside of this call
    void connect(Loop loop, String host, int port, Attempt attempt);

    /// The end of a [#connect]; one of the two is called, on the connection's loop.
    interface Attempt {
        /// It is open.
        ///
        /// @return what is to be done with what comes in
        Connection.Session connected(Connection connection);

        /// The peer can't be reached, or does not want to be.
        void failed(IOException why);
    }
}
