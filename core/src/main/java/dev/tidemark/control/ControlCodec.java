package dev.tidemark.control;

import dev.tidemark.machine.EventCodec;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.apache.kafka.common.config.ConfigResource;

/// How metadata events stand in the metadata log.
///
/// A key is one byte of type, one of version (0), and what names the thing; a value is one byte of
/// version (0) and the thing's state. Both end with tagged fields (a count, then tag, length and
/// bytes each), of which there are none yet: later versions add fields there, and this one skips
/// them. Numbers are unsigned varints, text is one more than its length and UTF-8, ids are 16
/// bytes big-endian.
///
/// - 1, a topic. Key: topic id. Value: name, then runs of partitions that are assigned alike: how
///   many runs, and for each how many partitions, how many brokers, the brokers.
/// - 2, a partition. Key: topic id, partition. Value: replicas, ISR, ELR (a count and brokers
///   each), leader + 1, leader epoch, partition epoch.
/// - 3, a configuration. Key: resource type (a byte), name. Value: a count, then key and value.
/// - 4, a broker. Key: broker id. Value: broker epoch, fenced (a byte), rack, a count, then
///   listener, host, port and protocol of each endpoint.
/// - 5, a feature. Key: name. Value: level.
/// - 6, producer ids. Key: nothing more. Value: the first id that is in no block.
///
/// Stateless. Does no I/O.
public final class ControlCodec implements EventCodec<ControlEvent> {
    /// The most partitions of one topic; a record that says more is damaged.
    static final int MAX_PARTITIONS = 1_000_000;

    private static final int TOPIC = 1;
    private static final int PARTITION = 2;
    private static final int CONFIG = 3;
    private static final int BROKER = 4;
    private static final int FEATURE = 5;
    private static final int PRODUCER_IDS = 6;
    private static final int VERSION = 0;

    @Override
    public ByteBuffer key(ControlEvent event) {
        return switch (event) {
            case ControlEvent.TopicCreated topic -> key(TOPIC).uuid(topic.id()).end();
            case ControlEvent.TopicRemoved topic -> key(TOPIC).uuid(topic.id()).end();
            case ControlEvent.PartitionChanged p ->
                    key(PARTITION).uuid(p.topicId()).unsigned(p.partition()).end();
            case ControlEvent.PartitionRemoved p ->
                    key(PARTITION).uuid(p.topicId()).unsigned(p.partition()).end();
            case ControlEvent.ConfigSet set -> key(CONFIG).int8(set.target().type().id())
                    .text(set.target().name()).end();
            case ControlEvent.BrokerRegistered b -> key(BROKER).unsigned(b.broker().id()).end();
            case ControlEvent.BrokerRemoved b -> key(BROKER).unsigned(b.brokerId()).end();
            case ControlEvent.FeatureFinalized feature ->
                    key(FEATURE).text(feature.name()).end();
            case ControlEvent.ProducerIdsAllocated _ -> key(PRODUCER_IDS).end();
        };
    }

    private static FieldWriter key(int type) {
        return new FieldWriter().int8(type).int8(VERSION);
    }

    @Override
    public ByteBuffer value(ControlEvent event) {
        var out = new FieldWriter().int8(VERSION);
        return switch (event) {
            case ControlEvent.TopicCreated topic -> topic(out, topic).end();
            case ControlEvent.PartitionChanged p -> partition(out, p.state()).end();
            case ControlEvent.ConfigSet set ->
                    set.values().isEmpty() ? null : config(out, set).end();
            case ControlEvent.BrokerRegistered b -> broker(out, b.broker()).end();
            case ControlEvent.FeatureFinalized feature ->
                    feature.level() == 0 ? null : out.unsigned(feature.level()).end();
            case ControlEvent.ProducerIdsAllocated ids ->
                    out.unsigned(ids.nextProducerId()).end();
            case ControlEvent.TopicRemoved _, ControlEvent.PartitionRemoved _,
                    ControlEvent.BrokerRemoved _ -> null;
        };
    }

    private static FieldWriter topic(FieldWriter out, ControlEvent.TopicCreated topic) {
        var all = topic.assignments();
        var runs = new ArrayList<Integer>();
        for (int p = 0; p < all.size(); p++) {
            if (p == 0 || !all.get(p).equals(all.get(p - 1))) {
                runs.add(p);
            }
        }
        out.text(topic.name()).unsigned(runs.size());
        for (int r = 0; r < runs.size(); r++) {
            int end = r + 1 < runs.size() ? runs.get(r + 1) : all.size();
            out.unsigned(end - runs.get(r)).numbers(all.get(runs.get(r)));
        }
        return out;
    }

    private static FieldWriter partition(FieldWriter out, PartitionImage state) {
        return out.numbers(state.replicas()).numbers(state.isr()).numbers(state.elr())
                .unsigned(state.leader() + 1).unsigned(state.leaderEpoch())
                .unsigned(state.partitionEpoch());
    }

    private static FieldWriter config(FieldWriter out, ControlEvent.ConfigSet set) {
        out.unsigned(set.values().size());
        for (var entry : set.values().entrySet()) {
            out.text(entry.getKey()).text(entry.getValue());
        }
        return out;
    }

