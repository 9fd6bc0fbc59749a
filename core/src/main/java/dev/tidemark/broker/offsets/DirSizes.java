package dev.tidemark.broker.offsets;

import dev.tidemark.broker.Gather;
import dev.tidemark.log.Log;
import dev.tidemark.replica.Partition;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.message.DescribeLogDirsResponseData.DescribeLogDirsPartition;
import org.apache.kafka.common.message.DescribeLogDirsResponseData.DescribeLogDirsTopic;
import org.apache.kafka.common.protocol.Errors;

/// How many bytes each of some partitions has on disk.
///
/// Filled on the connection's loop; each row is then its partition's loop's until all are measured.
final class DirSizes {
    private final Set<String> storedNames;
    private final List<TopicSizes> topics = new ArrayList<>();
    private final FanOut<Row> fanOut = new FanOut<>();

    private record TopicSizes(String name, List<Row> rows) {
    }

    private static final class Row {
        private final Partition partition;
        private final DescribeLogDirsPartition answer;
        private boolean there = true;

        Row(Partition partition) {
            this.partition = partition;
            this.answer = new DescribeLogDirsPartition()
                    .setPartitionIndex(partition.id().index());
        }
    }

    /// @param storedNames the logs that were on disk when the directory was opened
    DirSizes(Set<String> storedNames) {
        this.storedNames = storedNames;
    }

    /// The partitions that follow are of this topic.
    void topic(String name) {
        topics.add(new TopicSizes(name, new ArrayList<>()));
    }

    void add(Partition partition) {
        var row = new Row(partition);
        topics.getLast().rows.add(row);
        if (partition.offline() != Errors.NONE) {
            row.there = false;
        } else if (partition.view() != null || storedNames.contains(partition.name())) {
            fanOut.add(partition.loop(), row);
        }
        // Else nobody has ever used the partition: it has no file, and needs no opening to say so.
    }

    void measure(Gather gather) {
        fanOut.runOpened(gather, row -> row.partition, this::measure);
    }

    private void measure(Row row) {
        row.there = row.partition.offline() == Errors.NONE
                && measure(row.partition.log(), row.answer);
    }

    private static boolean measure(Log log, DescribeLogDirsPartition answer) {
        try {
            if (log != null) {
                answer.setPartitionSize(log.sizeInBytes());
                return true;
            }
            return false;
        } catch (IOException unreadable) {
            return false;
        }
    }

    /// The rows of partitions that are there; topics without one are left out.
    List<DescribeLogDirsTopic> topics() {
        var answers = new ArrayList<DescribeLogDirsTopic>();
        for (TopicSizes topic : topics) {
            var answer = new DescribeLogDirsTopic().setName(topic.name);
            for (Row row : topic.rows) {
                if (row.there) {
                    answer.partitions().add(row.answer);
                }
            }
            if (!answer.partitions().isEmpty()) {
                answers.add(answer);
            }
        }
        return answers;
    }
}
