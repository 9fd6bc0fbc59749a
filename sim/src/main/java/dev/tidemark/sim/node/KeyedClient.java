package dev.tidemark.sim.node;

import static dev.tidemark.sim.model.Finding.require;

import dev.tidemark.base.Prng;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.message.CreateTopicsResponseData;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.FetchResponseData.PartitionData;
import org.apache.kafka.common.message.InitProducerIdRequestData;
import org.apache.kafka.common.message.InitProducerIdResponseData;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.record.internal.SimpleRecord;

/// Has a cleaned topic of its own: writes values and tombstones of a few keys to it, and reads all
/// of it again and again, while it is cleaned as often as can be.
///
/// A record's number stands in a header, so that a tombstone has one, too.
final class KeyedClient implements SimClient {
    private static final int KEYS = 8;
    private static final int MOST_RECORDS = 4;
    private static final int MOST_UNANSWERED = 3;
    private static final int MOST_FETCHES = 10_000;
    private static final short ALL_IN_SYNC = -1;

    private final NodeWorld world;
    private final NodeRig rig;
    private final Prng prng;
    private final TopicSlot slot;
    private final Link link;
    private final Map<String, String> configs = new TreeMap<>();
    private final KeyedModel model;
    private final boolean isIdempotent;
    /// Null if it has no identity, or none yet.
    private KeyedProducer producer;
    private int identities;
    private long nextNumber;
    private boolean isVerified;

    KeyedClient(NodeWorld world, Prng prng, String name) {
        this.world = world;
        this.rig = world.rig();
        this.prng = prng;
        slot = new TopicSlot(name);
        link = new Link(rig, prng.split());
        isIdempotent = prng.chance(1, 2);
        boolean forgets = prng.chance(world.plan().retentionPercent(), 100);
        long tombstonesLastMs = prng.nextInt(10_000);
        configs.put("cleanup.policy", forgets ? "compact,delete" : "compact");
        configs.put("retention.ms", forgets
                ? Integer.toString(1_000 + prng.nextInt(20_000)) : "-1");
        configs.put("delete.retention.ms", Long.toString(tombstonesLastMs));
        configs.put("segment.ms", Integer.toString(1 + prng.nextInt(1_000)));
        configs.put("min.cleanable.dirty.ratio", "0.0" + prng.nextInt(10));
        configs.put("min.compaction.lag.ms", Integer.toString(
                prng.chance(1, 2) ? 0 : prng.nextInt(1_000)));
        configs.put("max.compaction.lag.ms", Integer.toString(1_000 + prng.nextInt(5_000)));
        configs.put("index.interval.bytes", Integer.toString(prng.nextInt(4_096)));
        configs.put("file.delete.delay.ms", Integer.toString(prng.nextInt(2_000)));
        configs.put("segment.index.bytes", prng.chance(1, 2) ? "64" : "10485760");
        model = new KeyedModel(name, forgets, tombstonesLastMs);
    }

    @Override
    public Link link() {
        return link;
    }

    @Override
    public void step() {
        boolean isFailed = rig.node().dir().failure() != null;
        if (slot.isToBeSettled(rig.passedMs()) && !isFailed) {
            world.inspector().lookAt(List.of(slot));
        } else if (slot.change() != TopicSlot.Change.NONE) {
            return;
        } else if (slot.id() == null) {
            create();
        } else if (!isFailed && (!isVerified || prng.chance(1, 5))) {
            read();
        } else if (isVerified && isIdempotent && producer == null) {
            askForId();
        } else if (isVerified && producer != null && producer.isInterrupted()) {
            sendAgain();
        } else if (isVerified && link.pending() < MOST_UNANSWERED) {
            produce();
        }
    }

    @Override
    public void started() {
        world.inspector().lookAt(List.of(slot));
        if (slot.id() != null && prng.chance(3, 4)) {
            read();
        }
    }

