package dev.tidemark.broker.cluster;

import dev.tidemark.broker.Request;
import dev.tidemark.control.ControlCommand.Origin;
import dev.tidemark.io.Frame;
import dev.tidemark.io.Loop;
import org.apache.kafka.common.message.RequestHeaderData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;

/// A client's request while this node tries to serve it as the controller: if it turns out that it
/// is none any more, the client is not told so.
///
/// Belongs to the request's loop; [#reply] may be called from any.
final class LocalAttempt implements Request {
    private final Request request;
    private final Origin origin;
    private final Runnable again;

    /// @param again tries again, or gives up; on the request's loop
    LocalAttempt(Request request, Origin origin, Runnable again) {
        this.request = request;
        this.origin = origin;
        this.again = again;
    }

    @Override
    public RequestHeaderData header() {
        return request.header();
    }

    @Override
    public Loop loop() {
        return request.loop();
    }

    @Override
    public String clientHost() {
        return request.clientHost();
    }

    @Override
    public String listenerName() {
        return request.listenerName();
    }

    @Override
    public long connectionId() {
        return request.connectionId();
    }

    @Override
    public Origin origin() {
        return origin;
    }

    @Override
    public Frame frame() {
        return request.frame();
    }

    @Override
    public void reply(ApiMessage response) {
        ApiKeys api = ApiKeys.forId(header().requestApiKey());
        if (ForwardedRequest.saysNotController(api, header().requestApiVersion(), response)) {
            request.loop().execute(again);
        } else {
            request.reply(response);
        }
    }

    @Override
    public void noReply() {
        request.noReply();
    }

    @Override
    public void close(String reason) {
        request.close(reason);
    }
}
