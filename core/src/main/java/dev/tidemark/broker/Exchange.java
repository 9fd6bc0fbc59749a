package dev.tidemark.broker;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.io.Frame;
import dev.tidemark.io.Loop;
import org.apache.kafka.common.message.RequestHeaderData;
import org.apache.kafka.common.protocol.ApiMessage;

/// One request and the place that its answer has in the order of its connection.
///
/// The answer may come from any loop; everything else belongs to the connection's loop.
final class Exchange implements Request {
    private final ClientSession session;
    private final RequestHeaderData header;
    private final Frame frame;
    private final int frameBytes;
    private boolean freed;
    private boolean done;
    private boolean abandoned;
    private ApiMessage response;

    Exchange(ClientSession session, RequestHeaderData header, Frame frame) {
        this.session = session;
        this.header = header;
        this.frame = frame;
        frameBytes = frame.bytes().remaining();
    }

    @Override
    public RequestHeaderData header() {
        return header;
    }

    @Override
    public Loop loop() {
        return session.loop();
    }

    @Override
    public String clientHost() {
        return session.clientHost();
    }

    @Override
    public String listenerName() {
        return session.listenerName();
    }

    @Override
    public long connectionId() {
        return session.id();
    }

    @Override
    public Frame frame() {
        check(!freed, "a request that waits has given its bytes back", header.requestApiKey());
        return frame;
    }

    @Override
    public void park() {
        check(!done, "a request waits before its answer", header.requestApiKey());
        free();
    }

    /// Gives the bytes back, if that was not done before.
    void free() {
        if (!freed) {
            freed = true;
            frame.release();
        }
    }

    /// True once the bytes were given back.
    boolean isFreed() {
        return freed;
    }

    /// How many bytes the request came in.
    int frameBytes() {
        return frameBytes;
    }

    @Override
    public void reply(ApiMessage answer) {
        check(answer != null, "an answer is a message");
        complete(answer);
    }

    @Override
    public void noReply() {
        complete(null);
    }

    private void complete(ApiMessage answer) {
        if (loop().inLoop()) {
            completeInLoop(answer);
        } else {
            loop().execute(() -> completeInLoop(answer));
        }
    }

    private void completeInLoop(ApiMessage answer) {
        if (abandoned) {
            return;
        }
        check(!done, "a request is answered once", header.requestApiKey());
        done = true;
        response = answer;
        session.answered();
    }

    @Override
    public void close(String reason) {
        if (loop().inLoop()) {
            session.close(reason);
        } else {
            loop().execute(() -> session.close(reason));
        }
    }

    /// Gives the request up, on the connection's loop: no answer is sent, and one that still comes
    /// is dropped.
    void abandon() {
        if (!done) {
            completeInLoop(null);
        }
        abandoned = true;
    }

    /// True once the answer, or its absence, is known.
    boolean done() {
        return done;
    }

    /// The answer; null if none is to be sent. Only once [#done].
    ApiMessage response() {
        return response;
    }
}