    private static FieldWriter broker(FieldWriter out, BrokerImage broker) {
        out.unsigned(broker.brokerEpoch()).int8(broker.fenced() ? 1 : 0).text(broker.rack());
        out.unsigned(broker.endpoints().size());
        for (var endpoint : broker.endpoints()) {
            out.text(endpoint.listenerName()).text(endpoint.host()).unsigned(endpoint.port())
                    .unsigned(endpoint.securityProtocol());
        }
        return out;
    }

    @Override
    public ControlEvent decode(ByteBuffer key, ByteBuffer value) {
        try {
            var in = new FieldReader(key);
            int type = in.int8();
            version(in, "key");
            var body = value == null ? null : new FieldReader(value);
            if (body != null) {
                version(body, "value");
            }
            var event = event(type, in, body);
            in.end();
            if (body != null) {
                body.end();
            }
            return event;
        } catch (BufferUnderflowException | IllegalArgumentException e) {
            throw new UnreadableEvent("a metadata record is damaged: " + e.getMessage());
        }
    }

    private static void version(FieldReader in, String what) {
        int version = in.int8();
        if (version != VERSION) {
            throw new UnreadableEvent("a metadata record's " + what + " has version " + version
                    + ", and this release reads version " + VERSION);
        }
    }

    private static ControlEvent event(int type, FieldReader key, FieldReader value) {
        return switch (type) {
            case TOPIC -> {
                var id = key.uuid();
                yield value == null ? new ControlEvent.TopicRemoved(id)
                        : new ControlEvent.TopicCreated(id, required(value), assignments(value));
            }
            case PARTITION -> {
                var id = key.uuid();
                int partition = key.count();
                yield value == null ? new ControlEvent.PartitionRemoved(id, partition)
                        : new ControlEvent.PartitionChanged(id, partition, partition(value));
            }
            case CONFIG -> new ControlEvent.ConfigSet(target(key), config(value));
            case BROKER -> {
                int id = key.count();
                yield value == null ? new ControlEvent.BrokerRemoved(id)
                        : new ControlEvent.BrokerRegistered(broker(id, value));
            }
            case FEATURE -> new ControlEvent.FeatureFinalized(required(key),
                    value == null ? 0 : (short) value.count());
            case PRODUCER_IDS -> new ControlEvent.ProducerIdsAllocated(number(value));
            default -> throw new UnreadableEvent("a metadata record has type " + type
                    + ", which this release does not know");
        };
    }

    private static List<List<Integer>> assignments(FieldReader in) {
        int runs = in.count();
        var all = new ArrayList<List<Integer>>();
        for (int r = 0; r < runs; r++) {
            int length = in.count();
            var brokers = in.numbers();
            if (length == 0 || length > MAX_PARTITIONS - all.size() || brokers.isEmpty()) {
                throw new IllegalArgumentException("a run of " + length + " partitions");
            }
            for (int i = 0; i < length; i++) {
                all.add(brokers);
            }
        }
        if (all.isEmpty()) {
            throw new IllegalArgumentException("a topic without partitions");
        }
        return all;
    }

    private static PartitionImage partition(FieldReader in) {
        var replicas = in.numbers();
        var isr = in.numbers();
        var elr = in.numbers();
        int leader = in.count() - 1;
        if (replicas.isEmpty() || (leader != PartitionImage.NO_LEADER && !isr.contains(leader))) {
            throw new IllegalArgumentException("a leader that is not in sync: " + leader);
        }
        return new PartitionImage(replicas, isr, elr, leader, in.count(), in.count());
    }

    private static ConfigTarget target(FieldReader in) {
        var type = ConfigResource.Type.forId((byte) in.int8());
        if (type == ConfigResource.Type.UNKNOWN) {
            throw new UnreadableEvent("a configuration record is for a kind of thing that this "
                    + "release does not know");
        }
        return new ConfigTarget(type, required(in));
    }

    private static TreeMap<String, String> config(FieldReader in) {
        var values = new TreeMap<String, String>();
        for (int left = in == null ? 0 : in.count(); left > 0; left--) {
            values.put(required(in), required(in));
        }
        return values;
    }

    private static BrokerImage broker(int id, FieldReader in) {
        long brokerEpoch = number(in);
        boolean fenced = in.int8() != 0;
        var rack = in.text();
        var endpoints = new ArrayList<BrokerImage.Endpoint>();
        for (int left = in.count(); left > 0; left--) {
            endpoints.add(new BrokerImage.Endpoint(
                    required(in), required(in), in.count(), (short) in.count()));
        }
        return new BrokerImage(id, brokerEpoch, endpoints, rack, fenced);
    }

    private static String required(FieldReader in) {
        var text = in.text();
        if (text == null) {
            throw new IllegalArgumentException("a text is missing");
        }
        return text;
    }

    private static long number(FieldReader in) {
        long number = in == null ? -1 : in.unsigned();
        if (number < 0) {
            throw new IllegalArgumentException("a number is out of range: " + number);
        }
        return number;
    }
}
