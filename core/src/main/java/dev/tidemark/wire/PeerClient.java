package dev.tidemark.wire;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.base.Limits;
import dev.tidemark.base.Trace;
import dev.tidemark.io.Connection;
import dev.tidemark.io.Frame;
import dev.tidemark.io.Loop;
import dev.tidemark.io.Net;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;

/// What this node asks another one.
///
/// Connects with the first request, learns which versions the peer speaks, and sends what waits.
/// Requests leave at once, any number side by side, and are answered in order. A connection that
/// is lost fails all that is on its way; the next request opens another, after a pause that grows
/// from failure to failure. An answer that is late costs its connection: those behind it could
/// only come later.
///
/// Confined to its loop, where each [Answer] is called too, never inside of [#send].
public final class PeerClient {
    private static final long FIRST_PAUSE_MS = 50;
    private static final long LONGEST_PAUSE_MS = 1_000;

    private final Net net;
    private final Loop loop;
    private final String host;
    private final int port;
    private final String clientId;
    private final Trace trace;
    private final ArrayDeque<Call> waiting = new ArrayDeque<>();
    private PeerSession session;
    private State state = State.IDLE;
    private long pauseMs = FIRST_PAUSE_MS;
    private boolean isLossTold;

    /// @param loop where the connection lives
    /// @param clientId what the peer is told of who asks
    public PeerClient(Net net, Loop loop, String host, int port, String clientId, Trace trace) {
        this.net = net;
        this.loop = loop;
        this.host = host;
        this.port = port;
        this.clientId = clientId;
        this.trace = trace;
    }

    private enum State { IDLE, CONNECTING, OPEN, PAUSING, CLOSED }

    /// What is sent, made for the version that both sides speak.
    @FunctionalInterface
    public interface Body {
        /// @param version the highest that both sides know
        ApiMessage in(short version);
    }

    /// The end of a request: one of the two is called, once.
    public interface Answer {
        /// The peer has answered.
        ///
        /// @param body of the response type of the API
        /// @param frame the bytes that record batches in the body are views of; the client lets go
        ///     of it after the call, so whoever needs them for longer retains it
        void answered(ApiMessage body, Frame frame);

        /// There will be no answer: the request may have been served, or not.
        void failed(String why);
    }

    /// Sends a request that is the same in every version.
    ///
    /// @param timeoutMs after which there is no answer
    public void send(ApiKeys api, ApiMessage body, long timeoutMs, Answer answer) {
        send(api, _ -> body, timeoutMs, answer);
    }

    /// Sends a request that depends on the version.
    ///
    /// @param timeoutMs after which there is no answer
    public void send(ApiKeys api, Body body, long timeoutMs, Answer answer) {
        check(loop.inLoop(), "a peer is asked on its client's loop");
        var call = new Call(api, body, answer);
        if (state == State.CLOSED) {
            refuse(call, "the client is closed");
            return;
        }
        int underWay = waiting.size() + (session == null ? 0 : session.underWay());
        if (underWay >= Limits.REQUESTS_PER_PEER) {
            refuse(call, "too many requests are under way");
            return;
        }
        call.timer = loop.schedule(timeoutMs, () -> expire(call, timeoutMs));
        if (state == State.OPEN) {
            session.send(call);
            return;
        }
        waiting.add(call);
        if (state == State.IDLE) {
            connect();
        }
    }

    /// Ends the connection; all that is under way fails. Closing twice is no error.
    public void close() {
        if (state == State.CLOSED) {
            return;
        }
        state = State.CLOSED;
        fail("the client is closed");
        if (session != null) {
            session.end("the client is closed");
        }
    }

    /// Where the peer is, as in `127.0.0.1:9092`.
    public String address() {
        return host + ":" + port;
    }

    private void refuse(Call call, String why) {
        loop.execute(() -> call.fail(why));
    }

    private void connect() {
        state = State.CONNECTING;
        net.connect(loop, host, port, new Net.Attempt() {
            @Override
            public Connection.Session connected(Connection connection) {
                session = new PeerSession(PeerClient.this, connection, clientId);
                if (state == State.CLOSED) {
                    session.end("the client is closed");
                } else {
                    session.askVersions();
                }
                return session;
            }

            @Override
            public void failed(IOException why) {
                lost("cannot connect to " + address() + ": " + why.getMessage());
            }
        });
    }

    /// The peer has told its versions: what waits leaves.
    void ready() {
        state = State.OPEN;
        pauseMs = FIRST_PAUSE_MS;
        isLossTold = false;
        while (!waiting.isEmpty() && state == State.OPEN) {
            Call call = waiting.remove();
            if (!call.isDone()) {
                session.send(call);
            }
        }
    }

    /// The connection is gone, or did not come to be.
    void lost(String why) {
        session = null;
        if (state == State.CLOSED) {
            return;
        }
        if (!isLossTold) {
            // Once, and not for each attempt to reach it again.
            isLossTold = true;
            trace.info("peer lost address=" + address() + " cause=" + why);
        }
        state = State.PAUSING;
        loop.schedule(pauseMs, this::pauseOver);
        pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 2);
        fail(why);
    }

    private void pauseOver() {
        if (state == State.PAUSING) {
            state = State.IDLE;
            if (!waiting.isEmpty()) {
                connect();
            }
        }
    }

    /// Fails what waits now; what is sent meanwhile waits for the next connection.
    private void fail(String why) {
        List<Call> failed = new ArrayList<>(waiting);
        waiting.clear();
        failed.forEach(call -> call.fail(why));
    }

    private void expire(Call call, long timeoutMs) {
        String why = "no answer from " + address() + " within " + timeoutMs + " ms";
        if (waiting.remove(call)) {
            call.fail(why);
        } else if (session != null) {
            session.close(why);
        }
    }

    /// One request and who waits for its answer.
    static final class Call {
        final ApiKeys api;
        final Body body;
        private final Answer answer;
        private Loop.Timer timer;
        private boolean isDone;
        short version;
        int correlationId;

        Call(ApiKeys api, Body body, Answer answer) {
            this.api = api;
            this.body = body;
            this.answer = answer;
        }

        boolean isDone() {
            return isDone;
        }

        void answer(ApiMessage response, Frame frame) {
            if (end()) {
                answer.answered(response, frame);
            }
        }

        void fail(String why) {
            if (end()) {
                answer.failed(why);
            }
        }

        private boolean end() {
            boolean isFirst = !isDone;
            isDone = true;
            if (timer != null) {
                timer.cancel();
            }
            return isFirst;
        }
    }
}
