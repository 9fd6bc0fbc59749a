package dev.tidemark.node;

import dev.tidemark.io.Connection;
import dev.tidemark.io.Frame;
import dev.tidemark.io.Loop;
import dev.tidemark.io.Net;
import dev.tidemark.io.Slice;
import dev.tidemark.io.sim.SimFrame;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.kafka.common.message.RequestHeaderData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.MessageUtil;
import org.apache.kafka.common.protocol.types.RawTaggedField;

/// The network as a node of the next release uses it: whatever it asks other nodes bears tagged
/// fields that this release has never heard of.
record TaggingNet(Net below) implements Net {
    private static final int TAG = 10_999;
    private static final int LENGTH_BYTES = 4;
    /// Requests that were sent so, by all of them.
    static int tagged;

    @Override
    public void connect(Loop loop, String host, int port, Attempt attempt) {
        below.connect(loop, host, port, new Attempt() {
            @Override
            public Connection.Session connected(Connection connection) {
                return attempt.connected(new Tagging(connection));
            }

            @Override
            public void failed(IOException why) {
                attempt.failed(why);
            }
        });
    }

    private static ByteBuffer tagged(ByteBuffer request) {
        short headerVersion = ApiKeys.forId(request.getShort(request.position()))
                .requestHeaderVersion(request.getShort(request.position() + 2));
        var in = new ByteBufferAccessor(request);
        var header = new RequestHeaderData(in, headerVersion);
        ApiMessage body = ApiKeys.forId(header.requestApiKey()).messageType.newRequest();
        body.read(in, header.requestApiVersion());
        if (headerVersion >= 2) {
            var unknown = new RawTaggedField(TAG, new byte[] {1, 2, 3});
            header.unknownTaggedFields().add(unknown);
            body.unknownTaggedFields().add(unknown);
            tagged++;
        }
        ByteBuffer head = MessageUtil.toByteBufferAccessor(header, headerVersion).buffer();
        ByteBuffer rest = MessageUtil.toByteBufferAccessor(
                body, header.requestApiVersion()).buffer();
        int size = head.remaining() + rest.remaining();
        return ByteBuffer.allocate(LENGTH_BYTES + size).putInt(size).put(head).put(rest).flip();
    }

    private record Tagging(Connection connection) implements Connection {
        @Override
        public void send(Frame frame) {
            ByteBuffer bytes = frame.bytes();
            bytes.getInt();
            var tagged = new SimFrame(tagged(bytes));
            frame.release();
            connection.send(tagged);
        }

        @Override
        public Loop loop() {
            return connection.loop();
        }

        @Override
        public String remoteHost() {
            return connection.remoteHost();
        }

        @Override
        public int remotePort() {
            return connection.remotePort();
        }

        @Override
        public String listenerName() {
            return connection.listenerName();
        }

        @Override
        public Frame allocate(int size) {
            return connection.allocate(size);
        }

        @Override
        public void send(Slice slice) {
            connection.send(slice);
        }

        @Override
        public void pauseReading() {
            connection.pauseReading();
        }

        @Override
        public void resumeReading() {
            connection.resumeReading();
        }

        @Override
        public long unsentBytes() {
            return connection.unsentBytes();
        }

        @Override
        public void close(String reason) {
            connection.close(reason);
        }
    }
}
