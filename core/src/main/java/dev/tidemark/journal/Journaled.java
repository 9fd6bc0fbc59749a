package dev.tidemark.journal;

import dev.tidemark.io.Loop;
import java.io.IOException;
import org.apache.kafka.common.Uuid;

/// A log whose appends go through the journal: a partition, as the journal sees it.
///
/// [#name], [#topicId] and [#loop] never change. [#durable] and [#failed] are called on [#loop].
public interface Journaled {
    /// The partition's directory, as in `orders-3`.
    String name();

    /// The topic's identity: a topic deleted and created again under its name has another.
    Uuid topicId();

    /// The loop that the log is confined to, and its lane with it.
    Loop loop();

    /// True if nobody is told of an append before it is durable. Of a log of which somebody may be,
    /// a start keeps whatever a crash has left.
    default boolean isSynced() {
        return true;
    }

    /// All of the log below `endOffset` survives a crash. Called once per round that held
    /// something of this log, with the highest end of that round; it never exceeds what the log
    /// holds, and falls only after a [JournalLane#truncated] of the log.
    void durable(long endOffset);

    /// The data directory is lost to writing: what was not yet reported durable never will be.
    /// May be called more than once, and is called for each append that is tried after it.
    void failed(IOException failure);
}
