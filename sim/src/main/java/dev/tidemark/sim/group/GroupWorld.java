package dev.tidemark.sim.group;

import static dev.tidemark.sim.model.Finding.require;

import dev.tidemark.base.Prng;
import dev.tidemark.base.Trace;
import dev.tidemark.coord.group.GroupMachine;
import dev.tidemark.coord.group.command.GroupCommand;
import dev.tidemark.coord.group.command.GroupConfig;
import dev.tidemark.coord.group.command.GroupReply;
import dev.tidemark.coord.group.event.GroupEvent;
import dev.tidemark.coord.group.event.HeldPartitions;
import dev.tidemark.coord.group.record.GroupCodec;
import dev.tidemark.io.sim.SimComputer;
import dev.tidemark.io.sim.SimScheduler;
import dev.tidemark.machine.Caller;
import dev.tidemark.machine.Host;
import dev.tidemark.machine.StateMachine;
import dev.tidemark.sim.model.RunHash;
import dev.tidemark.sim.model.World;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.apache.kafka.common.protocol.Errors;

/// The group coordinator alone, on a log in memory: seeded members ask, and at any step the
/// process ends, loses some of what was not committed, and a new one replays the log.
///
/// The state after a replay must be the state that there was when the log ended there.
public final class GroupWorld implements World {
    private static final int CRASH_PER_MILLE = 25;
    private static final int TOPICS = 3;

    private final Prng prng;
    private final Trace trace;
    private final RunHash hash = new RunHash();
    private final SimComputer computer;
    private final MemoryLog log;
    private final UnaryOperator<StateMachine<GroupCommand, GroupEvent, GroupReply>> fitting;
    private final GroupCodec codec = new GroupCodec();
    private final List<GroupSeat> seats = new ArrayList<>();
    private final List<ConsumerSeat> consumers = new ArrayList<>();
    /// What the state was when the log ended at an offset.
    private final TreeMap<Long, Long> states = new TreeMap<>();
    private final Map<String, Long> generations = new HashMap<>();
    private SeededTopics topics = new SeededTopics(1, new TreeMap<>(Map.of("t0", 3)));
    private Host<GroupCommand, GroupEvent, GroupReply> host;
    private long tags;
    private long rounds;
    private int life;

    /// @param seed from which everything follows
    /// @param trace told what happens
    public GroupWorld(long seed, Trace trace) {
        this(seed, trace, machine -> machine);
    }

    /// @param fitting what stands between the host and its machine: nothing, or a planted bug
    public GroupWorld(long seed, Trace trace,
            UnaryOperator<StateMachine<GroupCommand, GroupEvent, GroupReply>> fitting) {
        this.prng = new Prng(seed);
        this.trace = trace;
        this.fitting = fitting;
        computer = new SimComputer(new SimScheduler(prng.split()), prng.split(), 1);
        log = new MemoryLog(prng.split(), end -> states.put(end, stateHash()));
        for (int i = 0; i < 2 + prng.nextInt(4); i++) {
            var seat = new ConsumerSeat(this, prng.split(), "k" + prng.nextInt(2), "member" + i);
            consumers.add(seat);
            seats.add(seat);
        }
        for (int i = 0; i < 1 + prng.nextInt(4); i++) {
            seats.add(new ClassicSeat(this, prng.split(), "c" + prng.nextInt(2), "classic" + i));
        }
        seats.add(new OffsetSeat(this, prng.split(), "simple"));
        start();
        states.put(0L, stateHash());
    }

    private void start() {
        computer.boot();
        log.open(computer.loops().getFirst());
        host = new Host<>(fitting.apply(new GroupMachine(GroupConfig.DEFAULTS)), codec, log,
                prng.split());
        boolean[] loaded = {false};
        log.loop().execute(() -> host.start(computer.offload(), () -> loaded[0] = true));
        require(computer.scheduler().runUntil(() -> loaded[0], 100_000) && host.leads(),
                "a coordinator loads");
        Long before = states.get(log.logEndOffset());
        require(before == null || before == stateHash(), "a replay rebuilds the state",
                "logEndOffset", log.logEndOffset());
        states.tailMap(log.logEndOffset(), false).clear();
    }

    private long stateHash() {
        var state = new RunHash();
        for (GroupEvent event : host.machine().snapshot()) {
            add(state, codec.key(event));
            add(state, codec.value(event));
        }
        return state.value();
    }

    private static void add(RunHash state, ByteBuffer bytes) {
        state.add(bytes == null ? -1 : bytes.remaining());
        while (bytes != null && bytes.hasRemaining()) {
            state.add(bytes.get());
        }
    }

