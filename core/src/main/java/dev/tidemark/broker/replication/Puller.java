package dev.tidemark.broker.replication;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.base.Marks;
import dev.tidemark.io.Frame;
import dev.tidemark.io.Loop;
import dev.tidemark.replica.FollowerReplica;
import dev.tidemark.replica.Partition;
import dev.tidemark.wire.PeerClient;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.FetchResponseData.FetchableTopicResponse;
import org.apache.kafka.common.message.FetchResponseData.PartitionData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;

/// Fetches what one leader has for the partitions of one loop, by one incremental session.
///
/// The leader holds a fetch until there is something to tell. The next one leaves when all that the
/// last one brought is durable, and says so: a record that comes while a round of the journal is
/// under way has to wait for the next round anyway, so that it costs little to ask for it only
/// then, and the leader never waits to learn what is durable. Where something else has changed, a
/// partition that joins for one, a second fetch is sent behind the first, which ends that one's
/// wait.
///
/// Confined to its loop.
final class Puller {
    static final int MAX_WAIT_MS = 500;
    /// A leader that says nothing for so long is not waited for.
    private static final int PATIENCE_MS = MAX_WAIT_MS + 1_500;
    private static final int PAUSE_MS = 50;
    /// A disk that takes longer holds up the partitions that wait for it, and no others.
    private static final int MOST_SYNC_MS = 1_000;
    private static final int MOST_UNDER_WAY = 2;
    /// What is over sooner is usual after each change of leaders.
    private static final int TROUBLES_TO_TELL = 60;

    private final Loop loop;
    private final int leaderId;
    private final Peers peers;
    private final Map<Partition, Pulled> pulled = new LinkedHashMap<>();
    private final PulledSession session;
    private final Runnable endOfTurn = this::send;
    private Peers.Address address;
    private PeerClient client;
    /// How many partitions wait for their syncs.
    private int waiting;
    private final FetchBudget budget = new FetchBudget();
    /// Of what was brought last and is not all on disk: how much, and when it was asked for.
    private long broughtBytes;
    private long broughtFromNs;
    private int underWay;
    private boolean isSending;
    private boolean isClosed;
    /// Nothing is sent before: the leader could not be reached.
    private boolean isPausing;
    private Loop.Timer syncTimer;
    /// There is no room for what is throttled.
    private boolean isHolding;

    Puller(Loop loop, int leaderId, Peers peers) {
        this.loop = loop;
        this.leaderId = leaderId;
        this.peers = peers;
        this.session = new PulledSession(peers);
    }

    /// Fetches this partition too, from the next fetch on.
    void add(Partition partition, FollowerReplica follower) {
        check(loop.inLoop(), "a puller is confined to its loop");
        check(!pulled.containsKey(partition), "a partition is fetched once");
        var one = new Pulled(partition, follower);
        pulled.put(partition, one);
        one.isHeldBack = isHolding && isThrottled(one);
        session.add(one);
        follower.onProgress(() -> progressed(one));
        sendSoon();
    }

    /// Fetches it no more.
    void remove(Partition partition) {
        Pulled gone = pulled.remove(partition);
        if (gone != null) {
            gone.follower.onProgress(() -> { });
            session.remove(gone);
            settle(gone);
        }
    }

    boolean isEmpty() {
        return pulled.isEmpty();
    }

    /// The follower that it fetches for, or null.
    FollowerReplica followerOf(Partition partition) {
        Pulled one = pulled.get(partition);
        return one == null ? null : one.follower;
    }

    /// Ends the connection; nothing is fetched any more.
    void close() {
        isClosed = true;
        List.copyOf(pulled.keySet()).forEach(this::remove);
        if (client != null) {
            client.close();
        }
    }

    private void progressed(Pulled one) {
        if (one.isWaiting && one.isDurable()) {
            settle(one);
        } else if (!one.isWaiting && one.isReady() && !one.isKnown()) {
            session.changed(one);
            sendSoon();
        }
    }

    private void settle(Pulled one) {
        if (one.isWaiting) {
            one.isWaiting = false;
            session.changed(one);
            waiting--;
            if (waiting == 0) {
                spent();
            }
            sendSoon();
        }
    }

    private void spent() {
        budget.spent(broughtBytes, loop.clock().nanos() - broughtFromNs);
        broughtBytes = 0;
    }

    /// At the end of the turn, so that one fetch speaks of all that has become durable in it.
    private void sendSoon() {
        if (!isSending && maySend()) {
            isSending = true;
            loop.atEndOfTurn(endOfTurn);
        }
    }

    private boolean maySend() {
        boolean free = underWay == 0 || (underWay < MOST_UNDER_WAY && session.isOpen());
        return free && waiting == 0 && !isClosed && !isPausing && session.hasNews(underWay == 0);
    }

    private void send() {
        isSending = false;
        if (!maySend()) {
            return;
        }
        if (!connect()) {
            pause();
            return;
        }
        if (syncTimer != null) {
            syncTimer.cancel();
            syncTimer = null;
        }
        underWay++;
        FetchRequestData request = session.request(MAX_WAIT_MS, budget.bytes());
        client.send(ApiKeys.FETCH, request, PATIENCE_MS,
                new Asked(session.number(), session.lastFetch(), loop.clock().nanos()));
    }

