package dev.tidemark.broker.admin;

import dev.tidemark.control.ControlCommand;
import dev.tidemark.control.ControlReply;
import java.util.function.Consumer;

/// The way to whoever controls the cluster.
@FunctionalInterface
public interface ControlPort {
    /// Asks for a decision. May be called from any loop.
    ///
    /// When the reply comes, what it tells is committed and visible in this node's image.
    ///
    /// @param whenCommitted runs once, on the caller's loop, never inside this call; gets
    ///     [ControlReply.Refused] if nobody controls
    void submit(ControlCommand command, Consumer<ControlReply> whenCommitted);
}
