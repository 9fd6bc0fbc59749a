package dev.tidemark.sim.cluster;

import static dev.tidemark.sim.model.Finding.require;

import dev.tidemark.base.Prng;
import dev.tidemark.sim.model.BatchMill;
import dev.tidemark.sim.model.ProducerStream;
import dev.tidemark.sim.model.SentBatch;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.message.InitProducerIdRequestData;
import org.apache.kafka.common.message.InitProducerIdResponseData;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceRequestData.PartitionProduceData;
import org.apache.kafka.common.message.ProduceRequestData.TopicProduceData;
import org.apache.kafka.common.message.ProduceRequestData.TopicProduceDataCollection;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.message.ProduceResponseData.PartitionProduceResponse;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.MemoryRecords;

/// An idempotent producer: asks the leader of each partition to have its batches kept by all in
/// sync, five at a time, and sends what was not acknowledged again, in order, until it is.
final class ClusterProducer {
    private static final int MOST_BATCHES_A_STEP = 3;
    private static final int LONGEST_PAUSE_MS = 60;
    private static final short ALL_IN_SYNC = -1;

    private final WholeClusterWorld world;
    private final ClusterRig rig;
    private final Prng prng;
    private final RoamingClient caller;
    private final LeaderTable table;
    private final BatchMill mill;
    private final Map<ReplicatedLog, Feed> feeds = new LinkedHashMap<>();
    private long freshId = -1;
    private boolean isAsking;
    private int streamCount;
    private long acknowledged;

    ClusterProducer(WholeClusterWorld world, Prng prng, String name, BatchMill mill) {
        this.world = world;
        this.rig = world.rig();
        this.prng = prng;
        this.mill = mill;
        caller = new RoamingClient(rig, prng.split(), name);
        table = new LeaderTable(world, caller);
        caller.repeat(LONGEST_PAUSE_MS, this::step);
    }

    /// What goes to one partition.
    private static final class Feed {
        private final TopicLife topic;
        private final int partition;
        private final ReplicatedLog log;
        private final ProducerStream stream;
        private int underWay;
        /// Where that goes: nothing is sent past it to another leader, so that what is sent again
        /// is among the last that the log remembers.
        private int sentTo;
        private int unanswered;
        /// The last attempts had no faults before them, so nothing may be out of order.
        private boolean isClean = true;

        Feed(TopicLife topic, int partition, ProducerStream stream) {
            this.topic = topic;
            this.partition = partition;
            this.log = topic.logs.get(partition);
            this.stream = stream;
        }
    }

    private void step() {
        feeds.values().removeIf(feed -> feed.topic.isDoomed());
        List<TopicLife> topics = world.topics();
        TopicLife topic = topics.get(prng.nextInt(topics.size()));
        if (!topic.isUsable()) {
            return;
        }
        Feed feed = feed(topic, prng.nextInt(topic.logs.size()));
        if (feed == null) {
            return;
        }
        if (!table.of(topic).isKnown(feed.partition)) {
            table.refresh();
            return;
        }
        boolean isMoving = feed.sentTo != table.of(topic).id(feed.partition);
        if (feed.underWay > 0 && (isMoving || feed.stream.isInterrupted())) {
            return;
        }
        if (feed.stream.isInterrupted()) {
            feed.isClean = true;
            feed.stream.again().forEach(batch -> send(feed, batch));
        }
        for (int i = prng.nextInt(MOST_BATCHES_A_STEP + 1); i > 0 && !feed.stream.isFull()
                && world.isBusy(); i--) {
            SentBatch batch = feed.stream.next(caller.nowMs());
            feed.unanswered++;
            send(feed, batch);
        }
    }

    private Feed feed(TopicLife topic, int partition) {
        Feed feed = feeds.get(topic.logs.get(partition));
        if (feed == null && freshId < 0) {
            askForId();
        } else if (feed == null) {
            feed = new Feed(topic, partition, ProducerStream.idempotent(
                    caller.name() + "." + streamCount++, mill, freshId));
            freshId = -1;
            feeds.put(feed.log, feed);
        }
        return feed;
    }

