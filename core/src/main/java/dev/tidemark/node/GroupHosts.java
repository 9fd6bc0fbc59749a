package dev.tidemark.node;

import dev.tidemark.base.Marks;
import dev.tidemark.base.Prng;
import dev.tidemark.base.Trace;
import dev.tidemark.broker.Gather;
import dev.tidemark.broker.Partitions;
import dev.tidemark.broker.group.GroupPort;
import dev.tidemark.control.MetadataDelta;
import dev.tidemark.coord.group.GroupMachine;
import dev.tidemark.coord.group.command.ConsumerTimes;
import dev.tidemark.coord.group.command.GroupCommand;
import dev.tidemark.coord.group.command.GroupConfig;
import dev.tidemark.coord.group.command.GroupReply;
import dev.tidemark.coord.group.command.TopicsView;
import dev.tidemark.coord.group.event.GroupEvent;
import dev.tidemark.coord.group.record.GroupCodec;
import dev.tidemark.io.Loop;
import dev.tidemark.io.Offload;
import dev.tidemark.machine.Caller;
import dev.tidemark.machine.Host;
import dev.tidemark.machine.PartitionLog;
import dev.tidemark.replica.Partition;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.kafka.common.internals.Topic;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.utils.Utils;

/// The group coordinators of this node: a host on each partition of `__consumer_offsets`, made
/// when it is first asked, or at start where there is something to load.
///
/// May be called from any loop; each host is confined to its partition's.
final class GroupHosts implements GroupPort {
    private final Partitions partitions;
    private final Offload offload;
    private final Trace trace;
    private final GroupConfig config;
    private final ConsumerTimes.ByGroup times;
    private final Prng prng;
    private final Supplier<TopicsView> topics;
    private volatile Seats seats = new Seats(new Partition[0]);

    /// @param topics those that there are now
    GroupHosts(Partitions partitions, Offload offload, Trace trace, GroupConfig config,
            ConsumerTimes.ByGroup times, Prng prng, Supplier<TopicsView> topics) {
        this.partitions = partitions;
        this.offload = offload;
        this.trace = trace;
        this.config = config;
        this.times = times;
        this.prng = prng;
        this.topics = topics;
    }

    /// A place for each partition's host. A place is touched on its partition's loop alone; the
    /// seeds are drawn when the topic appears.
    private static final class Seats {
        private final Partition[] partitions;
        private final List<Host<GroupCommand, GroupEvent, GroupReply>> hosts = new ArrayList<>();
        private final long[] seeds;
        private final boolean[] loading;

        Seats(Partition[] partitions) {
            this.partitions = partitions;
            this.seeds = new long[partitions.length];
            this.loading = new boolean[partitions.length];
            for (int i = 0; i < partitions.length; i++) {
                hosts.add(null);
            }
        }
    }

    /// Follows one committed change of metadata, on the metadata log's loop.
    void follow(MetadataDelta delta) {
        switch (delta.change()) {
            case MetadataDelta.TopicCreated created when isOurs(created.topic().name()) -> {
                var fresh = new Seats(partitions.topic(created.topic().id()).all());
                for (int i = 0; i < fresh.seeds.length; i++) {
                    fresh.seeds[i] = prng.nextLong();
                }
                seats = fresh;
            }
            case MetadataDelta.TopicDeleted deleted when isOurs(deleted.topic().name()) ->
                seats = new Seats(new Partition[0]);
            case MetadataDelta.TopicDeleted deleted ->
                forget(List.of(deleted.topic().name()), seats);
            case MetadataDelta.TopicCreated created -> { }
            case MetadataDelta.TopicGrown grown -> { }
            case MetadataDelta.ConfigChanged changed -> { }
            case MetadataDelta.PartitionChanged changed -> { }
            case MetadataDelta.BrokerChanged changed -> { }
            case MetadataDelta.OtherChange other -> { }
        }
    }

    private static boolean isOurs(String topic) {
        return topic.equals(Topic.GROUP_METADATA_TOPIC_NAME);
    }

    private void forget(List<String> topics, Seats now) {
        for (int i = 0; i < now.partitions.length; i++) {
            int at = i;
            now.partitions[i].loop().execute(() -> {
                Host<GroupCommand, GroupEvent, GroupReply> host = now.hosts.get(at);
                if (host != null && host.leads()) {
                    host.submit(new GroupCommand.ForgetTopics(topics), new Nobody());
                }
            });
        }
    }

    /// Starts the coordinators of these partitions, whose logs hold something.
    void load(Iterable<Integer> stored) {
        Seats now = seats;
        for (int index : stored) {
            if (index < now.partitions.length) {
                now.partitions[index].loop().execute(() -> start(now, index, () -> { }));
            }
        }
    }

