package dev.tidemark.quorum;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.base.Prng;
import dev.tidemark.base.Trace;
import dev.tidemark.io.Disk;
import dev.tidemark.io.Loop;
import dev.tidemark.io.Net;
import dev.tidemark.log.segment.CorruptFile;
import dev.tidemark.quorum.QuorumSettings.VoterAddress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.CorruptRecordException;
import org.apache.kafka.common.message.DescribeQuorumResponseData;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.network.ListenerName;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.raft.KafkaRaftClient;
import org.apache.kafka.raft.RaftClientDoor;
import org.apache.kafka.raft.RaftRequest;
import org.apache.kafka.raft.ReplicaKey;

/// The metadata quorum as this node sees it: a replicated log with a leader, kafka-raft inside.
///
/// kafka-raft has no thread here. It is polled in tasks of the quorum's loop: when something comes
/// in, when it asks to be woken, and when the time has passed that it would have waited. What it
/// says during a poll is told after it, when all that the poll has appended is synced. A node alone
/// is a quorum of one voter, which leads from its first poll on.
///
/// An I/O failure is final: the follower is told, and nothing is polled any more.
///
/// Confined to the quorum's loop, which may block.
public final class Quorum {
    /// Stands for no leader.
    public static final int NO_LEADER = -1;

    /// Stands for the time at which a majority was heard where there is none.
    public static final long NOT_HEARD = Long.MIN_VALUE;

    private static final long LONGEST_CHANGE_MS = 10_000;

    private final QuorumSettings settings;
    private final Loop loop;
    private final Trace trace;
    private final MetadataLog log;
    private final Effects effects = new Effects();
    private final RaftPump pump;
    private KafkaRaftClient<MetadataRecord> client;
    private Follower follower;
    private CommitFeed feed;
    private VoterChannel channel;
    private SnapshotTaking snapshots;
    private final QuorumStanding standing;
    private boolean stopped;
    private boolean isBlank;

    private Quorum(QuorumSettings settings, Loop loop, Trace trace, MetadataLog log)
            throws IOException {
        this.settings = settings;
        this.loop = loop;
        this.trace = trace;
        this.log = log;
        this.pump = new RaftPump(loop, () -> follower.aboutToPoll(), this::poll,
                () -> client != null && !stopped);
        this.isBlank = log.isBlank();
        this.standing = new QuorumStanding(settings, loop.clock());
    }

    /// Who follows the quorum's log. Everything on the quorum's loop, and only what is synced.
    public interface Follower {
        /// In place of all that was told before: the state as of `endOffset`.
        void restored(long endOffset, List<MetadataRecord> records);

        /// These records are committed; none if the batch was the quorum's own.
        ///
        /// @param endOffset the first offset behind them
        void committed(long baseOffset, long endOffset, List<MetadataRecord> records);

        /// Somebody leads. When it is this node, all earlier committed records have been told.
        ///
        /// @param leaderId [#NO_LEADER] if nobody is known to lead
        void led(int leaderId, int leaderEpoch);

        /// The quorum may append records of its own next, when voters change: what the follower
        /// has made up its mind about is to be appended before.
        default void aboutToPoll() {
        }

        /// The shortest list of records that rebuilds what was told.
        List<MetadataRecord> snapshot();

        /// The log can't be read or written any more; nothing more is told.
        void failed(IOException why);
    }

    /// True if a node has been part of a quorum from this disk, or was about to be: its directory
    /// is made before anybody hears of the node.
    public static boolean isIn(Disk disk) throws IOException {
        return disk.exists(MetadataLog.DIRECTORY);
    }

    /// Opens the log and recovers it. Blocks; on any thread.
    ///
    /// @param doubted true if an earlier process met a failed sync in this directory
    public static Quorum open(QuorumSettings settings, Disk disk, Loop loop, boolean doubted,
            Trace trace) throws IOException {
        try {
            return new Quorum(settings, loop, trace,
                    MetadataLog.open(disk, loop.clock(), doubted, trace));
        } catch (CorruptFile damaged) {
            throw DamagedMetadata.of(settings, damaged);
        }
    }

    /// Begins to take part. Once, on the quorum's loop.
    ///
    /// @param net the way to the other voters
    public void start(Prng prng, Net net, Follower newFollower) {
        check(loop.inLoop(), "the quorum lives on its loop");
        check(follower == null, "a quorum is started once");
        follower = newFollower;
        feed = new CommitFeed(effects, newFollower, this::leaderIs);
        channel = new VoterChannel(net, loop, trace, settings, effects,
                () -> isLeader() ? leaderEpoch() + 1 : leaderEpoch(), this::isPlaced);
        if (isBlank && settings.isFounder()) {
            new Founding(settings, channel, loop, trace, outcome -> {
                if (!stopped) {
                    begin(prng, outcome);
                }
            }).ask();
        } else {
            begin(prng, new Founding.Founded(List.of()));
        }
    }

