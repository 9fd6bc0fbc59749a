package dev.tidemark.coord.group.consumer;

import org.apache.kafka.common.protocol.Errors;

/// Why a heartbeat is not accepted. Null stands for none.
///
/// @param error the code
/// @param message for whoever reads the client's log
record Refusal(Errors error, String message) {
}
