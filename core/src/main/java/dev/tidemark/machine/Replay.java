package dev.tidemark.machine;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.base.Limits;
import dev.tidemark.base.Marks;
import dev.tidemark.io.Offload;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.apache.kafka.common.errors.CorruptRecordException;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MutableRecordBatch;
import org.apache.kafka.common.record.internal.Record;

/// Feeds a log's committed events to a machine, chunk by chunk, without blocking its loop: all that
/// there is when it begins, once that is committed.
///
/// Confined to the log's loop, but for the reading.
final class Replay<E> {
    private final StateMachine<?, E, ?> machine;
    private final EventCodec<E> codec;
    private final HostLog log;
    private ByteBuffer chunk = ByteBuffer.allocate(Limits.REPLAY_CHUNK_BYTES);
    private long nextOffset;
    private long endOffset;
    private boolean stopped;

    Replay(StateMachine<?, E, ?> machine, EventCodec<E> codec, HostLog log) {
        this.machine = machine;
        this.codec = codec;
        this.log = log;
    }

    /// Once.
    ///
    /// @param done told the end offset, once all is applied
    /// @param failed told if the log can't be read
    void run(Offload offload, LongConsumer done, Consumer<IOException> failed) {
        log.whenOpen(() -> {
            endOffset = log.logEndOffset();
            check(endOffset >= 0, "a log ends somewhere", endOffset);
            readOn(offload, done, failed);
        });
    }

    /// Neither applies nor tells anything any more.
    void stop() {
        stopped = true;
    }

    private void readOn(Offload offload, LongConsumer done, Consumer<IOException> failed) {
        if (stopped) {
            return;
        }
        // What is committed while it is being read may be missing from it.
        boolean whole = log.isCommitted(endOffset);
        offload.run(log.loop(), () -> {
            chunk.clear();
            log.read(nextOffset, chunk);
            return null;
        }, (nothing, failure) -> {
            if (stopped) {
                return;
            }
            if (failure != null) {
                failed.accept(failure);
            } else if (chunk.hasRemaining()) {
                if (applyOrFail(failed)) {
                    readOn(offload, done, failed);
                }
            } else if (whole) {
                done.accept(endOffset);
            } else if (log.isCommitted(endOffset)) {
                readOn(offload, done, failed);
            } else {
                log.awaitCommitted(endOffset, () -> readOn(offload, done, failed));
            }
        });
    }

    /// Where a batch is damaged, or an event is a later version's, whoever waits for the replay is
    /// told.
    ///
    /// @return false if the replay is over
    private boolean applyOrFail(Consumer<IOException> failed) {
        try {
            applyChunk();
            return true;
        } catch (CorruptRecordException damaged) {
            Marks.hit("machine's log is damaged");
            log.damaged(nextOffset);
            failed.accept(new IOException("the batch at or behind offset " + nextOffset
                    + " is damaged", damaged));
            return false;
        } catch (EventCodec.UnreadableEvent newer) {
            failed.accept(new IOException("an event behind offset " + nextOffset
                    + " can't be read: " + newer.getMessage()));
            return false;
        } catch (RuntimeException unreadable) {
            failed.accept(new IOException("an event behind offset " + nextOffset
                    + " can't be read", unreadable));
            throw unreadable;
        }
    }

    private void applyChunk() {
        long before = nextOffset;
        for (MutableRecordBatch batch : MemoryRecords.readableRecords(chunk).batches()) {
            // A flipped bit would be taken for another event.
            batch.ensureValid();
            if (!batch.isControlBatch()) {
                for (Record record : batch) {
                    applyRecord(record);
                }
            }
            check(batch.nextOffset() > nextOffset, "a log is replayed forwards",
                    batch.nextOffset(), nextOffset);
            nextOffset = batch.nextOffset();
        }
        if (nextOffset == before) {
            // The first batch is longer than the chunk.
            check(chunk.capacity() < Limits.REPLAY_CHUNK_BYTES_MAX, "a batch fits into a chunk",
                    chunk.capacity());
            chunk = ByteBuffer.allocate(chunk.capacity() * 4);
        }
    }

    private void applyRecord(Record record) {
        E event = record.offset() < nextOffset ? null : codec.decode(record.key(), record.value());
        if (event != null) {
            machine.apply(record.offset(), event);
        }
    }
}
