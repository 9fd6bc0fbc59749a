package dev.tidemark.record;

import dev.tidemark.base.Limits;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.utils.internals.BufferSupplier;
import org.apache.kafka.common.utils.internals.ByteBufferOutputStream;

/// Inflates and deflates the records of a batch, where the broker has to look inside.
///
/// The records themselves are the same bytes whatever the codec, so that another codec needs
/// neither decoding nor objects: only the header's codec, length and checksum change.
///
/// Stateless. Does no I/O: an `IOException` means bytes that are not what their codec says.
final class Codec {
    private static final int HIGHEST_ID = CompressionType.ZSTD.id;
    private static final int LEAST_GUESS = 4096;
    /// How much longer records are taken to be than their compressed form.
    private static final int GUESSED_RATIO = 4;

    private Codec() {
    }

    /// True if the number in a batch's attributes stands for a codec.
    static boolean isKnown(int id) {
        return id <= HIGHEST_ID;
    }

    /// The batch's records, inflated.
    ///
    /// @return null if they are longer than [Limits#INFLATED_BATCH_BYTES]
    static ByteBuffer inflate(ByteBuffer batch, int at) throws IOException {
        ByteBuffer deflated = batch.duplicate()
                .limit(at + Batch.sizeInBytes(batch, at))
                .position(at + Batch.HEADER_BYTES);
        int guess = (int) Math.min(Limits.INFLATED_BATCH_BYTES,
                LEAST_GUESS + (long) deflated.remaining() * GUESSED_RATIO);
        CompressionType type = CompressionType.forId(Batch.compressionType(batch, at));
        if (type == CompressionType.SNAPPY) {
            long inflated = SnappyChunks.inflatedBytes(deflated);
            if (inflated > Limits.INFLATED_BATCH_BYTES) {
                return null;
            }
            if (inflated == SnappyChunks.MALFORMED) {
                throw new IOException("snappy chunks contradict themselves");
            }
        }
        Compression codec = of(type, 0);
        try (InputStream source = codec.wrapForInput(deflated, Batch.MAGIC,
                BufferSupplier.NO_CACHING)) {
            return readAll(source, new byte[guess]);
        } catch (VirtualMachineError | LinkageError ours) {
            throw ours;
        } catch (RuntimeException | Error notOfTheCodec) {
            // Each library has exceptions of its own for bytes that it cannot read, snappy's even
            // an Error that is not on our compile path.
            throw new IOException(notOfTheCodec);
        }
    }

    /// The same batch with its records deflated by another codec.
    ///
    /// @param records the batch's records, not deflated, from position to limit
    /// @param level as `compression.<codec>.level`; 0 for the codec's own
    static ByteBuffer deflate(ByteBuffer batch, int at, ByteBuffer records,
            CompressionType type, int level) throws IOException {
        ByteBufferOutputStream target = new ByteBufferOutputStream(
                Batch.HEADER_BYTES + LEAST_GUESS + records.remaining());
        target.position(Batch.HEADER_BYTES);
        byte[] plain = new byte[records.remaining()];
        records.get(records.position(), plain);
        try (OutputStream stream = of(type, level).wrapForOutput(target, Batch.MAGIC)) {
            stream.write(plain);
        }
        ByteBuffer deflated = target.buffer().flip();
        deflated.put(0, batch, at, Batch.HEADER_BYTES);
        Batch.setCompression(deflated, 0, type.id);
        return deflated;
    }

    private static ByteBuffer readAll(InputStream source, byte[] start) throws IOException {
        byte[] inflated = start;
        int length = 0;
        int count = source.read(inflated, 0, inflated.length);
        while (count >= 0) {
            length += count;
            if (length == inflated.length) {
                if (length >= Limits.INFLATED_BATCH_BYTES) {
                    return null;
                }
                inflated = Arrays.copyOf(inflated,
                        (int) Math.min(Limits.INFLATED_BATCH_BYTES, 2L * length));
            }
            count = source.read(inflated, length, inflated.length - length);
        }
        return ByteBuffer.wrap(inflated, 0, length);
    }

    private static Compression of(CompressionType type, int level) {
        boolean own = level == 0 || level < type.minLevel() || level > type.maxLevel();
        return switch (type) {
            case NONE -> Compression.NONE;
            case SNAPPY -> Compression.snappy().build();
            case GZIP -> Compression.gzip().level(own ? type.defaultLevel() : level).build();
            case LZ4 -> Compression.lz4().level(own ? type.defaultLevel() : level).build();
            case ZSTD -> Compression.zstd().level(own ? type.defaultLevel() : level).build();
        };
    }
}
