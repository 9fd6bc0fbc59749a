package dev.tidemark.control.decide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.control.BrokerCommand;
import dev.tidemark.control.BrokerCommand.Wish;
import dev.tidemark.control.BrokerImage;
import dev.tidemark.control.ControlCodec;
import dev.tidemark.control.ControlCommand;
import dev.tidemark.control.ControlCommand.Assignment;
import dev.tidemark.control.ControlCommand.Effect;
import dev.tidemark.control.ControlCommand.NewTopic;
import dev.tidemark.control.ControlError;
import dev.tidemark.control.ControlEvent;
import dev.tidemark.control.ControlReply;
import dev.tidemark.control.EffectiveConfigs;
import dev.tidemark.control.MetadataImage;
import dev.tidemark.control.PartitionCommand;
import dev.tidemark.control.PartitionCommand.InSync;
import dev.tidemark.control.PartitionImage;
import dev.tidemark.control.PartitionImage.Recovery;
import dev.tidemark.control.TopicImage;
import dev.tidemark.machine.Command;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.protocol.Errors;

/// An active controller with its log in a list, its clock in a field, and brokers that are played
/// by hand.
final class ClusterWorld {
    static final int SESSION_MS = 1_500;
    static final int HEARTBEAT_MS = 100;
    static final String TOPIC = "t";

    final EffectiveConfigs configs;
    final List<ControlEvent> log = new ArrayList<>();
    final TreeMap<Integer, Long> epochs = new TreeMap<>();
    ControlMachine machine;
    long nowMs = 1_700_000_000_000L;
    private long ticket;
    private long incarnation;

    ClusterWorld(Map<String, String> file) {
        configs = new EffectiveConfigs(1, file);
        machine = new ControlMachine(configs, delta -> { });
        machine.becomeLeader(nowMs);
    }

    /// Brokers 1 to `count`, all active.
    static ClusterWorld of(int count) {
        return of(count, Map.of());
    }

    static ClusterWorld of(int count, Map<String, String> file) {
        var world = new ClusterWorld(file);
        for (int id = 1; id <= count; id++) {
            world.join(id);
        }
        return world;
    }

    MetadataImage image() {
        return machine.image();
    }

    ControlReply submit(ControlCommand command) {
        var decision = machine.decide(new Command<>(ticket, nowMs, 7 * ticket++, command));
        for (var event : decision.events()) {
            if (machine.isSoft(event)) {
                machine.apply(-1, event);
            } else {
                log.add(event);
                machine.apply(log.size() - 1, event);
            }
        }
        return decision.replies().getFirst().value();
    }

    /// The disk that a broker has unless a test says otherwise.
    static Uuid disk(int id) {
        return new Uuid(77, id);
    }

    /// A new run of a broker asks to be registered.
    ControlReply register(int id, Uuid directory, String rack, long previousEpoch) {
        var identity = new BrokerImage.Identity(new Uuid(id, ++incarnation), List.of(directory));
        var reply = submit(new BrokerCommand.RegisterBroker(id, identity,
                List.of(new BrokerImage.Endpoint("PLAINTEXT", "host" + id, 9092, (short) 0)),
                rack, List.of(), previousEpoch));
        if (reply instanceof ControlReply.Registered registered) {
            epochs.put(id, registered.brokerEpoch());
        }
        return reply;
    }

    ControlReply register(int id) {
        return register(id, disk(id), null, -1);
    }

    /// A new run of a broker comes and takes part.
    void join(int id) {
        join(id, disk(id), null);
    }

    void join(int id, Uuid directory, String rack) {
        assertThat(register(id, directory, rack, -1)).isInstanceOf(ControlReply.Registered.class);
        assertThat(beat(id).isFenced()).isFalse();
    }

    ControlReply.Heard beat(int id) {
        return beat(id, Wish.SERVE);
    }

    ControlReply.Heard beat(int id, Wish wish) {
        return (ControlReply.Heard) submit(new BrokerCommand.Heartbeat(
                id, epochs.get(id), image().offset(), wish));
    }