    /// @param outcome with founders if it is for this node to begin the quorum
    private void begin(Prng prng, Founding.Founded outcome) {
        isBlank = false;
        try {
            if (!outcome.founders().isEmpty()) {
                RaftClients.found(settings, outcome.founders(), log, loop);
            }
            client = RaftClients.open(settings, loop, prng,
                    new RaftClients.Ports(channel, pump.queue(), log), log.votes());
            if (!client.kraftVersion().isReconfigSupported() && logEndOffset() > 0) {
                throw new UncheckedIOException(new IOException("the metadata log is of an earlier"
                        + " release, whose voters had no directories"));
            }
        } catch (UncheckedIOException broken) {
            fail(broken.getCause());
            return;
        } catch (CorruptRecordException damaged) {
            fail(DamagedMetadata.of(settings, damaged));
            return;
        }
        snapshots = new SnapshotTaking(client, log, feed, follower, settings.snapshotBytes(),
                trace);
        client.register(feed);
        pump.turn();
    }

    private boolean isPlaced(int nodeId) {
        return client != null && client.voterNode(nodeId,
                ListenerName.normalised(settings.listener())).isPresent();
    }

    private void leaderIs(QuorumLeader now) {
        standing.ledBy(now, client);
        if (!settings.isAlone()) {
            trace.info("quorum leader=" + (now.nodeId() == NO_LEADER ? "none" : now.nodeId())
                    + " leaderEpoch=" + now.leaderEpoch());
        }
    }

    private void poll() {
        try {
            client.poll();
            if (log.failure() == null) {
                standing.polled(client);
                effects.release();
                snapshots.takeIfDue();
            }
        } catch (UncheckedIOException broken) {
            fail(broken.getCause());
        } catch (CorruptRecordException damaged) {
            fail(DamagedMetadata.of(settings, damaged));
        }
        if (log.failure() != null) {
            fail(log.failure());
        }
    }

    private void fail(IOException why) {
        if (!stopped) {
            stopped = true;
            effects.drop();
            IOException told = why instanceof CorruptFile ? DamagedMetadata.of(settings, why) : why;
            trace.warn("quorum stopped reason=" + told.getMessage());
            follower.failed(told);
        }
    }

    /// A request of another node, or of a client.
    ///
    /// @param listener the listener by which it came
    /// @param version of the request
    public record Asked(String listener, int correlationId, short version, ApiMessage body) {
    }

    /// Serves a request of the quorum's protocol: VOTE, BEGIN_QUORUM_EPOCH, END_QUORUM_EPOCH,
    /// ADD_, REMOVE_ and UPDATE_RAFT_VOTER, FETCH of the metadata log, FETCH_SNAPSHOT and
    /// DESCRIBE_QUORUM.
    ///
    /// @param reply told the response once, on this loop, maybe much later: a fetch waits for news
    public void handle(Asked asked, Consumer<ApiMessage> reply) {
        check(loop.inLoop(), "the quorum lives on its loop");
        int unplaced = NamedLeader.unplacedBy(asked.body());
        if (stopped || client == null || (unplaced >= 0 && !isPlaced(unplaced))) {
            reply.accept(stamped(VoterChannel.unavailable(asked.body())));
            return;
        }
        if (asked.body() instanceof FetchRequestData fetch && isLeader()) {
            standing.fetched(fetch, client);
        }
        var inbound = new RaftRequest.Inbound(ListenerName.normalised(asked.listener()),
                asked.correlationId(), asked.version(), asked.body(), loop.clock().millis());
        var _ = client.handle(inbound).whenComplete((response, failure) -> effects.add(() ->
                reply.accept(failure == null ? stamped(response.data())
                        : VoterChannel.unavailable(asked.body()))));
    }

    /// Lets a fetch's answer tell when it left, and a description who gave it.
    private ApiMessage stamped(ApiMessage response) {
        if (response instanceof FetchResponseData fetched && isLeader()) {
            new RoundTrip(leaderEpoch(), loop.clock().nanos()).put(fetched);
        }
        if (response instanceof DescribeQuorumResponseData described && !stopped) {
            Founder.of(settings, isBlank).put(described);
        }
        return response;
    }

    /// A time at which this node led for certain, in the loop's monotonic nanoseconds: nobody else
    /// can have been elected before it. While this node leads and hears of a majority, it lags
    /// behind the present by the time that a fetch waits; after that it stands still. Of a node
    /// that is the only voter it is the present. Any thread may ask.
    ///
    /// @return [#NOT_HEARD] if there has been no such time
    public long majorityHeardNs() {
        return standing.majorityHeardNs();
    }

