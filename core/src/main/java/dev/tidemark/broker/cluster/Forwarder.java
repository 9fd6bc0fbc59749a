package dev.tidemark.broker.cluster;

import dev.tidemark.broker.Handler;
import dev.tidemark.broker.Request;
import dev.tidemark.io.Frame;
import dev.tidemark.wire.PeerClient;
import dev.tidemark.wire.RequestDecoder.Malformed;
import dev.tidemark.wire.ResponseDecoder;
import org.apache.kafka.common.message.EnvelopeRequestData;
import org.apache.kafka.common.message.EnvelopeResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.protocol.MessageUtil;
import org.apache.kafka.common.requests.AbstractRequest;

/// Hands clients' requests on to whoever controls the cluster, in envelopes, and their answers
/// back. Serves them here while this node controls.
///
/// Tries again while there is no controller, or it changes, until the client's patience must be
/// taken to be over. A request whose answer was lost with its connection is sent once more: a topic
/// may then be said to exist that this very request has created.
///
/// May be used from any loop.
public final class Forwarder {
    private static final long PATIENCE_MS = 20_000;
    private static final long ATTEMPT_MS = 10_000;
    private static final long PAUSE_MS = 50;
    private static final long NS_PER_MS = 1_000_000;

    private final int nodeId;
    private final Controllers controllers;
    private final ControllerChannel channel;

    /// @param channel used for nothing else: an answer that is late costs its connection
    public Forwarder(int nodeId, Controllers controllers, ControllerChannel channel) {
        this.nodeId = nodeId;
        this.controllers = controllers;
        this.channel = channel;
    }

    /// A handler that serves at the controller what is asked of any broker.
    ///
    /// @param handler serves while this node controls
    public <Q extends ApiMessage> Handler<Q> forward(Handler<Q> handler) {
        return (request, body) -> new Passage<>(request, body, handler).attempt();
    }

    /// One request on its way. Lives on the request's loop.
    private final class Passage<Q extends ApiMessage> {
        private final Request request;
        private final Q body;
        private final Handler<Q> handler;
        private final ApiKeys api;
        private final short version;
        private final long deadlineNs;

        Passage(Request request, Q body, Handler<Q> handler) {
            this.request = request;
            this.body = body;
            this.handler = handler;
            api = ApiKeys.forId(request.header().requestApiKey());
            version = request.header().requestApiVersion();
            deadlineNs = request.loop().clock().nanos() + PATIENCE_MS * NS_PER_MS;
        }

        void attempt() {
            int active = controllers.activeId();
            if (active == nodeId) {
                handler.handle(request, body);
            } else if (active == Controllers.NOBODY) {
                tryAgain();
            } else {
                send(active);
            }
        }

        private void tryAgain() {
            if (request.loop().clock().nanos() >= deadlineNs) {
                request.reply(failed(Errors.REQUEST_TIMED_OUT));
            } else {
                request.loop().schedule(PAUSE_MS, this::attempt);
            }
        }

        private void send(int active) {
            var envelope = new EnvelopeRequestData()
                    .setRequestData(request.frame().bytes())
                    .setClientHostAddress(ClientAddress.bytes(request.clientHost()));
            channel.loop().execute(() -> channel.send(active, ApiKeys.ENVELOPE, _ -> envelope,
                    ATTEMPT_MS, new PeerClient.Answer() {
                        @Override
                        public void answered(ApiMessage response, Frame frame) {
                            Errors error = Errors.forCode(
                                    ((EnvelopeResponseData) response).errorCode());
                            // Here, because its bytes are the frame's.
                            ApiMessage inner = error == Errors.NONE
                                    ? open((EnvelopeResponseData) response) : null;
                            request.loop().execute(() -> finish(error, inner));
                        }

                        @Override
                        public void failed(String why) {
                            request.loop().execute(() -> tryAgain());
                        }
                    }));
        }

        /// The answer in the envelope; null if it can't be read.
        private ApiMessage open(EnvelopeResponseData envelope) {
            try {
                return ResponseDecoder.body(api, version, request.header().correlationId(),
                        envelope.responseData());
            } catch (Malformed unreadable) {
                return null;
            }
        }

        private void finish(Errors error, ApiMessage inner) {
            if (error == Errors.NOT_CONTROLLER) {
                tryAgain();
            } else if (inner != null) {
                request.reply(inner);
            } else {
                request.reply(failed(error == Errors.UNSUPPORTED_VERSION
                        ? error : Errors.UNKNOWN_SERVER_ERROR));
            }
        }

        private ApiMessage failed(Errors error) {
            var bytes = MessageUtil.toByteBufferAccessor(body, version);
            return AbstractRequest.parseRequest(api, version, bytes)
                    .request.getErrorResponse(error.exception()).data();
        }
    }
}
