package dev.tidemark.broker.cluster;

import dev.tidemark.broker.Handler;
import dev.tidemark.broker.Request;
import dev.tidemark.broker.Router;
import dev.tidemark.control.ControlCommand;
import dev.tidemark.wire.EnvelopeOrigin;
import dev.tidemark.wire.RequestDecoder.Malformed;
import dev.tidemark.wire.RequestDecoder;
import java.nio.ByteBuffer;
import org.apache.kafka.common.message.EnvelopeRequestData;
import org.apache.kafka.common.message.EnvelopeResponseData;
import org.apache.kafka.common.message.RequestHeaderData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;

/// Envelope: a client's request that a broker has handed on, served as if it had come here.
///
/// May run on any loop. Does no I/O.
public final class EnvelopeHandler implements Handler<EnvelopeRequestData> {
    private final int nodeId;
    private final Router router;
    private final Controllers controllers;

    /// @param router knows what is served to controllers' peers, and so what may be in an envelope
    public EnvelopeHandler(int nodeId, Router router, Controllers controllers) {
        this.nodeId = nodeId;
        this.router = router;
        this.controllers = controllers;
    }

    @Override
    public void handle(Request request, EnvelopeRequestData body) {
        if (controllers.activeId() != nodeId) {
            request.reply(failed(Errors.NOT_CONTROLLER));
            return;
        }
        try {
            open(request, body);
        } catch (Malformed unreadable) {
            request.reply(failed(Errors.INVALID_REQUEST));
        }
    }

    private void open(Request request, EnvelopeRequestData body) throws Malformed {
        ByteBuffer bytes = body.requestData().duplicate();
        RequestHeaderData header = RequestDecoder.header(bytes);
        ApiKeys api = ApiKeys.forId(header.requestApiKey());
        short version = header.requestApiVersion();
        if (!api.forwardable) {
            request.reply(failed(Errors.INVALID_REQUEST));
        } else if (!router.serves(api, version)) {
            request.reply(failed(Errors.UNSUPPORTED_VERSION));
        } else {
            ApiMessage inner = RequestDecoder.body(api, version, bytes);
            var told = EnvelopeOrigin.of(body);
            router.route(api, new ForwardedRequest(request, header,
                    ClientAddress.text(body.clientHostAddress()),
                    new ControlCommand.Origin(told.token(), told.isRepeat())), inner);
        }
    }

    static EnvelopeResponseData failed(Errors error) {
        return new EnvelopeResponseData().setErrorCode(error.code());
    }
}
