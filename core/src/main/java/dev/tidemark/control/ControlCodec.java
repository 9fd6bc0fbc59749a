package dev.tidemark.control;

import dev.tidemark.base.InvariantViolation;
import dev.tidemark.machine.EventCodec;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.ConfigResource;

/// How metadata events stand in the metadata log.
///
/// A key is one byte of type, one of version (0), and what names the thing; a value is one byte of
/// version and the thing's state. Both end with tagged fields (a count, then tag, length and bytes
/// each), of which there are none yet: what a reader may do without is added there, and skipped by
/// those who do not know it. What a reader must know raises the value's version: a value is
/// written in the lowest version that can say it, and one of a higher version than is known here
/// is refused. Numbers are unsigned varints, text is one more than its length and UTF-8, ids are
/// 16 bytes big-endian, lists a count and what they hold.
///
/// - 1, a topic. Key: topic id. Value: name, then runs of partitions that are assigned alike: how
///   many runs, and for each how many partitions, how many brokers, the brokers.
/// - 2, a partition. Key: topic id, partition. Value: replicas, ISR, ELR (lists of brokers),
///   leader + 1, leader epoch, partition epoch. From version 1 also: replicas being added,
///   replicas being removed, last known leader + 1, recovering (a byte).
/// - 3, a configuration. Key: resource type (a byte), name. Value: a count, then key and value.
/// - 4, a broker. Key: broker id. Value: broker epoch, standing (a byte: 0 active, 1 fenced, 2
///   shutting down, which version 0 does not have), rack, endpoints (listener, host, port and
///   protocol). From version 1 also: incarnation id, directory ids, features (name, lowest and
///   highest level).
/// - 5, a feature. Key: name. Value: level.
/// - 6, producer ids. Key: nothing more. Value: the first id that is in no block.
///
/// Stateless. Does no I/O.
public final class ControlCodec implements EventCodec<ControlEvent> {
    /// The most partitions of one topic; a record that says more is damaged.
    public static final int MAX_PARTITIONS = 1_000_000;

