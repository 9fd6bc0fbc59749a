package dev.tidemark.node;

import dev.tidemark.base.Prng;
import dev.tidemark.broker.Gather;
import dev.tidemark.broker.Partitions;
import dev.tidemark.broker.group.GroupPort;
import dev.tidemark.control.MetadataDelta;
import dev.tidemark.coord.group.command.GroupCommand;
import dev.tidemark.coord.group.command.GroupReply;
import dev.tidemark.io.Loop;
import dev.tidemark.machine.Caller;
import dev.tidemark.replica.Partition;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.kafka.common.internals.Topic;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.utils.Utils;

/// The group coordinators of this node: one for each partition of `__consumer_offsets` that it
/// leads. They come and go with leadership.
///
/// May be called from any loop; each coordinator is confined to its partition's.
final class GroupHosts implements GroupPort {
    private final Partitions partitions;
    private final CoordinatorSeat.Means means;
    private final Prng prng;
    /// By partition; a seat, once there, stays. Written by the metadata's loop.
    private volatile CoordinatorSeat[] seats = {};
    /// Those that were on disk at start; null until then: nobody is served, and what the metadata
    /// says is not all yet.
    private volatile Set<Integer> stored;

    /// @param partitions that this node keeps
    GroupHosts(Partitions partitions, CoordinatorSeat.Means means, Prng prng) {
        this.partitions = partitions;
        this.means = means;
        this.prng = prng;
    }

    /// Follows one committed change of metadata, on the metadata log's loop, when the partitions
    /// have followed it.
    void follow(MetadataDelta delta) {
        switch (delta.change()) {
            case MetadataDelta.TopicCreated created when isOurs(created.topic().name()) -> seat();
            case MetadataDelta.TopicGrown grown when isOurs(grown.after().name()) -> seat();
            case MetadataDelta.PartitionChanged changed when isOurs(changed.topic().name()) ->
                seat(changed.partition());
            case MetadataDelta.TopicDeleted deleted when isOurs(deleted.topic().name()) ->
                onEach(CoordinatorSeat::leave);
            case MetadataDelta.TopicDeleted deleted -> {
                List<String> gone = List.of(deleted.topic().name());
                onEach(seat -> seat.forget(gone));
            }
            case MetadataDelta.TopicCreated created -> { }
            case MetadataDelta.TopicGrown grown -> { }
            case MetadataDelta.PartitionChanged changed -> { }
            case MetadataDelta.ConfigChanged changed -> { }
            case MetadataDelta.BrokerChanged changed -> { }
            case MetadataDelta.OtherChange other -> { }
        }
    }

    private static boolean isOurs(String topic) {
        return topic.equals(Topic.GROUP_METADATA_TOPIC_NAME);
    }

    private void seat() {
        int count = partitions.topic(Topic.GROUP_METADATA_TOPIC_NAME).all().length;
        for (int index = 0; index < count; index++) {
            seat(index);
        }
    }

    private void seat(int index) {
        Partitions.Entry topic = partitions.topic(Topic.GROUP_METADATA_TOPIC_NAME);
        Partition partition = topic.get(index);
        CoordinatorSeat seat = seatOf(index);
        if (partition == null) {
            if (seat != null) {
                seat.loop().execute(seat::leave);
            }
            return;
        }
        if (seat == null) {
            CoordinatorSeat[] more = Arrays.copyOf(seats, topic.all().length);
            seat = new CoordinatorSeat(means, index, partition.loop(), prng.split());
            more[index] = seat;
            seats = more;
        }
        CoordinatorSeat taken = seat;
        seat.loop().execute(() -> follow(taken, partition));
    }

    private CoordinatorSeat seatOf(int index) {
        CoordinatorSeat[] now = seats;
        return index < now.length ? now[index] : null;
    }

    private void follow(CoordinatorSeat seat, Partition partition) {
        seat.assumed(partition);
        Set<Integer> onDisk = stored;
        if (onDisk != null && (partition.view() != null || onDisk.contains(seat.index()))) {
            seat.load();
        }
    }

    /// A partition's leadership was taken over; on its loop.
    void assumed(Partition partition) {
        if (isOurs(partition.id().topic())) {
            CoordinatorSeat seat = seatOf(partition.id().index());
            if (seat != null) {
                follow(seat, partition);
            }
        }
    }

    private void onEach(Consumer<CoordinatorSeat> deed) {
        for (CoordinatorSeat seat : seats) {
            if (seat != null) {
                seat.loop().execute(() -> deed.accept(seat));
            }
        }
    }

    /// Starts to serve, with the coordinators of those partitions that this node leads and whose
    /// logs hold something.
    ///
    /// @param onDisk the partitions whose logs were there at start
    void load(List<Integer> onDisk) {
        stored = Set.copyOf(onDisk);
        Partitions.Entry topic = partitions.topic(Topic.GROUP_METADATA_TOPIC_NAME);
        for (CoordinatorSeat seat : seats) {
            Partition partition = seat == null || topic == null ? null : topic.get(seat.index());
            if (partition != null) {
                seat.loop().execute(() -> follow(seat, partition));
            }
        }
    }

    @Override
    public void submit(String groupId, GroupCommand body, Loop home, Consumer<GroupReply> then) {
        Partitions.Entry topic = partitions.topic(Topic.GROUP_METADATA_TOPIC_NAME);
        if (topic == null || stored == null) {
            // Finding the coordinator makes the topic; who has not looked for it, looks now.
            home.execute(() -> then.accept(
                    new GroupReply.Refused(Errors.COORDINATOR_NOT_AVAILABLE)));
            return;
        }
        int index = Utils.abs(groupId.hashCode()) % topic.all().length;
        Partition partition = topic.get(index);
        CoordinatorSeat seat = seatOf(index);
        if (partition == null || seat == null) {
            home.execute(() -> then.accept(new GroupReply.Refused(Errors.NOT_COORDINATOR)));
        } else {
            seat.loop().execute(() -> seat.submit(partition, body, new Back(home, then)));
        }
    }

    @Override
    public void submitAll(GroupCommand body, Loop home, Consumer<List<GroupReply>> then) {
        Partitions.Entry topic = partitions.topic(Topic.GROUP_METADATA_TOPIC_NAME);
        var replies = new GroupReply[topic == null ? 0 : topic.all().length];
        var gather = new Gather(() -> home.execute(() -> then.accept(present(replies))));
        for (int i = 0; i < replies.length; i++) {
            int at = i;
            Partition partition = topic.get(i);
            CoordinatorSeat seat = seatOf(i);
            if (partition == null || seat == null) {
                continue;
            }
            gather.begin();
            seat.loop().execute(() -> {
                if (!seat.isTaken()) {
                    gather.end();
                    return;
                }
                seat.submit(partition, body, new Back(null, reply -> {
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
}
