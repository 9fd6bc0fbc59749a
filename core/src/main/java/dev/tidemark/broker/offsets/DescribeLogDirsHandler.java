package dev.tidemark.broker.offsets;

import dev.tidemark.broker.Gather;
import dev.tidemark.broker.Handler;
import dev.tidemark.broker.Partitions;
import dev.tidemark.broker.Request;
import dev.tidemark.io.Disk;
import dev.tidemark.io.Offload;
import dev.tidemark.replica.Partition;
import dev.tidemark.store.LogDir;
import dev.tidemark.store.StoredLog;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.message.DescribeLogDirsRequestData;
import org.apache.kafka.common.message.DescribeLogDirsRequestData.DescribableLogDirTopic;
import org.apache.kafka.common.message.DescribeLogDirsResponseData;
import org.apache.kafka.common.message.DescribeLogDirsResponseData.DescribeLogDirsResult;
import org.apache.kafka.common.protocol.Errors;

/// DescribeLogDirs: what lies in this node's data directory, and how much room there is.
///
/// A node has one directory. Runs on any loop; partitions are measured on theirs.
public final class DescribeLogDirsHandler implements Handler<DescribeLogDirsRequestData> {
    private final Partitions partitions;
    private final LogDir dir;
    private final Disk disk;
    private final Offload offload;
    private final Set<String> storedNames = new HashSet<>();

    /// @param partitions what is measured
    /// @param dir the directory
    /// @param disk where it lies
    /// @param offload where the disk is asked
    public DescribeLogDirsHandler(Partitions partitions, LogDir dir, Disk disk,
            Offload offload) {
        this.partitions = partitions;
        this.dir = dir;
        this.disk = disk;
        this.offload = offload;
        for (StoredLog stored : dir.storedLogs()) {
            storedNames.add(stored.name());
        }
    }

    @Override
    public void handle(Request request, DescribeLogDirsRequestData asked) {
        var sizes = new DirSizes(storedNames);
        if (asked.topics() == null) {
            for (Partitions.Entry topic : byName()) {
                addAll(sizes, topic);
            }
        } else {
            for (DescribableLogDirTopic topic : asked.topics()) {
                add(sizes, partitions.topic(topic.topic()), topic.partitions());
            }
        }
        var gather = new Gather(() -> finish(request, sizes));
        sizes.measure(gather);
        gather.end();
    }

    private List<Partitions.Entry> byName() {
        var topics = new ArrayList<Partitions.Entry>();
        partitions.entries().forEach(topics::add);
        topics.sort(Comparator.comparing(Partitions.Entry::name));
        return topics;
    }

    private static void addAll(DirSizes sizes, Partitions.Entry topic) {
        sizes.topic(topic.name());
        for (Partition partition : topic.all()) {
            if (partition != null) {
                sizes.add(partition);
            }
        }
    }

    private static void add(DirSizes sizes, Partitions.Entry topic, List<Integer> indexes) {
        if (topic != null) {
            sizes.topic(topic.name());
            for (int index : indexes) {
                Partition partition = topic.get(index);
                if (partition != null) {
                    sizes.add(partition);
                }
            }
        }
    }

    private record Room(long totalBytes, long usableBytes) {
    }

    private void finish(Request request, DirSizes sizes) {
        offload.run(request.loop(),
                () -> new Room(disk.totalBytes(), disk.usableBytes()),
                (room, failure) -> request.reply(new DescribeLogDirsResponseData()
                        .setResults(List.of(result(sizes, room)))));
    }

    private DescribeLogDirsResult result(DirSizes sizes, Room room) {
        var result = new DescribeLogDirsResult().setLogDir(disk.location());
        if (room == null || dir.failure() != null) {
            return result.setErrorCode(Errors.KAFKA_STORAGE_ERROR.code());
        }
        return result.setTopics(sizes.topics())
                .setTotalBytes(room.totalBytes).setUsableBytes(room.usableBytes);
    }
}