    /// Loads a coordinator. Before anybody is served, offsets go whose topics were deleted since
    /// they were committed: just before the node stopped, or while this was loading.
    private void start(Seats now, int index, Runnable then) {
        Host<GroupCommand, GroupEvent, GroupReply> host = host(now, index);
        if (!now.loading[index]) {
            now.loading[index] = true;
            host.start(offload, () -> {
                now.loading[index] = false;
                if (host.leads()) {
                    host.submit(new GroupCommand.KeepTopics(topics.get()), new Nobody());
                }
            });
        }
        host.start(offload, then);
    }

    @Override
    public void submit(String groupId, GroupCommand body, Loop home, Consumer<GroupReply> then) {
        Seats now = seats;
        if (now.partitions.length == 0) {
            // Finding the coordinator makes the topic; who has not looked for it, looks now.
            home.execute(() -> then.accept(
                    new GroupReply.Refused(Errors.COORDINATOR_NOT_AVAILABLE)));
            return;
        }
        int index = Utils.abs(groupId.hashCode()) % now.partitions.length;
        now.partitions[index].loop().execute(() -> submit(now, index, body,
                new Back(home, then)));
    }

    private void submit(Seats now, int index, GroupCommand body, Caller<GroupReply> caller) {
        Host<GroupCommand, GroupEvent, GroupReply> host = host(now, index);
        if (host.leads()) {
            decide(host, body, caller);
        } else {
            start(now, index, () -> decide(host, body, caller));
        }
    }

    /// Topics are looked up before a commit comes here. One that was deleted on the way would never
    /// be forgotten again, and its offsets would pass to the next topic of its name.
    private void decide(Host<GroupCommand, GroupEvent, GroupReply> host, GroupCommand body,
            Caller<GroupReply> caller) {
        if (body instanceof GroupCommand.CommitOffsets commit && speaksOfLostTopics(commit)) {
            Marks.hit("offsets of a topic that was just deleted");
            caller.replied(new GroupReply.Refused(Errors.UNKNOWN_TOPIC_OR_PARTITION));
        } else {
            host.submit(body, caller);
        }
    }

    private boolean speaksOfLostTopics(GroupCommand.CommitOffsets commit) {
        TopicsView view = topics.get();
        for (var topic : commit.request().topics()) {
            if (!view.idOf(topic.name()).equals(topic.topicId())) {
                return true;
            }
        }
        return false;
    }

    private Host<GroupCommand, GroupEvent, GroupReply> host(Seats now, int index) {
        Host<GroupCommand, GroupEvent, GroupReply> host = now.hosts.get(index);
        if (host == null) {
            host = new Host<>(new GroupMachine(config, times), new GroupCodec(),
                    new PartitionLog(now.partitions[index]), new Prng(now.seeds[index]));
            host.onFailure(reason -> trace.warn("group coordinator failed partition="
                    + now.partitions[index].name() + " reason=" + reason));
            now.hosts.set(index, host);
        }
        return host;
    }

    @Override
    public void submitAll(GroupCommand body, Loop home, Consumer<List<GroupReply>> then) {
        Seats now = seats;
        var replies = new GroupReply[now.partitions.length];
        var gather = new Gather(() -> home.execute(() -> then.accept(present(replies))));
        for (int i = 0; i < replies.length; i++) {
            int at = i;
            gather.begin();
            now.partitions[i].loop().execute(() -> {
                if (now.hosts.get(at) == null) {
                    gather.end();
                    return;
                }
                submit(now, at, body, new Back(null, reply -> {
                    replies[at] = reply;
                    gather.end();
                }));
            });
        }
        gather.end();
    }

    private static List<GroupReply> present(GroupReply[] replies) {
        var present = new ArrayList<GroupReply>();
        for (GroupReply reply : replies) {
            if (reply != null) {
                present.add(reply);
            }
        }
        return present;
    }

    /// Takes the answer home; without a home, hands it over where it is.
    private record Back(Loop home, Consumer<GroupReply> then) implements Caller<GroupReply> {
        @Override
        public void replied(GroupReply reply) {
            if (home == null) {
                then.accept(reply);
            } else {
                home.execute(() -> then.accept(reply));
            }
        }

        @Override
        public void failed(Errors error) {
            replied(new GroupReply.Refused(error));
        }
    }

    /// Nobody waits for the answer.
    private static final class Nobody implements Caller<GroupReply> {
        @Override
        public void replied(GroupReply reply) {
            // Done is done.
        }

        @Override
        public void failed(Errors error) {
            // The next start forgets what belongs to no topic.
        }
    }
}
