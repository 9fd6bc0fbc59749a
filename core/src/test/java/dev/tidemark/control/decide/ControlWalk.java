package dev.tidemark.control.decide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.base.Prng;
import dev.tidemark.control.BrokerCommand;
import dev.tidemark.control.BrokerCommand.Wish;
import dev.tidemark.control.BrokerImage;
import dev.tidemark.control.ConfigTarget;
import dev.tidemark.control.ControlCodec;
import dev.tidemark.control.ControlCommand;
import dev.tidemark.control.ControlEvent;
import dev.tidemark.control.ControlReply;
import dev.tidemark.control.EffectiveConfigs;
import dev.tidemark.control.MetadataImage;
import dev.tidemark.control.MetadataReplay;
import dev.tidemark.control.PartitionCommand;
import dev.tidemark.control.PartitionCommand.InSync;
import dev.tidemark.control.PartitionCommand.IsrProposal;
import dev.tidemark.control.PartitionImage;
import dev.tidemark.control.TopicImage;
import dev.tidemark.machine.Command;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.common.Uuid;

/// A random history of a cluster's controller: brokers die, stop and lose disks, topics come and
/// go, leaders write and report, and controllers fail with a decision half committed. After each
/// step the image is held against a plain model of the replicas' logs.
final class ControlWalk {
    private static final int BROKERS = 5;

    private final EffectiveConfigs configs = new EffectiveConfigs(1, Map.of());
    private final List<ControlEvent> log = new ArrayList<>();
    private final Prng prng;
    private final WalkOperator operator;
    private final TreeMap<Integer, Player> players = new TreeMap<>();
    private final Map<String, ModelLogs> models = new HashMap<>();
    private final List<PartitionCommand.AlterPartition> underway = new ArrayList<>();
    private ControlMachine machine = new ControlMachine(configs, delta -> { });
    private long nowMs = 1_700_000_000_000L;
    private long ticket;
    private boolean calm;

    /// A broker's process and its disk.
    private static final class Player {
        final int id;
        boolean runs;
        boolean leaves;
        boolean lostDisk;
        long brokerEpoch = -1;
        long lastEpoch = -1;
        long disk;

        Player(int id) {
            this.id = id;
            disk = id;
        }
    }

    ControlWalk(long seed) {
        prng = new Prng(seed);
        operator = new WalkOperator(prng, BROKERS);
        for (int id = 1; id <= BROKERS; id++) {
            players.put(id, new Player(id));
        }
        machine.becomeLeader(nowMs);
    }

    MetadataImage image() {
        return machine.image();
    }

    List<ControlEvent> log() {
        return log;
    }

    void step() {
        switch (prng.nextInt(22)) {
            case 0 -> kill(anyone());
            case 1, 2 -> start(anyone());
            case 3 -> anyone().leaves = true;
            case 4 -> loseDisk(anyone());
            case 5 -> submit(operator.create(image()));
            case 6 -> submit(operator.configure());
            case 7 -> submit(operator.elect());
            case 8 -> submit(operator.reassign());
            case 9 -> deliver();
            case 10 -> rarely();
            case 11, 12, 13, 14 -> write();
            case 15, 16, 17, 18 -> report();
            default -> pass();
        }
        checkLeaders();
    }

    private void rarely() {
        switch (prng.nextInt(4)) {
            case 0 -> forget(anyone());
            case 1 -> submit(new BrokerCommand.ContactLost(anyone().id, -1));
            case 2 -> failOver();
            default -> submit(operator.grow());
        }
    }

    /// The brokers are all there, and everybody does what it should.
    void settle() {
        calm = true;
        for (int round = 0; round < 60; round++) {
            for (var player : players.values()) {
                player.leaves = false;
                start(player);
            }
            pass();
            for (var topic : image().topics()) {
                for (int p = 0; p < topic.partitionCount(); p++) {
                    catchUp(topic, p);
                }
            }
            checkLeaders();
        }
    }

    private void catchUp(TopicImage topic, int partition) {
        var state = topic.partition(partition);
        if (leads(state.leader())) {
            var caughtUp = new ArrayList<Integer>();
            for (int follower : state.replicas()) {
                if (players.get(follower).runs) {
                    model(topic, partition).fetch(state.leader(), follower, Integer.MAX_VALUE);
                    caughtUp.add(follower);
                }
            }
            propose(topic, partition, caughtUp);
        }
    }

