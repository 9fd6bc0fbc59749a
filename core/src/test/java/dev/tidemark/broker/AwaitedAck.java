package dev.tidemark.broker;

import dev.tidemark.replica.Ack;
import org.apache.kafka.common.protocol.Errors;

/// Who waits until one batch is committed, or not.
public final class AwaitedAck implements Ack {
    private Errors error;

    @Override
    public void appended(int slot, long baseOffset, long logAppendTimeMs, long logStartOffset) {
        // What counts is that it is committed.
    }

    @Override
    public void refused(int slot, Errors why, String message) {
        error = why;
    }

    @Override
    public void committed(int slot) {
        error = Errors.NONE;
    }

    @Override
    public void lost(int slot, Errors why) {
        error = why;
    }

    /// What became of it; null as long as that is open.
    public Errors error() {
        return error;
    }

    /// True once it is committed.
    public boolean isAcked() {
        return error == Errors.NONE;
    }
}
