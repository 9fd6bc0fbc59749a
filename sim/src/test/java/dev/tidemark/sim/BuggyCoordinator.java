package dev.tidemark.sim;

import dev.tidemark.io.Connection;
import dev.tidemark.io.Frame;
import dev.tidemark.io.Loop;
import dev.tidemark.io.Slice;
import dev.tidemark.sim.node.Fitting;
import dev.tidemark.wire.RequestDecoder;
import dev.tidemark.wire.RequestDecoder.Malformed;
import dev.tidemark.wire.ResponseEncoder;
import java.nio.ByteBuffer;
import org.apache.kafka.common.message.OffsetCommitRequestData;
import org.apache.kafka.common.message.RequestHeaderData;
import org.apache.kafka.common.message.ResponseHeaderData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.ByteBufferAccessor;

/// A node that serves members of groups with a bug: what goes over the wire is read, spoilt and
/// written again.
final class BuggyCoordinator implements Connection, Connection.Session {
    private static final int LENGTH_BYTES = 4;

    private final Connection below;
    private final GroupBug bug;
    private Session session;
    private RequestHeaderData asked;

    private BuggyCoordinator(Connection below, GroupBug bug) {
        this.below = below;
        this.bug = bug;
    }

    /// Plants it.
    static Fitting planted(GroupBug bug) {
        bug.begin();
        return new Fitting() {
            @Override
            public Acceptor fit(Acceptor acceptor) {
                return connection -> {
                    var between = new BuggyCoordinator(connection, bug);
                    between.session = acceptor.accept(between);
                    return between;
                };
            }
        };
    }

    @Override
    public void frame(Frame frame) {
        try {
            ByteBuffer bytes = frame.bytes();
            asked = RequestDecoder.header(bytes);
            ApiKeys api = ApiKeys.forId(asked.requestApiKey());
            if (api == ApiKeys.OFFSET_COMMIT && RequestDecoder.body(api,
                    asked.requestApiVersion(), bytes) instanceof OffsetCommitRequestData commit) {
                ApiMessage lie = bug.insteadOf(commit);
                if (lie != null) {
                    frame.release();
                    answer(lie);
                    return;
                }
            }
        } catch (Malformed half) {
            asked = null;
        }
        session.frame(frame);
    }

    /// Members ask for one thing at a time, so an answer that fits is the one to what was asked
    /// last; others are handed on as they are.
    @Override
    public void send(Frame frame) {
        ByteBuffer bytes = frame.bytes();
        if (asked == null || bytes.remaining() < 2 * LENGTH_BYTES
                || bytes.getInt() != bytes.remaining()
                || bytes.getInt(bytes.position()) != asked.correlationId()
                || !bug.concerns(ApiKeys.forId(asked.requestApiKey()))) {
            below.send(frame);
            return;
        }
        ApiKeys api = ApiKeys.forId(asked.requestApiKey());
        var in = new ByteBufferAccessor(bytes);
        new ResponseHeaderData(in, api.responseHeaderVersion(asked.requestApiVersion()));
        ApiMessage answer = api.messageType.newResponse();
        answer.read(in, asked.requestApiVersion());
        frame.release();
        bug.spoil(answer);
        answer(answer);
    }

    private void answer(ApiMessage answer) {
        ApiKeys api = ApiKeys.forId(asked.requestApiKey());
        new ResponseEncoder(below).send(api, asked.requestApiVersion(), asked.correlationId(),
                answer);
    }

    @Override
    public void drained() {
        session.drained();
    }

    @Override
    public void closed() {
        session.closed();
    }

    @Override
    public Loop loop() {
        return below.loop();
    }

    @Override
    public String remoteHost() {
        return below.remoteHost();
    }

    @Override
    public int remotePort() {
        return below.remotePort();
    }

    @Override
    public String listenerName() {
        return below.listenerName();
    }

    @Override
    public Frame allocate(int size) {
        return below.allocate(size);
    }

    @Override
    public void send(Slice slice) {
        below.send(slice);
    }

    @Override
    public void pauseReading() {
        below.pauseReading();
    }

    @Override
    public void resumeReading() {
        below.resumeReading();
    }

    @Override
    public long unsentBytes() {
        return below.unsentBytes();
    }

    @Override
    public void close(String reason) {
        below.close(reason);
    }
}