    // The brokers.

    private Player anyone() {
        return players.get(1 + prng.nextInt(BROKERS));
    }

    private void kill(Player player) {
        player.runs = false;
        player.leaves = false;
        player.brokerEpoch = -1;
    }

    private void start(Player player) {
        if (player.runs) {
            return;
        }
        var identity = new BrokerImage.Identity(
                new Uuid(prng.nextLong() | 1, 5), List.of(new Uuid(3, player.disk)));
        var reply = submit(new BrokerCommand.RegisterBroker(player.id, identity, List.of(),
                prng.chance(1, 2) ? "r" + player.id % 2 : null, List.of(), player.lastEpoch));
        if (reply instanceof ControlReply.Registered registered) {
            player.runs = true;
            player.lostDisk = false;
            player.brokerEpoch = registered.brokerEpoch();
            player.lastEpoch = -1;
        }
    }

    private void loseDisk(Player player) {
        if (!player.runs && prng.chance(1, 2)) {
            player.disk = prng.nextLong();
            player.lostDisk = true;
            models.values().forEach(model -> model.emptied(player.id));
        }
    }

    private void forget(Player player) {
        if (!player.runs) {
            submit(new BrokerCommand.UnregisterBroker(player.id));
            // What nobody knows any more counts as lost, and is.
            player.disk = prng.nextLong();
            player.lostDisk = true;
            models.values().forEach(model -> model.emptied(player.id));
        }
    }

    private void pass() {
        nowMs += prng.nextInt(prng.chance(1, 30) ? 5_000 : 500);
        for (var player : players.values()) {
            if (player.runs) {
                beat(player);
            }
        }
        for (int turns = 0; machine.nextDeadlineMs() <= nowMs; turns++) {
            assertThat(turns).as("ticks lead somewhere").isLessThan(100);
            submit(machine.tick());
        }
    }

    private void beat(Player player) {
        var reply = submit(new BrokerCommand.Heartbeat(player.id, player.brokerEpoch,
                image().offset(), player.leaves ? Wish.SHUT_DOWN : Wish.SERVE));
        if (reply instanceof ControlReply.Refused) {
            kill(player);
        } else if (reply instanceof ControlReply.Heard heard && heard.shouldShutDown()) {
            player.lastEpoch = player.brokerEpoch;
            kill(player);
        }
    }

    // The leaders.

    private void write() {
        for (var topic : image().topics()) {
            for (int p = 0; p < topic.partitionCount(); p++) {
                var leader = topic.partition(p).leader();
                if (leads(leader)) {
                    model(topic, p).append(leader);
                    replicate(topic, p, leader);
                }
            }
        }
    }

    private boolean leads(int leader) {
        return leader != PartitionImage.NO_LEADER && players.get(leader).runs;
    }

    private void replicate(TopicImage topic, int partition, int leader) {
        var model = model(topic, partition);
        for (int follower : topic.partition(partition).replicas()) {
            if (follower != leader && players.get(follower).runs && prng.chance(4, 5)) {
                model.fetch(leader, follower, prng.nextInt(4));
            }
        }
        model.commit();
    }

    /// A leader says who is in sync: whoever has all, and perhaps one fewer.
    private void report() {
        for (var topic : image().topics()) {
            int partition = prng.nextInt(topic.partitionCount());
            var state = topic.partition(partition);
            if (leads(state.leader())) {
                var isr = new ArrayList<Integer>();
                for (int replica : state.replicas()) {
                    boolean all = model(topic, partition).hasAllOf(replica, state.leader());
                    boolean stays = state.isr().contains(replica) && prng.chance(2, 3);
                    if (replica == state.leader() || stays || (all && prng.chance(3, 4))) {
                        isr.add(replica);
                    }
                }
                propose(topic, partition, isr);
            }
        }
    }

    private void propose(TopicImage topic, int partition, List<Integer> isr) {
        var state = topic.partition(partition);
        var members = new ArrayList<InSync>();
        for (int id : isr) {
            members.add(new InSync(id, players.get(id).brokerEpoch));
        }
        var report = new PartitionCommand.AlterPartition(state.leader(),
                players.get(state.leader()).brokerEpoch, List.of(new IsrProposal(topic.id(),
                        partition, state.leaderEpoch(), state.partitionEpoch(), members,
                        PartitionImage.Recovery.RECOVERED)));
        if (!calm && prng.chance(1, 4)) {
            underway.add(report);
        } else {
            submit(report);
        }
    }

