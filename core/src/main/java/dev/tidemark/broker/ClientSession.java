package dev.tidemark.broker;

import dev.tidemark.base.Trace;
import dev.tidemark.io.Connection;
import dev.tidemark.io.Frame;
import dev.tidemark.io.Loop;
import dev.tidemark.wire.RequestDecoder;
import dev.tidemark.wire.RequestDecoder.Malformed;
import dev.tidemark.wire.ResponseEncoder;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import org.apache.kafka.common.message.RequestHeaderData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;

/// One client's conversation: requests come in order, are served side by side, and are answered
/// in order.
///
/// At most [SessionLimits] requests and bytes wait for their answers; beyond that, or while the
/// client doesn't take what it is sent, nothing more is read from it.
///
/// Confined to the connection's loop.
final class ClientSession implements Connection.Session {
    private final Connection connection;
    private final Router router;
    private final Trace trace;
    private final long id;
    private final ResponseEncoder encoder;
    private final ArrayDeque<Exchange> waiting = new ArrayDeque<>();
    private final ArrayDeque<Frame> held = new ArrayDeque<>();
    private long waitingBytes;
    private boolean paused;
    private boolean closed;

    ClientSession(Connection connection, Router router, Trace trace, long id) {
        this.connection = connection;
        this.router = router;
        this.trace = trace;
        this.id = id;
        this.encoder = new ResponseEncoder(connection);
    }

    Loop loop() {
        return connection.loop();
    }

    String clientHost() {
        return connection.remoteHost();
    }

    String listenerName() {
        return connection.listenerName();
    }

    long id() {
        return id;
    }

    @Override
    public void frame(Frame frame) {
        if (closed) {
            frame.release();
        } else if (paused) {
            // Frames that the shell had already cut when reading was paused.
            held.add(frame);
        } else {
            serve(frame);
        }
    }

    private void serve(Frame frame) {
        ByteBuffer bytes = frame.bytes();
        Exchange exchange;
        try {
            exchange = new Exchange(this, RequestDecoder.header(bytes), frame);
        } catch (Malformed malformed) {
            frame.release();
            close(malformed.getMessage());
            return;
        }
        waiting.add(exchange);
        waitingBytes += exchange.frameBytes();
        try {
            dispatch(exchange, bytes);
        } catch (Malformed malformed) {
            close(malformed.getMessage());
            exchange.abandon();
        }
        pauseIfFull();
    }

    private void dispatch(Exchange exchange, ByteBuffer bytes) throws Malformed {
        RequestHeaderData header = exchange.header();
        ApiKeys api = ApiKeys.forId(header.requestApiKey());
        short version = header.requestApiVersion();
        if (!router.serves(api, version)) {
            if (api == ApiKeys.API_VERSIONS) {
                exchange.reply(router.unsupportedApiVersions());
                return;
            }
            throw new Malformed("unsupported version " + version + " of " + api.name);
        }
        ApiMessage body = RequestDecoder.body(api, version, bytes);
        try {
            router.route(api, exchange, body);
        } catch (RuntimeException bug) {
            trace.warn("request failed api=" + api.name + " version=" + version + " cause=" + bug);
            close("request failed");
            // Work that the handler has begun may still read the bytes on another loop: they are
            // given up for good rather than lent to the next request under its feet.
            if (!exchange.isFreed()) {
                exchange.frame().retain();
            }
            exchange.abandon();
        }
    }

    /// Sends what is answered and at the head of the order.
    void answered() {
        while (!waiting.isEmpty() && waiting.peekFirst().done()) {
            finish(waiting.removeFirst());
        }
        resumeIfRoom();
    }

    private void finish(Exchange exchange) {
        RequestHeaderData header = exchange.header();
        ApiMessage response = exchange.response();
        if (response != null && !closed) {
            ApiKeys api = ApiKeys.forId(header.requestApiKey());
            short version = router.responseVersion(api, header.requestApiVersion());
            send(api, version, header.correlationId(), response);
        }
        waitingBytes -= exchange.frameBytes();
        exchange.free();
    }

    /// A response that can't be encoded is our bug: it costs its connection, not those that are
    /// answered after it in the same turn.
    private void send(ApiKeys api, short version, int correlationId, ApiMessage response) {
        try {
            encoder.send(api, version, correlationId, response);
        } catch (RuntimeException bug) {
            trace.warn("response failed api=" + api.name + " version=" + version
                    + " cause=" + bug);
            close("response failed");
        }
    }

    private void pauseIfFull() {
        if (!paused && SessionLimits.full(waiting.size(), waitingBytes, connection.unsentBytes())) {
            paused = true;
            connection.pauseReading();
        }
    }

    private void resumeIfRoom() {
        if (!paused || closed
                || !SessionLimits.room(waiting.size(), waitingBytes, connection.unsentBytes())) {
            return;
        }
        paused = false;
        while (!paused && !held.isEmpty()) {
            serve(held.removeFirst());
        }
        if (!paused && !closed) {
            connection.resumeReading();
        }
    }

    @Override
    public void drained() {
        resumeIfRoom();
    }

    void close(String reason) {
        if (!closed) {
            closed = true;
            connection.close(reason);
        }
    }

    @Override
    public void closed() {
        closed = true;
        while (!held.isEmpty()) {
            held.removeFirst().release();
        }
        router.connectionClosed(loop(), id);
        // Requests under way keep their place, so that each frame is released when it is answered.
    }
}
