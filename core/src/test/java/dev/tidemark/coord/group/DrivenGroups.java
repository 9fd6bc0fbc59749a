package dev.tidemark.coord.group;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.coord.group.command.ConsumerTimes;
import dev.tidemark.coord.group.command.ClientInfo;
import dev.tidemark.coord.group.command.GroupCommand;
import dev.tidemark.coord.group.command.GroupConfig;
import dev.tidemark.coord.group.command.GroupConfig.ConsumerRules;
import dev.tidemark.coord.group.command.GroupReply;
import dev.tidemark.coord.group.event.GroupEvent;
import dev.tidemark.coord.group.record.GroupCodec;
import dev.tidemark.machine.Command;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A group machine on a log in memory, with time that the test moves.
///
/// Every event that is written goes through the codec before it is applied.
public final class DrivenGroups {
    static final GroupConfig AT_ONCE = withAssignmentInterval(0);
    static final long START_MS = 1_700_000_000_000L;
    static final ClientInfo CLIENT = new ClientInfo("app", "/10.0.0.1", 9);

    final GroupCodec codec = new GroupCodec();
    final List<ByteBuffer[]> log = new ArrayList<>();
    private GroupConfig config;
    private final ConsumerTimes.ByGroup times;
    private final Map<Long, GroupReply> answers = new HashMap<>();
    GroupMachine machine;
    long nowMs = START_MS;
    private long nextTicket;

    /// As Kafka has it, but that partitions are shared out whenever there is reason to.
    public DrivenGroups() {
        this(AT_ONCE);
    }

    public DrivenGroups(GroupConfig config) {
        this(config, groupId -> config.consumer().times());
    }

    /// @param times of groups that have some of their own
    DrivenGroups(GroupConfig config, ConsumerTimes.ByGroup times) {
        this.config = config;
        this.times = times;
        machine = new GroupMachine(config, times);
        machine.becomeLeader(nowMs);
    }

    /// Kafka's settings, but for how often partitions are shared out.
    static GroupConfig withAssignmentInterval(int ms) {
        var usual = GroupConfig.DEFAULTS;
        var times = usual.consumer().times();
        return new GroupConfig(usual.offsets(), usual.classic(), new ConsumerRules(
                new ConsumerTimes(times.sessionMs(), times.heartbeatMs(), ms),
                usual.consumer().maxSize(), usual.consumer().assignors(),
                usual.consumer().migration()));
    }

    /// Hands a command in.
    ///
    /// @return its ticket
    public long submit(GroupCommand body) {
        long ticket = nextTicket++;
        var decision = machine.decide(new Command<>(ticket, nowMs, ticket * 31 + 7, body));
        for (var event : decision.events()) {
            apply(event);
        }
        for (var reply : decision.replies()) {
            assertThat(answers.put(reply.ticket(), reply.value()))
                    .as("a ticket is answered once").isNull();
        }
        return ticket;
    }

    /// Lets something have happened.
    void apply(GroupEvent event) {
        if (machine.isSoft(event)) {
            machine.apply(-1, event);
            return;
        }
        var record = new ByteBuffer[] {codec.key(event), codec.value(event)};
        log.add(record);
        machine.apply(log.size() - 1L, codec.decode(record[0], record[1]));
    }

    /// The answer to a ticket; null while it waits.
    public GroupReply answer(long ticket) {
        return answers.get(ticket);
    }

    /// How many tickets wait for their answer.
    int waiting() {
        return (int) nextTicket - answers.size();
    }

    /// Hands a command in that is answered at once.
    <T extends GroupReply> T ask(Class<T> type, GroupCommand body) {
        return type.cast(answer(submit(body)));
    }

    /// Lets time pass, and the machine tick whenever it wants to.
    public void pass(long ms) {
        long end = nowMs + ms;
        while (machine.nextDeadlineMs() <= end) {
            nowMs = Math.max(nowMs, machine.nextDeadlineMs());
            submit(machine.tick());
            assertThat(machine.nextDeadlineMs()).as("a tick does what is due")
                    .isGreaterThan(nowMs);
        }
        nowMs = end;
    }

    /// The leader is lost and another one reads the log, which goes by other rules.
    void failOver(GroupConfig other) {
        config = other;
        failOver();
    }

    /// The leader is lost and another one reads the log.
    void failOver() {
        for (var reply : machine.resign()) {
            assertThat(answers.put(reply.ticket(), reply.value())).isNull();
        }
        machine = new GroupMachine(config, times);
        for (int offset = 0; offset < log.size(); offset++) {
            machine.apply(offset, codec.decode(log.get(offset)[0], log.get(offset)[1]));
        }
        machine.becomeLeader(nowMs);
    }
}
