package dev.tidemark.quorum;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.base.Marks;
import dev.tidemark.base.Trace;
import dev.tidemark.io.Loop;
import dev.tidemark.quorum.QuorumSettings.VoterAddress;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.kafka.common.message.DescribeQuorumRequestData;
import org.apache.kafka.common.message.DescribeQuorumResponseData;
import org.apache.kafka.common.protocol.ApiMessage;

/// How several nodes with empty disks begin a quorum: each asks all others which data directory
/// they have. Once all have answered, and none knows of a quorum, the set of voters follows from
/// the answers, the same on every node. Where one does know of a quorum, there is one: whoever has
/// an empty disk then joins it, and begins nothing.
///
/// So a disk that was replaced never begins a second history: for that, every founder would have to
/// have forgotten the first.
///
/// Confined to the quorum's loop.
final class Founding {
    private static final long PAUSE_MS = 50;
    private static final long PATIENCE_MS = 1_000;
    private static final int ROUNDS_TOLD = 200;

    private final QuorumSettings settings;
    private final VoterChannel channel;
    private final Loop loop;
    private final Trace trace;
    private final Consumer<Founded> whenDone;
    private final Map<Integer, Founder> blank = new TreeMap<>();
    private final Founder self;
    private int round;
    private boolean done;

    /// @param whenDone told once
    Founding(QuorumSettings settings, VoterChannel channel, Loop loop, Trace trace,
            Consumer<Founded> whenDone) {
        check(settings.isFounder(), "who begins a quorum is one of its founders");
        this.settings = settings;
        this.channel = channel;
        this.loop = loop;
        this.trace = trace;
        this.whenDone = whenDone;
        self = Founder.of(settings, true);
        blank.put(settings.nodeId(), self);
    }

    /// How it ended.
    ///
    /// @param founders all of them; empty if there is a quorum already
    record Founded(Collection<Founder> founders) {
    }

    /// Asks all of whom nothing is known yet.
    void ask() {
        if (done) {
            return;
        }
        if (blank.size() == settings.membership().founders().size()) {
            finish(new Founded(blank.values()));
            return;
        }
        int asked = ++round;
        for (VoterAddress each : settings.membership().founders()) {
            if (!blank.containsKey(each.nodeId())) {
                channel.ask(each, new DescribeQuorumRequestData(), PATIENCE_MS,
                        answer -> answered(each, answer));
            }
        }
        if (asked % ROUNDS_TOLD == 0) {
            trace.info("quorum not founded yet: of " + settings.membership().founders().size()
                    + " founders there are " + blank.keySet());
        }
        loop.schedule(PAUSE_MS, this::ask);
    }

    private void answered(VoterAddress asked, ApiMessage answer) {
        Founder other = answer instanceof DescribeQuorumResponseData described
                ? Founder.of(described) : null;
        if (done || other == null || other.nodeId() != asked.nodeId()) {
            return;
        }
        if (!other.isBlank()) {
            Marks.hit("an empty disk joins a quorum that is there");
            finish(new Founded(List.of()));
            return;
        }
        if (other.plan() != self.plan()) {
            // It is told of other founders, or of another cluster: nothing is begun with it.
            return;
        }
        check(other.nodeId() != settings.nodeId(), "nobody asks itself", other.nodeId());
        blank.put(other.nodeId(), other);
        check(blank.size() <= settings.membership().founders().size(),
                "only founders begin a quorum", blank.size());
    }

    private void finish(Founded outcome) {
        done = true;
        whenDone.accept(outcome);
    }
}
