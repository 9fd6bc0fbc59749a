package dev.tidemark.broker.cluster;

import dev.tidemark.broker.Request;
import dev.tidemark.control.ControlCommand;
import dev.tidemark.io.Frame;
import dev.tidemark.io.Loop;
import dev.tidemark.wire.ResponseEncoder;
import java.nio.ByteBuffer;
import org.apache.kafka.common.message.EnvelopeResponseData;
import org.apache.kafka.common.message.RequestHeaderData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.protocol.MessageUtil;
import org.apache.kafka.common.requests.AbstractResponse;

/// A request out of an envelope: its answer goes back in one.
///
/// Belongs to the loop of the envelope's connection; [#reply] may be called from any.
final class ForwardedRequest implements Request {
    private final Request envelope;
    private final RequestHeaderData header;
    private final String clientHost;
    private final ControlCommand.Origin origin;

    /// @param envelope the broker's request
    /// @param header of the client's
    /// @param clientHost as the broker told it; empty if it did not
    /// @param origin which request it is
    ForwardedRequest(Request envelope, RequestHeaderData header, String clientHost,
            ControlCommand.Origin origin) {
        this.envelope = envelope;
        this.header = header;
        this.clientHost = clientHost;
        this.origin = origin;
    }

    @Override
    public RequestHeaderData header() {
        return header;
    }

    @Override
    public Loop loop() {
        return envelope.loop();
    }

    @Override
    public String clientHost() {
        return clientHost;
    }

    @Override
    public String listenerName() {
        return envelope.listenerName();
    }

    @Override
    public long connectionId() {
        return envelope.connectionId();
    }

    @Override
    public ControlCommand.Origin origin() {
        return origin;
    }

    @Override
    public Frame frame() {
        return envelope.frame();
    }

    /// Where control has passed on meanwhile, the envelope says so, and the broker tries again.
    @Override
    public void reply(ApiMessage response) {
        ApiKeys api = ApiKeys.forId(header.requestApiKey());
        short version = header.requestApiVersion();
        ByteBuffer bytes = ResponseEncoder.bytes(api, version, header.correlationId(), response);
        envelope.reply(saysNotController(api, version, response)
                ? EnvelopeHandler.failed(Errors.NOT_CONTROLLER)
                : new EnvelopeResponseData().setResponseData(bytes));
    }

    static boolean saysNotController(ApiKeys api, short version, ApiMessage response) {
        var body = MessageUtil.toByteBufferAccessor(response, version);
        return AbstractResponse.parseResponse(api, body, version)
                .errorCounts().containsKey(Errors.NOT_CONTROLLER);
    }

    @Override
    public void noReply() {
        envelope.noReply();
    }

    @Override
    public void close(String reason) {
        envelope.close(reason);
    }
}