    private void askForId() {
        if (isAsking) {
            return;
        }
        isAsking = true;
        var request = new InitProducerIdRequestData().setTransactionalId(null)
                .setTransactionTimeoutMs(60_000).setProducerId(-1).setProducerEpoch((short) -1);
        caller.ask(caller.anyNode(), ApiKeys.INIT_PRODUCER_ID, request,
                (InitProducerIdResponseData answer) -> {
                    isAsking = false;
                    Errors error = Errors.forCode(answer.errorCode());
                    rig.note("producer id " + error, answer.producerId());
                    if (error == Errors.NONE) {
                        world.isFreshProducerId(answer.producerId());
                        freshId = answer.producerId();
                    }
                }, () -> isAsking = false);
    }

    private void send(Feed feed, SentBatch batch) {
        feed.log.sending(batch);
        feed.underWay++;
        int leader = table.of(feed.topic).id(feed.partition);
        if (leader < 0) {
            feed.underWay--;
            interrupted(feed);
            return;
        }
        feed.sentTo = leader;
        rig.note("produces " + feed.log + " " + batch + " to", leader);
        caller.ask(leader, ApiKeys.PRODUCE, request(feed, batch), (ProduceResponseData answer) -> {
            feed.underWay--;
            answered(feed, batch, answer.responses().iterator().next().partitionResponses()
                    .getFirst());
        }, () -> {
            feed.underWay--;
            interrupted(feed);
        });
    }

    private ProduceRequestData request(Feed feed, SentBatch batch) {
        var topics = new TopicProduceDataCollection();
        topics.add(new TopicProduceData().setTopicId(feed.topic.id()).setPartitionData(
                List.of(new PartitionProduceData().setIndex(feed.partition)
                        .setRecords(MemoryRecords.readableRecords(batch.bytes())))));
        return new ProduceRequestData().setAcks(ALL_IN_SYNC)
                .setTimeoutMs(500 + prng.nextInt(8_000)).setTopicData(topics);
    }

    private void answered(Feed feed, SentBatch batch, PartitionProduceResponse answer) {
        Errors error = Errors.forCode(answer.errorCode());
        rig.note("produced " + feed.log + " " + batch + " " + error, answer.baseOffset());
        if (feed.topic.isDoomed()) {
            return;
        }
        switch (error) {
            case NONE -> {
                feed.log.acknowledged(batch, answer.baseOffset());
                feed.stream.answered(batch);
                feed.unanswered--;
                acknowledged++;
            }
            case NOT_LEADER_OR_FOLLOWER, UNKNOWN_TOPIC_OR_PARTITION, UNKNOWN_TOPIC_ID,
                    NOT_ENOUGH_REPLICAS, NOT_ENOUGH_REPLICAS_AFTER_APPEND, REQUEST_TIMED_OUT,
                    KAFKA_STORAGE_ERROR, LEADER_NOT_AVAILABLE -> interrupted(feed);
            default -> {
                require(error == Errors.OUT_OF_ORDER_SEQUENCE_NUMBER && !feed.isClean,
                        "a batch that follows the last is taken", "log", feed.log, "batch", batch,
                        "error", error, "why", answer.errorMessage());
                interrupted(feed);
            }
        }
    }

    /// An earlier batch may be missing: all that is unanswered is to be sent again.
    private void interrupted(Feed feed) {
        feed.isClean = false;
        feed.stream.interrupted();
        table.of(feed.topic).forget(feed.partition);
        table.refresh();
    }

    /// Batches that it has an acknowledgement of.
    long acknowledged() {
        return acknowledged;
    }

    String name() {
        return caller.name();
    }

    /// Batches that it still has no acknowledgement of.
    int unanswered() {
        return feeds.values().stream().filter(feed -> !feed.topic.isDoomed())
                .mapToInt(feed -> feed.unanswered).sum();
    }
}