    @Override
    public void crashed() {
        link.crashed();
        slot.lost(rig.passedMs(), false);
        isVerified = false;
    }

    private void create() {
        slot.creating(1, configs);
        rig.note("creates " + slot.name() + " " + configs, 1);
        link.ask(ApiKeys.CREATE_TOPICS, 7, Requests.createTopic(slot.name(), 1, configs),
                (CreateTopicsResponseData answer) -> {
                    var topic = answer.topics().find(slot.name());
                    Errors error = Errors.forCode(topic.errorCode());
                    require(error == Errors.NONE || world.plan().mayFail(),
                            "a cleaned topic is made", "error", error, "why",
                            topic.errorMessage());
                    if (error == Errors.NONE) {
                        slot.done(topic.topicId());
                    } else {
                        slot.lost(rig.passedMs(), true);
                    }
                }, () -> slot.lost(rig.passedMs(), rig.computer.isRunning()));
    }

    private WiredPartition partition() {
        return slot.partitions().getFirst();
    }

    private void produce() {
        var batch = new ArrayList<KeyedRecord>();
        var records = new SimpleRecord[1 + prng.nextInt(MOST_RECORDS)];
        for (int i = 0; i < records.length; i++) {
            KeyedRecord record = draw();
            model.sending(record);
            batch.add(record);
            records[i] = simple(record);
        }
        rig.note("writes " + batch, records.length);
        Compression codec = prng.chance(1, 3) ? Compression.lz4().build() : Compression.NONE;
        if (producer != null) {
            send(producer, producer.next(batch, codec, records));
            return;
        }
        link.ask(ApiKeys.PRODUCE, 13, Requests.produce(partition(),
                MemoryRecords.withRecords(codec, records), ALL_IN_SYNC),
                (ProduceResponseData answer) -> answered(batch, answer), () -> { });
    }

    private void askForId() {
        if (!link.isIdle()) {
            return;
        }
        var request = new InitProducerIdRequestData().setTransactionalId(null)
                .setTransactionTimeoutMs(60_000).setProducerId(-1).setProducerEpoch((short) -1);
        link.ask(ApiKeys.INIT_PRODUCER_ID, 5, request, (InitProducerIdResponseData answer) -> {
            Errors error = Errors.forCode(answer.errorCode());
            require(error == Errors.NONE || world.plan().mayFail(), "a producer gets its id",
                    "error", error);
            if (error == Errors.NONE) {
                require(world.isFreshProducerId(answer.producerId()), "producer ids differ",
                        "producerId", answer.producerId());
                producer = new KeyedProducer(answer.producerId());
                identities++;
            }
        }, () -> { });
    }

    private void sendAgain() {
        if (link.isIdle()) {
            producer.again().forEach(sent -> send(producer, sent));
        }
    }

    private void send(KeyedProducer by, KeyedProducer.Sent sent) {
        link.ask(ApiKeys.PRODUCE, 13, Requests.produce(partition(), sent.copy(), ALL_IN_SYNC),
                (ProduceResponseData answer) -> answered(by, sent, answer), by::interrupted);
    }

    private void answered(KeyedProducer by, KeyedProducer.Sent sent, ProduceResponseData answer) {
        var found = answer.responses().iterator().next().partitionResponses().getFirst();
        Errors error = Errors.forCode(found.errorCode());
        boolean isEarly = error == Errors.OUT_OF_ORDER_SEQUENCE_NUMBER;
        if (error == Errors.NONE) {
            by.answered(sent);
        } else if (isEarly && !by.isInterrupted() && slot.mayForget() && by == producer) {
            // Retention may have taken all that told of it.
            producer = null;
            return;
        } else {
            boolean waits = isEarly && (by.isInterrupted() || by != producer);
            by.interrupted();
            if (waits) {
                return;
            }
        }
        answered(sent.batch(), answer);
    }

