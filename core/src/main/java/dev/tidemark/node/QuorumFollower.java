package dev.tidemark.node;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.base.NewerFormat;
import dev.tidemark.control.ControlCodec;
import dev.tidemark.control.ControlCommand;
import dev.tidemark.control.ControlEvent;
import dev.tidemark.control.ControlReply;
import dev.tidemark.control.decide.ControlMachine;
import dev.tidemark.machine.EventCodec;
import dev.tidemark.machine.Host;
import dev.tidemark.machine.QuorumLog;
import dev.tidemark.quorum.MetadataRecord;
import dev.tidemark.quorum.Quorum;
import dev.tidemark.quorum.QuorumLeader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// What this node makes of what the quorum tells it: the committed metadata, and, as long as this
/// node leads the quorum, the active controller.
///
/// Confined to the quorum's loop.
final class QuorumFollower implements Quorum.Follower {
    private final ControlCodec codec = new ControlCodec();
    private final Quorum quorum;
    private final QuorumLog log;
    private final MetadataFeed metadata;
    private final ControlMachine machine;
    private final Host<ControlCommand, ControlEvent, ControlReply> host;
    private Runnable whenLed = () -> { };
    private Consumer<QuorumLeader> whenLeader = leader -> { };
    private Consumer<IOException> whenFailed = why -> { };
    private long endOffset;

    QuorumFollower(Quorum quorum, QuorumLog log, MetadataFeed metadata, ControlMachine machine,
            Host<ControlCommand, ControlEvent, ControlReply> host) {
        this.quorum = quorum;
        this.log = log;
        this.metadata = metadata;
        this.machine = machine;
        this.host = host;
    }

    /// Each time that this node has become the active controller.
    void onLed(Runnable listener) {
        whenLed = listener;
    }

    /// Each time that somebody is known to lead, or nobody any more.
    void onLeader(Consumer<QuorumLeader> listener) {
        whenLeader = listener;
    }

    /// When the quorum's log can't be read or written any more.
    void onFailed(Consumer<IOException> listener) {
        whenFailed = listener;
    }

    @Override
    public void restored(long snapshotEndOffset, List<MetadataRecord> records) {
        resign();
        List<ControlEvent> state = new ArrayList<>(records.size());
        for (MetadataRecord record : records) {
            state.add(understood(record, snapshotEndOffset));
        }
        metadata.restored(snapshotEndOffset, state);
        endOffset = snapshotEndOffset;
    }

    @Override
    public void committed(long baseOffset, long newEndOffset, List<MetadataRecord> records) {
        check(baseOffset >= endOffset, "committed records follow each other", baseOffset,
                endOffset);
        for (int i = 0; i < records.size(); i++) {
            metadata.committed(baseOffset + i, understood(records.get(i), baseOffset + i));
        }
        endOffset = newEndOffset;
        log.committed(newEndOffset);
    }

    /// What this release can't make sense of, it must not leave out either.
    private ControlEvent understood(MetadataRecord record, long offset) {
        try {
            return codec.decode(record.key().duplicate(),
                    record.value() == null ? null : record.value().duplicate());
        } catch (EventCodec.UnreadableEvent unreadable) {
            throw new NewerFormat("the cluster's metadata can't be read at offset " + offset + ": "
                    + unreadable.getMessage());
        }
    }

    @Override
    public void led(int leaderId, int leaderEpoch) {
        resign();
        if (quorum.isLeader() && quorum.leaderId() == leaderId
                && quorum.leaderEpoch() == leaderEpoch) {
            // What may come behind it already is the quorum's own: nobody else appends here.
            check(endOffset <= quorum.logEndOffset(), "who leads has heard of all", endOffset,
                    quorum.logEndOffset());
            machine.begin(metadata.image());
            String strange = machine.misunderstood();
            if (strange != null) {
                throw new NewerFormat(strange + ": this node can't control the cluster");
            }
            log.lead(leaderEpoch);
            host.resume(log.logEndOffset());
            whenLed.run();
        }
        whenLeader.accept(new QuorumLeader(leaderId, leaderEpoch));
    }

    /// Offsets were given to what waits for the end of the turn.
    @Override
    public void aboutToPoll() {
        host.appendNow();
    }

    private void resign() {
        log.follow();
        host.resign();
    }

    @Override
    public List<MetadataRecord> snapshot() {
        List<MetadataRecord> records = new ArrayList<>();
        for (ControlEvent event : metadata.snapshot()) {
            records.add(new MetadataRecord(codec.key(event), codec.value(event)));
        }
        return records;
    }

    @Override
    public void failed(IOException why) {
        host.failed("the metadata log failed: " + why.getMessage());
        whenFailed.accept(why);
    }
}
