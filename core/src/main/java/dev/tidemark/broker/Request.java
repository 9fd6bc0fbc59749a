package dev.tidemark.broker;

import dev.tidemark.control.ControlCommand;
import dev.tidemark.io.Frame;
import dev.tidemark.io.Loop;
import org.apache.kafka.common.message.RequestHeaderData;
import org.apache.kafka.common.protocol.ApiMessage;

/// One request on its way through the broker: who asks, in which version, and where the answer
/// goes.
///
/// Belongs to the connection's loop; [#reply] may be called from any loop, exactly once.
public interface Request {
    /// API key, version, correlation id, client id.
    RequestHeaderData header();

    /// The loop of the connection it came by.
    Loop loop();

    /// The client's address in numbers.
    String clientHost();

    /// The listener's name that it came by.
    String listenerName();

    /// The connection, as a number that is never used twice.
    long connectionId();

    /// The bytes that the request was decoded from. Held until the reply; whoever needs record
    /// bytes for longer retains it.
    Frame frame();

    /// Gives the bytes back before the reply, for a request that has been decoded and now waits,
    /// perhaps for long: it no longer counts among those that the shell reads. From then on there
    /// is no [#frame]. Who calls it, on the connection's loop, bounds what waits.
    default void park() {
    }

    /// Which request this is, if it may be asked more than once.
    default ControlCommand.Origin origin() {
        return ControlCommand.Origin.ONCE;
    }

    /// Answers. The response is encoded in the request's version on the connection's loop, and
    /// leaves in the order of the requests.
    void reply(ApiMessage response);

    /// Answers nothing (a produce with `acks=0`): the place in the order is given up.
    void noReply();

    /// Closes the connection, for a request that has no error code to answer with.
    void close(String reason);
}
