package dev.tidemark.wire;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.io.Connection;
import dev.tidemark.io.Frame;
import dev.tidemark.io.Slice;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.message.ResponseHeaderData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.MessageSizeAccumulator;
import org.apache.kafka.common.protocol.MessageUtil;
import org.apache.kafka.common.protocol.ObjectSerializationCache;
import org.apache.kafka.common.record.internal.BaseRecords;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.UnalignedMemoryRecords;

/// Encodes responses, length first, and sends them.
///
/// All bytes that are not record batches of a file go into one buffer, whose size is computed
/// beforehand; batches that a [SliceRecords] stands for are sent between its pieces, and so is what
/// a response has in memory already, which is copied once.
///
/// Used by one connection's loop. Does no I/O but through the connection.
public final class ResponseEncoder {
    private static final int LENGTH_BYTES = 4;

    private final Connection connection;
    private final ResponseHeaderData responseHeader = new ResponseHeaderData();
    private final List<Cut> cuts = new ArrayList<>();

    /// @param connection where responses go
    public ResponseEncoder(Connection connection) {
        this.connection = connection;
    }

    /// Where, in the buffer, other bytes come in between.
    ///
    /// @param slice those of a file, or null
    /// @param inMemory those that are in memory, or null
    private record Cut(int at, Slice slice, ByteBuffer inMemory) {
    }

    /// The response's header and body as bytes, without their length: for a response that travels
    /// inside of another.
    public static ByteBuffer bytes(ApiKeys api, short version, int correlationId,
            ApiMessage response) {
        ByteBuffer header = MessageUtil.toByteBufferAccessor(
                new ResponseHeaderData().setCorrelationId(correlationId),
                api.responseHeaderVersion(version)).buffer();
        ByteBuffer body = MessageUtil.toByteBufferAccessor(response, version).buffer();
        return ByteBuffer.allocate(header.remaining() + body.remaining()).put(header).put(body)
                .flip();
    }

    /// Encodes the response in the given version and hands it to the connection.
    public void send(ApiKeys api, short version, int correlationId, ApiMessage response) {
        var cache = new ObjectSerializationCache();
        var size = new MessageSizeAccumulator();
        short headerVersion = api.responseHeaderVersion(version);
        responseHeader.setCorrelationId(correlationId);
        responseHeader.addSize(size, cache, headerVersion);
        response.addSize(size, cache, version);
        Frame frame = connection.allocate(LENGTH_BYTES + size.sizeExcludingZeroCopy());
        ByteBuffer buffer = frame.bytes();
        var out = new CuttingWriter(buffer);
        out.writeInt(size.totalSize());
        responseHeader.write(out, cache, headerVersion);
        response.write(out, cache, version);
        check(!buffer.hasRemaining(), "a response is as long as was computed", buffer.remaining());
        sendPieces(frame, buffer.position());
    }

    private void sendPieces(Frame frame, int end) {
        if (cuts.isEmpty()) {
            connection.send(frame);
            return;
        }
        int from = 0;
        for (int i = 0; i < cuts.size(); i++) {
            Cut cut = cuts.get(i);
            connection.send(frame.slice(from, cut.at));
            send(cut);
            from = cut.at;
        }
        if (from < end) {
            connection.send(frame.slice(from, end));
        }
        frame.release();
        cuts.clear();
    }

    private void send(Cut cut) {
        if (cut.slice != null) {
            connection.send(cut.slice);
            return;
        }
        Frame frame = connection.allocate(cut.inMemory.remaining());
        frame.bytes().put(cut.inMemory.duplicate());
        connection.send(frame);
    }

    /// Writes into one buffer and notes where record batches belong instead of writing them.
    private final class CuttingWriter extends ByteBufferAccessor {
        CuttingWriter(ByteBuffer buffer) {
            super(buffer);
        }

        @Override
        public void writeRecords(BaseRecords records) {
            if (records instanceof SliceRecords(Slice slice)) {
                cuts.add(new Cut(buffer().position(), slice, null));
            } else if (records instanceof MemoryRecords inMemory) {
                writeByteBuffer(inMemory.buffer());
            } else if (records instanceof UnalignedMemoryRecords slice) {
                writeByteBuffer(slice.buffer());
            } else {
                super.writeRecords(records);
            }
        }

        @Override
        public void writeByteBuffer(ByteBuffer bytes) {
            if (bytes.hasRemaining()) {
                cuts.add(new Cut(buffer().position(), null, bytes));
            }
        }
    }
}
