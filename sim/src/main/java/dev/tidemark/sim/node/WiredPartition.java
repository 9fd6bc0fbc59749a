package dev.tidemark.sim.node;

import dev.tidemark.sim.model.FoundLog;
import dev.tidemark.sim.model.PartitionModel;
import org.apache.kafka.common.Uuid;

/// One partition of the simulated node's topics, and what must be true of it.
final class WiredPartition {
    final TopicSlot topic;
    final Uuid topicId;
    final int index;
    final PartitionModel model;
    /// Looked at since the last start: what may have been lost then is known.
    boolean isVerified;
    /// The offset behind the last record that was acknowledged.
    private long acknowledgedEnd;
    /// Below this somebody has asked for records to be deleted.
    private long erasedEnd;
    /// Below this nothing is left: that was acknowledged.
    private long startFloor;

    WiredPartition(TopicSlot topic, int index, boolean synced) {
        this.topic = topic;
        this.index = index;
        this.topicId = topic.id();
        this.model = new PartitionModel(topic.name() + "-" + index + "/"
                + topicId.toString().substring(0, 4), synced);
    }

    /// A record below `endOffset` was acknowledged.
    void acknowledged(long endOffset) {
        acknowledgedEnd = Math.max(acknowledgedEnd, endOffset);
    }

    /// What a read that begins now must reach at least.
    long readableEnd() {
        return Math.max(acknowledgedEnd, model.highWatermark());
    }

    /// Somebody asks for the records below `offset` to be deleted.
    void mayBeErased(long offset) {
        model.mayStartAt(offset);
        erasedEnd = Math.max(erasedEnd, offset);
    }

    /// It was acknowledged that nothing is left below `offset`.
    void erased(long offset) {
        model.startsAt(offset);
        startFloor = Math.max(startFloor, offset);
    }

    /// Where a log that is read from now on starts at least.
    long startFloor() {
        return startFloor;
    }

    /// True if the log may begin behind this offset.
    boolean mayStartBehind(long offset) {
        return topic.mayForget() || !model.isFaithful() || offset < erasedEnd;
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
        return isVerified && isThere();
    }

    /// Its topic is there, and nobody is about to delete it.
    boolean isThere() {
        return topic.isUsable() && topicId.equals(topic.id());
    }

    @Override
    public String toString() {
        return topic.name() + "-" + index;
    }
}
