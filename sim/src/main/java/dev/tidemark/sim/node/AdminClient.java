package dev.tidemark.sim.node;

import static dev.tidemark.sim.model.Finding.require;
import static org.apache.kafka.common.protocol.ApiKeys.CREATE_PARTITIONS;
import static org.apache.kafka.common.protocol.ApiKeys.CREATE_TOPICS;
import static org.apache.kafka.common.protocol.ApiKeys.DELETE_TOPICS;
import static org.apache.kafka.common.protocol.ApiKeys.INCREMENTAL_ALTER_CONFIGS;

import dev.tidemark.base.Prng;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.CreatePartitionsResponseData;
import org.apache.kafka.common.message.CreateTopicsResponseData;
import org.apache.kafka.common.message.DeleteTopicsResponseData;
import org.apache.kafka.common.message.IncrementalAlterConfigsResponseData;
import org.apache.kafka.common.protocol.Errors;

/// Creates, grows, configures and deletes topics.
final class AdminClient implements SimClient {
    private static final int MOST_PARTITIONS = 4;

    private final NodeWorld world;
    private final NodeRig rig;
    private final Prng prng;
    private final Link link;

    AdminClient(NodeWorld world, Prng prng) {
        this.world = world;
        this.rig = world.rig();
        this.prng = prng;
        link = new Link(rig, prng.split());
    }

    @Override
    public Link link() {
        return link;
    }

    @Override
    public void step() {
        List<TopicSlot> slots = world.slots();
        TopicSlot slot = slots.get(prng.nextInt(slots.size()));
        boolean isFailed = rig.node().dir().failure() != null;
        if (slot.isToBeSettled(rig.passedMs()) && !isFailed) {
            // A failed node shows what was committed, and the next start may find more than that.
            world.inspector().lookAt(List.of(slot));
        } else if (slot.change() != TopicSlot.Change.NONE) {
            return;
        } else if (slot.id() == null) {
            create(slot);
        } else {
            change(slot);
        }
    }

    private void change(TopicSlot slot) {
        int drawn = prng.nextInt(100);
        if (drawn < 8) {
            delete(slot);
        } else if (drawn < 20 && slot.partitions().size() < MOST_PARTITIONS) {
            grow(slot);
        } else if (drawn < 50) {
            Map<String, String> drawnConfigs = configs();
            String key = drawnConfigs.keySet().stream()
                    .skip(prng.nextInt(drawnConfigs.size())).findFirst().orElseThrow();
            alter(slot, key, drawnConfigs.get(key));
        }
    }

    private Map<String, String> configs() {
        Map<String, String> configs = new TreeMap<>();
        configs.put("segment.ms", prng.chance(1, 2) ? "604800000"
                : Integer.toString(1 + prng.nextInt(5_000)));
        configs.put("retention.ms", prng.chance(world.plan().retentionPercent(), 100)
                ? Integer.toString(100 + prng.nextInt(20_000)) : "-1");
        configs.put("tidemark.durability",
                prng.chance(world.plan().unsyncedPercent(), 100) ? "os" : "sync");
        configs.put("index.interval.bytes", Integer.toString(prng.nextInt(4_096)));
        configs.put("file.delete.delay.ms", Integer.toString(prng.nextInt(200)));
        configs.put("segment.index.bytes", prng.chance(1, 2) ? "64" : "10485760");
        return configs;
    }

    private void create(TopicSlot slot) {
        int partitions = 1 + prng.nextInt(2);
        Map<String, String> configs = configs();
        slot.creating(partitions, configs);
        rig.note("creates " + slot.name() + " " + configs, partitions);
        link.ask(CREATE_TOPICS, 7, Requests.createTopic(slot.name(), partitions, configs),
                (CreateTopicsResponseData answer) -> {
                    var topic = answer.topics().find(slot.name());
                    end(slot, Errors.forCode(topic.errorCode()), topic.topicId());
                }, () -> slot.lost(rig.passedMs(), rig.computer.isRunning()));
    }

    private void delete(TopicSlot slot) {
        slot.deleting();
        rig.note("deletes " + slot.name(), 0);
        link.ask(DELETE_TOPICS, 6, Requests.deleteTopic(slot),
                (DeleteTopicsResponseData answer) -> end(slot,
                        Errors.forCode(answer.responses().iterator().next().errorCode()), null),
                () -> slot.lost(rig.passedMs(), rig.computer.isRunning()));
    }

    private void grow(TopicSlot slot) {
        int count = slot.partitions().size() + 1;
        slot.growing(count);
        rig.note("grows " + slot.name(), count);
        link.ask(CREATE_PARTITIONS, 3, Requests.createPartitions(slot.name(), count),
                (CreatePartitionsResponseData answer) -> end(slot,
                        Errors.forCode(answer.results().getFirst().errorCode()), null),
                () -> slot.lost(rig.passedMs(), rig.computer.isRunning()));
    }

    private void alter(TopicSlot slot, String key, String value) {
        slot.altering(key, value);
        rig.note("alters " + slot.name() + " " + key + "=" + value, 0);
        link.ask(INCREMENTAL_ALTER_CONFIGS, 1, Requests.alterConfig(slot.name(), key, value),
                (IncrementalAlterConfigsResponseData answer) -> {
                    Errors error = Errors.forCode(answer.responses().getFirst().errorCode());
                    if (error == Errors.NONE) {
                        slot.has(key, value);
                    }
                    end(slot, error, null);
                }, () -> slot.lost(rig.passedMs(), rig.computer.isRunning()));
    }

    private void end(TopicSlot slot, Errors error, Uuid newId) {
        rig.note("ends " + slot.change() + " " + slot.name() + " " + error, 0);
        if (error == Errors.NONE) {
            slot.done(newId);
        } else {
            require(world.plan().mayFail(), "a change of a topic is taken", "topic", slot.name(),
                    "change", slot.change(), "error", error);
            slot.lost(rig.passedMs(), true);
        }
    }
}