    private KeyedRecord draw() {
        byte[] value = prng.chance(1, 4) ? null : new byte[prng.nextInt(64)];
        if (value != null && value.length > 0) {
            value[0] = (byte) prng.nextInt(256);
        }
        return new KeyedRecord(nextNumber++, "k" + prng.nextInt(KEYS), value,
                producer == null ? link.life() : -identities, rig.passedMs());
    }

    private SimpleRecord simple(KeyedRecord record) {
        byte[] number = ByteBuffer.allocate(Long.BYTES).putLong(record.number).array();
        return new SimpleRecord(rig.nowMs(), record.key.getBytes(StandardCharsets.UTF_8),
                record.value, new Header[] {new RecordHeader("n", number)});
    }

    private void answered(List<KeyedRecord> batch, ProduceResponseData answer) {
        var found = answer.responses().iterator().next().partitionResponses().getFirst();
        Errors error = Errors.forCode(found.errorCode());
        rig.note("wrote " + batch + " " + error, found.baseOffset());
        require(error == Errors.NONE || world.mayHappen(error, partition()),
                "records of a cleaned topic are taken", "error", error, "why",
                found.errorMessage());
        if (error == Errors.NONE) {
            model.acknowledged(batch, found.baseOffset());
        }
    }

    /// Reads all of the log and holds it against the model; gives up if the disk fails, or if
    /// retention takes the place where it reads.
    private void read() {
        Map<String, KeyedRecord> expected = model.expected();
        var records = new ArrayList<KeyedRecord.Found>();
        long beganMs = rig.passedMs();
        PartitionData data = fetch(0, Errors.OFFSET_OUT_OF_RANGE);
        long start = data == null ? 0 : data.logStartOffset();
        long next = start;
        for (int i = 0; i < MOST_FETCHES && data != null; i++) {
            data = fetch(next, Errors.OFFSET_OUT_OF_RANGE);
            long after = data == null ? next : collect(data, next, records);
            if (data == null || data.errorCode() != Errors.NONE.code()) {
                return;
            }
            if (after == next) {
                // The last records before the end may have been cleaned away.
                long end = data.highWatermark();
                model.read(new KeyedModel.Reading(expected, start, end, records,
                        rig.passedMs() - beganMs), rig.passedMs(), !world.plan().mayFail());
                if (!isVerified) {
                    model.recovered(end);
                    isVerified = true;
                }
                rig.note("read " + slot.name() + " records=" + records.size(), end);
                return;
            }
            next = after;
        }
    }

    /// @return null if the disk fails
    private PartitionData fetch(long from, Errors mayBe) {
        FetchResponseData answer = world.inspector().ask(ApiKeys.FETCH, 17,
                Requests.fetchOnce(partition(), from, 1 + prng.nextInt(8 << 10)));
        PartitionData data = answer.responses().getFirst().partitions().getFirst();
        Errors error = Errors.forCode(data.errorCode());
        require(error == Errors.NONE || (error == mayBe && slot.mayForget())
                || world.mayHappen(error, partition()), "a cleaned topic can be read", "offset",
                from, "error", error);
        return error == Errors.NONE || error == mayBe ? data : null;
    }

    private static long collect(PartitionData data, long from, List<KeyedRecord.Found> records) {
        long next = from;
        if (data.records() instanceof MemoryRecords found) {
            for (var batch : found.batches()) {
                require(batch.isValid(), "what is read is whole", "offset", batch.baseOffset());
                next = Math.max(next, batch.nextOffset());
            }
            found.records().forEach(record -> {
                if (record.offset() >= from) {
                    records.add(found(record));
                }
            });
        }
        return next;
    }

    private static KeyedRecord.Found found(Record record) {
        byte[] value = record.hasValue() ? new byte[record.valueSize()] : null;
        if (value != null) {
            record.value().get(value);
        }
        return new KeyedRecord.Found(record.offset(),
                ByteBuffer.wrap(record.headers()[0].value()).getLong(),
                StandardCharsets.UTF_8.decode(record.key()).toString(), value);
    }
}
