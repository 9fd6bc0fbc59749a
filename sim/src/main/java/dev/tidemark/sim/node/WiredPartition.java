package dev.tidemark.sim.node;

import dev.tidemark.sim.model.FoundLog;
import dev.tidemark.sim.model.PartitionModel;

/// One partition of the simulated node's topics, and what must be true of it.
final class WiredPartition {
    final TopicSlot topic;
    final int index;
    final PartitionModel model;
    /// Looked at since the last start: what may have been lost then is known.
    boolean isVerified;
    /// The offset behind the last record that was acknowledged.
    private long acknowledgedEnd;

    WiredPartition(TopicSlot topic, int index, boolean synced) {
        this.topic = topic;
        this.index = index;
        String id = topic.id().toString();
        this.model = new PartitionModel(topic.name() + "-" + index + "/" + id.substring(0, 4),
                synced);
    }

    /// A record below `endOffset` was acknowledged.
    void acknowledged(long endOffset) {
        acknowledgedEnd = Math.max(acknowledgedEnd, endOffset);
    }

    /// What a read that begins now must reach at least.
    long readableEnd() {
        return Math.max(acknowledgedEnd, model.highWatermark());
    }

    /// What retention may have done is no fault.
    private void allow(FoundLog found) {
        if (topic.mayForget()) {
            model.mayStartAt(found.endOffset());
        }
    }

    void read(FoundLog found) {
        allow(found);
        model.read(found);
    }

    /// The first look after a start.
    void recovered(FoundLog found) {
        allow(found);
        model.recovered(found);
        isVerified = true;
        acknowledgedEnd = found.endOffset();
    }

    /// The process is over.
    void died(boolean powerLost) {
        if (powerLost) {
            model.lostPower();
        } else if (isVerified) {
            model.killed();
        }
        isVerified = false;
    }

    /// It may be used: it is there, and what is in it is known.
    boolean isUsable() {
        return isVerified && topic.isUsable();
    }

    @Override
    public String toString() {
        return topic.name() + "-" + index;
    }
}