    /// @return false if nobody knows where the leader is
    private boolean connect() {
        Peers.Address now = peers.addresses().apply(leaderId);
        if (now != null && !now.equals(address)) {
            if (client != null) {
                client.close();
            }
            address = now;
            session.reset();
            client = new PeerClient(peers.net(), loop, now.host(), now.port(),
                    "replica-" + peers.localId() + "-" + loop.index(), peers.trace());
        }
        return client != null;
    }

    private void pause() {
        if (!isPausing) {
            isPausing = true;
            loop.schedule(PAUSE_MS, () -> {
                isPausing = false;
                sendSoon();
            });
        }
    }

    /// One fetch.
    private final class Asked implements PeerClient.Answer {
        private final int number;
        private final int fetch;
        private final long sentNs;

        Asked(int number, int fetch, long sentNs) {
            this.number = number;
            this.fetch = fetch;
            this.sentNs = sentNs;
        }

        @Override
        public void answered(ApiMessage body, Frame frame) {
            underWay--;
            if (!isClosed && number == session.number()) {
                broughtFromNs = sentNs;
                Puller.this.answered(fetch, (FetchResponseData) body, frame);
            }
            sendSoon();
        }

        @Override
        public void failed(String why) {
            underWay--;
            if (!isClosed && number == session.number()) {
                session.reset();
                pause();
            }
            // The session may have been given up while this was under way.
            sendSoon();
        }
    }

    private void answered(int fetch, FetchResponseData response, Frame frame) {
        Errors error = Errors.forCode(response.errorCode());
        if (error != Errors.NONE) {
            session.reset();
            if (error != Errors.FETCH_SESSION_ID_NOT_FOUND) {
                pause();
            }
            return;
        }
        session.answered(response.sessionId());
        for (FetchableTopicResponse topic : response.responses()) {
            for (PartitionData row : topic.partitions()) {
                Pulled one = session.get(topic.topicId(), row.partitionIndex());
                broughtBytes += row.records() == null ? 0 : row.records().sizeInBytes();
                if (one != null && !one.isAnswered(fetch)) {
                    Marks.hit("answer to a replica's fetch is about an earlier question");
                } else if (one != null) {
                    take(one, row, frame);
                }
            }
        }
        if (waiting > 0) {
            awaitSyncs();
        } else {
            spent();
        }
        holdBack();
    }

    /// Replicas in sync are never held back.
    private boolean isThrottled(Pulled one) {
        return peers.throttle().covers(one.id().topic(), one.id().index())
                && !one.partition.leadership().isr().contains(peers.localId());
    }

    /// Leaves out what is throttled until there is room for it.
    private void holdBack() {
        long waitMs = isHolding || !peers.throttle().isOn() ? 0
                : peers.throttle().waitMs(loop.clock());
        if (waitMs == 0) {
            return;
        }
        for (Pulled one : pulled.values()) {
            if (isThrottled(one)) {
                Marks.hit("a follower waits for its throttle");
                one.isHeldBack = true;
                isHolding = true;
                session.changed(one);
            }
        }
        if (isHolding) {
            loop.schedule(Math.min(waitMs, MAX_WAIT_MS), this::goOn);
        }
    }

    /// The throttle may have been taken away meanwhile.
    private void goOn() {
        isHolding = false;
        for (Pulled one : pulled.values()) {
            if (one.isHeldBack) {
                one.isHeldBack = false;
                session.changed(one);
            }
        }
        holdBack();
        sendSoon();
    }

    private void take(Pulled one, PartitionData row, Frame frame) {
        if (peers.throttle().isOn() && isThrottled(one) && row.records() != null) {
            peers.throttle().took(row.records().sizeInBytes(), loop.clock());
        }
        String trouble = PulledAnswer.take(one, row, frame);
        if (one.partition.offline() != Errors.NONE) {
            remove(one.partition);
            return;
        }
        one.troubles = trouble == null ? 0 : one.troubles + 1;
        if (trouble != null) {
            if (one.troubles == TROUBLES_TO_TELL || one.follower.damage() != null) {
                peers.trace().info("partition=" + one.id() + " not replicated leader=" + leaderId
                        + " cause=" + trouble);
            }
            leaveOut(one);
        }
        session.changed(one);
        if (!one.isDurable() && !one.isWaiting && !one.follower.isCutting()) {
            one.isWaiting = true;
            waiting++;
        }
    }

    private void leaveOut(Pulled one) {
        one.isPaused = true;
        loop.schedule(PAUSE_MS, () -> {
            one.isPaused = false;
            if (pulled.get(one.partition) == one) {
                session.changed(one);
                sendSoon();
            }
        });
    }

    private void awaitSyncs() {
        if (syncTimer != null) {
            syncTimer.cancel();
        }
        syncTimer = loop.schedule(MOST_SYNC_MS, () -> {
            syncTimer = null;
            waiting = 0;
            for (Pulled one : pulled.values()) {
                one.isWaiting = false;
                session.changed(one);
            }
            sendSoon();
        });
    }
}
