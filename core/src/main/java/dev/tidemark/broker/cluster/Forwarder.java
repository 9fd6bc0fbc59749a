package dev.tidemark.broker.cluster;

import dev.tidemark.base.Marks;
import dev.tidemark.base.Prng;
import dev.tidemark.broker.Handler;
import dev.tidemark.broker.Request;
import dev.tidemark.control.ControlCommand.Origin;
import dev.tidemark.control.MetadataImage;
import dev.tidemark.io.Frame;
import dev.tidemark.wire.EnvelopeOrigin;
import dev.tidemark.wire.PeerClient;
import dev.tidemark.wire.RequestDecoder.Malformed;
import dev.tidemark.wire.ResponseDecoder;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
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
/// taken to be over. What a lost answer was about may have been done, so each request has a token
/// that it keeps: a repeat is told of what the request has done itself as if it were done now.
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
    private final Supplier<MetadataImage> image;
    private final AtomicLong nextToken;

    /// @param image the committed metadata, from any loop
    /// @param firstToken where the numbers of requests begin
    /// @param channel used for nothing else: an answer that is late costs its connection
    public Forwarder(int nodeId, Controllers controllers, ControllerChannel channel,
            Supplier<MetadataImage> image, long firstToken) {
        this.nodeId = nodeId;
        this.controllers = controllers;
        this.channel = channel;
        this.image = image;
        this.nextToken = new AtomicLong(firstToken);
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
        private final long token;
        private final DeletionAim aim;
        private boolean isRepeat;

        Passage(Request request, Q body, Handler<Q> handler) {
            this.request = request;
            this.body = body;
            this.handler = handler;
            api = ApiKeys.forId(request.header().requestApiKey());
            version = request.header().requestApiVersion();
            deadlineNs = request.loop().clock().nanos() + PATIENCE_MS * NS_PER_MS;
            token = new Prng(nextToken.incrementAndGet()).nextLong() | 1;
            aim = DeletionAim.of(body, image.get());
        }

        void attempt() {
            int active = controllers.activeId();
            if (isRepeat && aim.isReplaced(DeletionAim.of(body, image.get()))) {
                Marks.hit("a deletion is not asked again, for another topic has the name");
                request.reply(failed(Errors.REQUEST_TIMED_OUT));
            } else if (active == Controllers.NOBODY) {
                tryAgain();
            } else {
                var origin = new Origin(token, isRepeat && aim.isKnown());
                isRepeat = true;
                if (active == nodeId) {
                    handler.handle(new LocalAttempt(request, origin, this::tryAgain), body);
                } else {
                    send(active, origin);
                }
            }
        }

        private void tryAgain() {
            if (request.loop().clock().nanos() >= deadlineNs) {
                request.reply(failed(Errors.REQUEST_TIMED_OUT));
            } else {
                request.loop().schedule(PAUSE_MS, this::attempt);
            }
        }

        private void send(int active, Origin origin) {
            var envelope = new EnvelopeRequestData()
                    .setRequestData(request.frame().bytes())
                    .setClientHostAddress(ClientAddress.bytes(request.clientHost()));
            new EnvelopeOrigin(origin.token(), origin.mayBeDone()).put(envelope);
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