    /// As [#handle], for what any node may be asked and the leader answers: DESCRIBE_QUORUM,
    /// ADD_RAFT_VOTER and REMOVE_RAFT_VOTER.
    public void askLeader(Asked asked, Consumer<ApiMessage> reply) {
        check(loop.inLoop(), "the quorum lives on its loop");
        VoterAddress known = standing.addressOf(leaderId());
        if (stopped || isLeader() || known == null) {
            handle(asked, reply);
        } else {
            channel.ask(known, asked.body(), LONGEST_CHANGE_MS,
                    response -> reply.accept(response == null
                            ? VoterChannel.unavailable(asked.body()) : response));
        }
    }

    /// Who leads, as far as this node has been told. Any thread may ask.
    public QuorumLeader leader() {
        return standing.leader();
    }

    /// Where a node listens that leads, or is one of the founders; null if that is not known. Any
    /// thread may ask.
    public VoterAddress addressOf(int nodeId) {
        return standing.addressOf(nodeId);
    }

    /// True if this node votes, as far as it knows. Any thread may ask.
    public boolean isVoter() {
        return standing.isVoter();
    }

    /// Appends records as one batch.
    ///
    /// @param leaderEpoch the epoch in which this node was told to lead
    /// @return the offset behind the last of them; -1 if this node doesn't lead in that epoch, or
    ///     can't take them
    public long append(int leaderEpoch, List<MetadataRecord> records) {
        check(loop.inLoop(), "the quorum lives on its loop");
        check(!records.isEmpty(), "an append holds something");
        if (stopped) {
            return -1;
        }
        try {
            long before = log.endOffset().offset();
            long last = client.prepareAppend(leaderEpoch, records);
            check(last >= before, "what is appended comes last", last, before);
            client.schedulePreparedAppend();
            return last + 1;
        } catch (RuntimeException refused) {
            if (refused instanceof ApiException || isRefusal(refused)) {
                trace.warn("metadata not appended reason=" + refused.getMessage());
                return -1;
            }
            throw refused;
        }
    }

    private static boolean isRefusal(RuntimeException refused) {
        return refused.getClass().getPackageName().equals("org.apache.kafka.raft.errors");
    }

    /// Gives leadership up, if this node leads in that epoch.
    public void resign(int leaderEpoch) {
        check(loop.inLoop(), "the quorum lives on its loop");
        if (!stopped && isLeader() && client.leaderAndEpoch().epoch() == leaderEpoch) {
            client.resign(leaderEpoch);
        }
    }

    /// Before this node stops: if it leads, others are told to elect somebody else now rather than
    /// when they have missed it.
    ///
    /// @param stays false for a node that is about to stop too, or is known not to be there
    /// @param mayStop told once, when somebody else leads, or nobody does within a while: a short
    ///     one if too few stay to elect anybody
    public void leave(IntPredicate stays, Runnable mayStop) {
        check(loop.inLoop(), "the quorum lives on its loop");
        if (!isLeader() || standing.isOnlyVoter()) {
            mayStop.run();
            return;
        }
        List<ReplicaKey> voters = RaftClientDoor.voters(client);
        long staying = voters.stream().mapToInt(ReplicaKey::id)
                .filter(id -> id != settings.nodeId() && stays.test(id)).count();
        resign(leaderEpoch());
        new Departure(this, loop, mayStop).begin(staying, voters.size());
    }

    /// Who is known to lead, or [#NO_LEADER].
    public int leaderId() {
        return client == null ? NO_LEADER : client.leaderAndEpoch().leaderId().orElse(NO_LEADER);
    }

    /// The present epoch.
    public int leaderEpoch() {
        return client == null ? 0 : client.leaderAndEpoch().epoch();
    }

    /// True if this node leads, as far as it knows.
    public boolean isLeader() {
        return leaderId() == settings.nodeId();
    }

    /// The end of what is committed; 0 if that is not known yet.
    public long highWatermark() {
        return client == null ? 0 : client.highWatermark().orElse(0);
    }

    /// The end of this node's log.
    public long logEndOffset() {
        return log.endOffset().offset();
    }

    /// The first offset that the log still has; below is the snapshot.
    public long logStartOffset() {
        return log.startOffset();
    }

    /// True if nothing will be appended any more.
    public boolean isLost() {
        return stopped;
    }

    /// The loop that it lives on.
    public Loop loop() {
        return loop;
    }

    /// Syncs everything, and writes a snapshot if the next start would have much to read. Blocks;
    /// to be called when the loop no longer runs.
    public void close() throws IOException {
        if (stopped) {
            return;
        }
        try {
            if (snapshots != null) {
                snapshots.takeBeforeTheEnd();
            }
        } catch (UncheckedIOException broken) {
            throw broken.getCause();
        } finally {
            stopped = true;
        }
        log.shut();
    }
}
