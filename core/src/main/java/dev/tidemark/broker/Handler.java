package dev.tidemark.broker;

import org.apache.kafka.common.protocol.ApiMessage;

/// One API key's deed. Runs on the connection's loop and must not block: it answers at once, or
/// later through [Request#reply], exactly once.
///
/// @param <Q> the generated request type of the API
@FunctionalInterface
public interface Handler<Q extends ApiMessage> {
    /// Serves the request.
    void handle(Request request, Q body);
}