    /// Time passes, heartbeat by heartbeat, for all but the brokers that are silent.
    void pass(long ms, Integer... silent) {
        for (long endMs = nowMs + ms; nowMs < endMs;) {
            nowMs += Math.min(HEARTBEAT_MS, endMs - nowMs);
            for (int id : epochs.keySet()) {
                if (!List.of(silent).contains(id)) {
                    beat(id);
                }
            }
            tickIfDue();
        }
    }

    void tickIfDue() {
        for (int turns = 0; machine.nextDeadlineMs() <= nowMs; turns++) {
            assertThat(turns).as("ticks lead somewhere").isLessThan(1_000);
            submit(machine.tick());
        }
    }

    /// A broker dies, and is missed.
    void die(int id) {
        pass(SESSION_MS + HEARTBEAT_MS, id);
        assertThat(image().broker(id).fenced()).isTrue();
        epochs.remove(id);
    }

    /// A topic whose partitions are all on these brokers.
    TopicImage create(int partitions, Map<String, String> settings, Integer... brokers) {
        var assignments = new ArrayList<Assignment>();
        for (int p = 0; p < partitions; p++) {
            assignments.add(new Assignment(p, List.of(brokers)));
        }
        var result = create(new NewTopic(TOPIC, -1, -1, assignments, settings));
        assertThat(result.error()).isEqualTo(ControlError.NONE);
        return image().topic(TOPIC);
    }

    TopicImage create(Integer... brokers) {
        return create(1, Map.of(), brokers);
    }

    ControlReply.TopicResult create(NewTopic topic) {
        return ((ControlReply.Topics) submit(new ControlCommand.CreateTopics(
                List.of(topic), Effect.COMMIT))).results().getFirst();
    }

    PartitionImage partition() {
        return image().topic(TOPIC).partition(0);
    }

    /// The leader proposes who is in sync.
    ControlReply.PartitionResult propose(Integer... isr) {
        return propose(partition(), Recovery.RECOVERED, isr);
    }

    ControlReply.PartitionResult propose(
            PartitionImage known, Recovery recovery, Integer... isr) {
        var members = new ArrayList<InSync>();
        for (int id : isr) {
            members.add(new InSync(id, epochs.getOrDefault(id, -1L)));
        }
        return propose(new PartitionCommand.IsrProposal(image().topic(TOPIC).id(), 0,
                known.leaderEpoch(), known.partitionEpoch(), members, recovery), known.leader());
    }

    ControlReply.PartitionResult propose(PartitionCommand.IsrProposal proposal, int leader) {
        var reply = submit(new PartitionCommand.AlterPartition(
                leader, epochs.get(leader), List.of(proposal)));
        return ((ControlReply.Altered) reply).results().getFirst();
    }

    /// The leader proposes, and is not refused.
    void sync(Integer... isr) {
        assertThat(propose(isr).error()).isEqualTo(ControlError.NONE);
    }

    Errors elect(PartitionCommand.Election election) {
        var reply = (ControlReply.Elected) submit(new PartitionCommand.ElectLeaders(
                election, List.of(new PartitionCommand.PartitionRef(TOPIC, 0))));
        return reply.results().getFirst().error().code();
    }

    Errors reassign(List<Integer> replicas) {
        var reply = (ControlReply.Outcomes) submit(new PartitionCommand.Reassign(
                List.of(new PartitionCommand.Target(TOPIC, 0, replicas))));
        return reply.errors().getFirst().code();
    }

    /// Another node controls from here on: it has what is in the log, and nothing else.
    void failOver() {
        var codec = new ControlCodec();
        machine = new ControlMachine(configs, delta -> { });
        for (int offset = 0; offset < log.size(); offset++) {
            var event = log.get(offset);
            machine.apply(offset, codec.decode(codec.key(event), codec.value(event)));
        }
        machine.becomeLeader(nowMs);
    }
}