    @Override
    public void step() {
        if (prng.chance(CRASH_PER_MILLE, 1_000)) {
            crash();
        } else if (prng.chance(1, 30)) {
            topics = topics.with("t" + prng.nextInt(TOPICS), prng.nextInt(5));
        } else {
            seats.get(prng.nextInt(seats.size())).step();
        }
        if (prng.chance(1, 4)) {
            computer.scheduler().runForMs(prng.nextInt(prng.chance(1, 20) ? 60_000 : 1_000));
        } else {
            for (int i = prng.nextInt(4); i > 0 && computer.scheduler().step(); i--) {
                // The step is the work.
            }
        }
        checkTargets();
        hash.add(computer.scheduler().nowNs());
        hash.add(log.logEndOffset());
    }

    private void crash() {
        note("--- crash", log.logEndOffset());
        computer.halt();
        log.crash();
        life++;
        rounds++;
        seats.forEach(GroupSeat::crashed);
        start();
    }

    @Override
    public void finish() {
        crash();
        checkTargets();
        computer.halt();
    }

    @Override
    public long rounds() {
        return rounds;
    }

    @Override
    public long hash() {
        return hash.value();
    }

    void note(String what, long value) {
        hash.add(what);
        hash.add(value);
        trace.info(what + " value=" + value);
    }

    SeededTopics topics() {
        return topics;
    }

    List<String> someTopics(Prng draws) {
        var names = new TreeSet<String>();
        for (int i = 1 + draws.nextInt(TOPICS); i > 0; i--) {
            names.add("t" + draws.nextInt(TOPICS));
        }
        return List.copyOf(names);
    }

    long newTag() {
        return ++tags;
    }

    /// Hands a command to the coordinator; `then` hears the reply, unless a crash comes first.
    void ask(String who, GroupCommand command, Consumer<GroupReply> then) {
        note(who + " asks " + command.getClass().getSimpleName(), life);
        int asked = life;
        log.loop().execute(() -> host.submit(command, new Caller<>() {
            @Override
            public void replied(GroupReply reply) {
                if (asked == life) {
                    then.accept(reply);
                }
            }

            @Override
            public void failed(Errors error) {
                replied(new GroupReply.Refused(error));
            }
        }));
    }

    /// All members of one generation have what one leader gave them.
    void checkGeneration(String group, int generation, long tag, boolean own) {
        require(own, "a member gets its own assignment", "group", group);
        Long known = generations.putIfAbsent(group + "/" + generation, tag);
        require(known == null || known == tag, "a generation has one assignment", "group", group,
                "generation", generation, "tags", known + "," + tag);
    }

    /// Nobody owns what another member of the group, one that is still in it, owns.
    void checkOwners(ConsumerSeat member) {
        Map<String, HeldPartitions> inGroup = new TreeMap<>();
        for (GroupEvent event : host.machine().snapshot()) {
            if (event instanceof GroupEvent.AssignmentStored stored
                    && stored.groupId().equals(member.group())) {
                inGroup.put(stored.memberId(), stored.value().assigned());
            }
        }
        for (ConsumerSeat other : consumers) {
            if (other != member && other.group().equals(member.group())
                    && inGroup.containsKey(other.memberId())) {
                var both = new TreeSet<>(other.owned());
                both.retainAll(member.owned());
                require(both.isEmpty(), "a partition has one owner", "group", member.group(),
                        "owners", member.memberId() + "," + other.memberId(), "partitions", both);
            }
        }
    }

    /// The coordinator gives no partition to two members of a group.
    private void checkTargets() {
        Map<String, String> owners = new HashMap<>();
        var classic = new TreeSet<String>();
        for (GroupEvent event : host.machine().snapshot()) {
            if (event instanceof GroupEvent.ClassicStored stored) {
                classic.add(stored.groupId());
            } else if (event instanceof GroupEvent.AssignmentStored stored) {
                claim(owners, stored, stored.value().assigned());
                claim(owners, stored, stored.value().revoking());
            }
        }
        // A group that was empty for long enough is forgotten, and counts from the start again.
        generations.keySet().removeIf(of -> !classic.contains(of.substring(0, of.indexOf('/'))));
    }

    private static void claim(Map<String, String> owners, GroupEvent.AssignmentStored stored,
            HeldPartitions held) {
        held.byTopic().forEach((topic, partitions) -> partitions.keySet().forEach(index -> {
            String other = owners.put(stored.groupId() + "/" + topic + "/" + index,
                    stored.memberId());
            require(other == null, "a partition is given to one member", "group",
                    stored.groupId(), "members", other + "," + stored.memberId());
        }));
    }
}
