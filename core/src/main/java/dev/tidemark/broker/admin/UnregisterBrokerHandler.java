package dev.tidemark.broker.admin;

import dev.tidemark.broker.Handler;
import dev.tidemark.broker.Request;
import dev.tidemark.control.BrokerCommand.UnregisterBroker;
import org.apache.kafka.common.message.UnregisterBrokerRequestData;
import org.apache.kafka.common.message.UnregisterBrokerResponseData;

/// UnregisterBroker: takes a broker that will not come back out of the cluster.
///
/// Confined to the request's loop. Does no I/O.
public final class UnregisterBrokerHandler implements Handler<UnregisterBrokerRequestData> {
    private static final int TIMEOUT_MS = 15_000;

    private final ControlPort control;

    /// @param control decides
    public UnregisterBrokerHandler(ControlPort control) {
        this.control = control;
    }

    @Override
    public void handle(Request request, UnregisterBrokerRequestData body) {
        ControlCall.send(request, control, TIMEOUT_MS, new UnregisterBroker(body.brokerId()),
                reply -> {
                    var error = ControlReplies.outcome(reply, 0);
                    request.reply(new UnregisterBrokerResponseData()
                            .setErrorCode(error.code().code())
                            .setErrorMessage(error.message()));
                });
    }
}