    /// A report comes late. Meanwhile its leader has committed nothing that those lack whom it
    /// proposes, as far as it can know: one of them may have begun anew, with less.
    private void deliver() {
        if (underway.isEmpty()) {
            return;
        }
        var report = underway.remove(prng.nextInt(underway.size()));
        var proposal = report.proposals().getFirst();
        var model = models.get(proposal.topicId() + "-" + proposal.partition());
        for (var member : proposal.isr()) {
            var log = model.logOf(member.brokerId());
            var broker = image().broker(member.brokerId());
            boolean same = member.brokerEpoch() == ControlCommand.UNKNOWN_EPOCH
                    || (broker != null && broker.brokerEpoch() == member.brokerEpoch());
            int size = model.committed().size();
            if (same && (log.size() < size
                    || !log.subList(0, size).equals(model.committed()))) {
                return;
            }
        }
        submit(report);
    }

    // The controller.

    /// @return null if the controller failed before it could answer
    private ControlReply submit(ControlCommand command) {
        var decision = machine.decide(
                new Command<>(ticket, nowMs, prng.nextLong(), command));
        ticket++;
        int kept = calm || !prng.chance(1, 60)
                ? Integer.MAX_VALUE : prng.nextInt(decision.events().size() + 1);
        for (var event : decision.events()) {
            if (machine.isSoft(event)) {
                machine.apply(-1, event);
            } else if (kept-- > 0) {
                log.add(event);
                machine.apply(log.size() - 1, event);
                compare();
            }
        }
        if (kept < 0) {
            failOver();
            return null;
        }
        return decision.replies().getFirst().value();
    }

    private void failOver() {
        var before = MetadataReplay.eventsOf(image());
        machine = replayed(log);
        assertThat(MetadataReplay.eventsOf(image())).isEqualTo(before);
        machine.becomeLeader(nowMs);
    }

    ControlMachine replayed(List<ControlEvent> events) {
        var codec = new ControlCodec();
        var rebuilt = new ControlMachine(configs, delta -> { });
        for (int offset = 0; offset < events.size(); offset++) {
            var event = events.get(offset);
            rebuilt.apply(offset, codec.decode(codec.key(event), codec.value(event)));
        }
        return rebuilt;
    }

    private ModelLogs model(TopicImage topic, int partition) {
        return models.computeIfAbsent(topic.id() + "-" + partition, key -> new ModelLogs());
    }

    private void compare() {
        var absent = new TreeSet<Integer>();
        for (var player : players.values()) {
            if (player.lostDisk) {
                absent.add(player.id);
            }
        }
        for (var topic : image().topics()) {
            for (int p = 0; p < topic.partitionCount(); p++) {
                model(topic, p).become(topic.partition(p), absent);
            }
        }
    }

    /// Whoever leads takes part, and where somebody may lead, somebody does. (Right after a
    /// controller failed, its successor has yet to look.)
    private void checkLeaders() {
        while (machine.nextDeadlineMs() <= nowMs) {
            submit(machine.tick());
        }
        var active = Settling.active(image());
        for (var topic : image().topics()) {
            for (int p = 0; p < topic.partitionCount(); p++) {
                var state = topic.partition(p);
                boolean anybody = state.isr().stream().anyMatch(active::test)
                        || state.elr().stream().anyMatch(active::test);
                assertThat(state.isOffline()).as("%s", state).isEqualTo(!anybody);
                assertThat(state.isOffline() || active.test(state.leader()))
                        .as("%s", state).isTrue();
                int least = Integer.parseInt(image().configOf(ConfigTarget.topic(topic.name()))
                        .getOrDefault("min.insync.replicas", "1"));
                assertThat(state.elr().isEmpty()
                        || state.isr().size() < Math.min(least, state.replicas().size()))
                        .as("%s", state).isTrue();
            }
        }
    }

    int committedRecords() {
        return models.values().stream().mapToInt(model -> model.committed().size()).sum();
    }
}