    private static final int TOPIC = 1;
    private static final int PARTITION = 2;
    private static final int CONFIG = 3;
    private static final int BROKER = 4;
    private static final int FEATURE = 5;
    private static final int PRODUCER_IDS = 6;
    private static final int VERSION = 0;
    private static final int MOVING = 1;
    private static final int SESSION = 1;

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
            case SessionEvent soft -> throw unwritten(soft);
        };
    }

    private static InvariantViolation unwritten(SessionEvent event) {
        return new InvariantViolation("a session stands in no log: " + event);
    }

    private static FieldWriter key(int type) {
        return new FieldWriter().int8(type).int8(VERSION);
    }

    @Override
    public ByteBuffer value(ControlEvent event) {
        return switch (event) {
            case ControlEvent.TopicCreated topic -> topic(topic).end();
            case ControlEvent.PartitionChanged p -> partition(p.state()).end();
            case ControlEvent.ConfigSet set -> set.values().isEmpty() ? null : config(set).end();
            case ControlEvent.BrokerRegistered b -> broker(b.broker()).end();
            case ControlEvent.FeatureFinalized feature ->
                    feature.level() == 0 ? null : value(VERSION).unsigned(feature.level()).end();
            case ControlEvent.ProducerIdsAllocated ids ->
                    value(VERSION).unsigned(ids.nextProducerId()).end();
            case ControlEvent.TopicRemoved _, ControlEvent.PartitionRemoved _,
                    ControlEvent.BrokerRemoved _ -> null;
            case SessionEvent soft -> throw unwritten(soft);
        };
    }

    private static FieldWriter value(int version) {
        return new FieldWriter().int8(version);
    }

    private static FieldWriter topic(ControlEvent.TopicCreated topic) {
        var out = value(VERSION);
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

    private static FieldWriter partition(PartitionImage state) {
        boolean plain = !state.isMoving() && state.past().equals(PartitionImage.Past.NONE);
        var out = value(plain ? VERSION : MOVING).numbers(state.replicas()).numbers(state.isr())
                .numbers(state.elr()).unsigned(state.leader() + 1).unsigned(state.leaderEpoch())
                .unsigned(state.partitionEpoch());
        return plain ? out : out.numbers(state.addingReplicas())
                .numbers(state.removingReplicas()).unsigned(state.lastKnownLeader() + 1)
                .int8(switch (state.recovery()) {
                    case RECOVERED -> 0;
                    case RECOVERING -> 1;
                });
    }

    private static FieldWriter config(ControlEvent.ConfigSet set) {
        var out = value(VERSION).unsigned(set.values().size());
        for (var entry : set.values().entrySet()) {
            out.text(entry.getKey()).text(entry.getValue());
        }
        return out;
    }

    private static FieldWriter broker(BrokerImage broker) {
        boolean plain = broker.standing() != BrokerImage.Standing.SHUTTING_DOWN
                && broker.identity().equals(BrokerImage.Identity.ALONE)
                && broker.features().isEmpty();
        var out = value(plain ? VERSION : SESSION).unsigned(broker.brokerEpoch())
                .int8(switch (broker.standing()) {
                    case ACTIVE -> 0;
                    case FENCED -> 1;
                    case SHUTTING_DOWN -> 2;
                }).text(broker.rack()).unsigned(broker.endpoints().size());
        for (var endpoint : broker.endpoints()) {
            out.text(endpoint.listenerName()).text(endpoint.host()).unsigned(endpoint.port())
                    .unsigned(endpoint.securityProtocol());
        }
        return plain ? out : session(out, broker);
    }

    private static FieldWriter session(FieldWriter out, BrokerImage broker) {
        var identity = broker.identity();
        out.uuid(identity.incarnationId()).unsigned(identity.directories().size());
        for (var directory : identity.directories()) {
            out.uuid(directory);
        }
        out.unsigned(broker.features().size());
        for (var feature : broker.features()) {
            out.text(feature.name()).unsigned(feature.lowest()).unsigned(feature.highest());
        }
        return out;
    }

    @Override
    public ControlEvent decode(ByteBuffer key, ByteBuffer value) {
        try {
            var in = new FieldReader(key);
            int type = in.int8();
            known(in.int8(), VERSION, "key");
            var body = value == null ? null : new FieldReader(value);
            int version = body == null ? VERSION : body.int8();
            known(version, switch (type) {
                case PARTITION -> MOVING;
                case BROKER -> SESSION;
                default -> VERSION;
            }, "value");
            var event = event(type, in, body, version);
            in.end();
            if (body != null) {
                body.end();
            }
            return event;
        } catch (BufferUnderflowException | IllegalArgumentException e) {
            throw new UnreadableEvent("a metadata record is damaged: " + e.getMessage());
        }
    }

    private static void known(int version, int highest, String what) {
        if (version < 0 || version > highest) {
            throw new UnreadableEvent("a metadata record's " + what + " has version " + version
                    + ", and this release reads versions up to " + highest);
        }
    }

    private static ControlEvent event(
            int type, FieldReader key, FieldReader value, int version) {
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
                        : new ControlEvent.PartitionChanged(
                                id, partition, partition(value, version));
            }
            case CONFIG -> new ControlEvent.ConfigSet(target(key), config(value));
            case BROKER -> {
                int id = key.count();
                yield value == null ? new ControlEvent.BrokerRemoved(id)
                        : new ControlEvent.BrokerRegistered(broker(id, value, version));
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

    private static PartitionImage partition(FieldReader in, int version) {
        var replicas = in.numbers();
        var isr = in.numbers();
        var elr = in.numbers();
        int leader = in.count() - 1;
        if (replicas.isEmpty() || (leader != PartitionImage.NO_LEADER && !isr.contains(leader))) {
            throw new IllegalArgumentException("a leader that is not in sync: " + leader);
        }
        int leaderEpoch = in.count();
        int partitionEpoch = in.count();
        if (version < MOVING) {
            return new PartitionImage(replicas, isr, elr, leader, leaderEpoch, partitionEpoch);
        }
        return new PartitionImage(replicas, isr, elr, leader, leaderEpoch, partitionEpoch,
                new PartitionImage.Move(in.numbers(), in.numbers()),
                new PartitionImage.Past(in.count() - 1, recovery(in.int8())));
    }

    private static PartitionImage.Recovery recovery(int code) {
        return switch (code) {
            case 0 -> PartitionImage.Recovery.RECOVERED;
            case 1 -> PartitionImage.Recovery.RECOVERING;
            default -> throw new IllegalArgumentException("no recovery state: " + code);
        };
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

    private static BrokerImage broker(int id, FieldReader in, int version) {
        long brokerEpoch = number(in);
        var standing = standing(in.int8());
        var rack = in.text();
        var endpoints = new ArrayList<BrokerImage.Endpoint>();
        for (int left = in.count(); left > 0; left--) {
            endpoints.add(new BrokerImage.Endpoint(
                    required(in), required(in), in.count(), (short) in.count()));
        }
        var identity = version < SESSION ? BrokerImage.Identity.ALONE
                : new BrokerImage.Identity(in.uuid(), uuids(in));
        var features = version < SESSION ? List.<Features.Feature>of() : features(in);
        return new BrokerImage(id, brokerEpoch, endpoints, rack, standing, identity, features);
    }

    private static BrokerImage.Standing standing(int code) {
        return switch (code) {
            case 0 -> BrokerImage.Standing.ACTIVE;
            case 1 -> BrokerImage.Standing.FENCED;
            case 2 -> BrokerImage.Standing.SHUTTING_DOWN;
            default -> throw new IllegalArgumentException("no standing: " + code);
        };
    }

    private static ArrayList<Uuid> uuids(FieldReader in) {
        var ids = new ArrayList<Uuid>();
        for (int left = in.count(); left > 0; left--) {
            ids.add(in.uuid());
        }
        return ids;
    }

    private static ArrayList<Features.Feature> features(FieldReader in) {
        var features = new ArrayList<Features.Feature>();
        for (int left = in.count(); left > 0; left--) {
            features.add(new Features.Feature(
                    required(in), (short) in.count(), (short) in.count()));
        }
        return features;
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
