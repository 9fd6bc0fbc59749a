package dev.tidemark.sim.model;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/// What one simulated producer sends to one partition, in its order.
///
/// An idempotent one sends again, in order, what it has no answer for, and may not send anything
/// new before that; it has at most five batches under way. The others never send twice.
public final class ProducerStream {
    private static final int MOST_IN_FLIGHT = 5;
    private static final int PLAIN = -1;

    private final String name;
    private final BatchMill mill;
    private final ArrayDeque<SentBatch> unanswered = new ArrayDeque<>();
    private long producerId;
    private int nextSequence;
    private long nextOrder;
    private boolean interrupted;

    private ProducerStream(String name, BatchMill mill, long producerId) {
        this.name = name;
        this.mill = mill;
        this.producerId = producerId;
    }

    /// A producer without an identity.
    public static ProducerStream plain(String name, BatchMill mill) {
        return new ProducerStream(name, mill, PLAIN);
    }

    /// An idempotent producer, of epoch 0.
    public static ProducerStream idempotent(String name, BatchMill mill, long producerId) {
        return new ProducerStream(name, mill, producerId);
    }

    /// True if it never sends twice.
    public boolean isPlain() {
        return producerId == PLAIN;
    }

    /// True if something that it sent must be sent again before anything else.
    public boolean isInterrupted() {
        return interrupted;
    }

    /// True if it has sent as much as it may without an answer: what comes later would push the
    /// first of it out of what a log remembers.
    public boolean isFull() {
        return !unanswered.isEmpty()
                && nextOrder - unanswered.peek().order() >= MOST_IN_FLIGHT;
    }

    /// Makes the next batch.
    public SentBatch next(long nowMs) {
        ByteBuffer bytes = isPlain() ? mill.plain(nowMs)
                : mill.idempotent(nowMs, producerId, (short) 0, nextSequence);
        var batch = new SentBatch(name, nextOrder++, bytes);
        nextSequence += batch.count();
        unanswered.add(batch);
        return batch;
    }

    /// All that must be sent again, in order; it has then been sent.
    public List<SentBatch> again() {
        interrupted = false;
        return new ArrayList<>(unanswered);
    }

    /// The batch has got an answer that is final.
    public void answered(SentBatch batch) {
        unanswered.remove(batch);
    }

    /// There will be no answer to what is under way.
    public void interrupted() {
        if (isPlain()) {
            unanswered.clear();
        } else {
            interrupted = !unanswered.isEmpty();
        }
    }

    /// Gives up what is unanswered and goes on under another identity.
    public void startAnew(long newProducerId) {
        unanswered.clear();
        producerId = newProducerId;
        nextSequence = 0;
        interrupted = false;
    }
}
