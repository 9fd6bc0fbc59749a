package dev.tidemark.broker.fetch;

import dev.tidemark.io.Loop;
import dev.tidemark.replica.Partition;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/// What one fetch of a follower tells the leaders of its partitions: how far it is durable. One
/// message for each loop that is concerned.
///
/// Filled on the connection's loop, then only read.
final class ReplicaReport implements Runnable {
    private final Asker asker;
    private final List<Row> rows = new ArrayList<>();

    private record Row(Partition partition, int leaderEpoch, long durableEnd,
            long durableStart) {
    }

    ReplicaReport(Asker asker) {
        this.asker = asker;
    }

    void add(Partition partition, int leaderEpoch, long durableEnd, long durableStart) {
        rows.add(new Row(partition, leaderEpoch, durableEnd, durableStart));
    }

    void send() {
        var sentTo = new BitSet();
        for (Row row : rows) {
            Loop loop = row.partition.loop();
            if (!sentTo.get(loop.index())) {
                sentTo.set(loop.index());
                if (loop.inLoop()) {
                    run();
                } else {
                    loop.execute(this);
                }
            }
        }
    }

    @Override
    public void run() {
        for (Row row : rows) {
            if (row.partition.loop().inLoop()) {
                row.partition.fetched(row.leaderEpoch, asker.replicaId(), asker.brokerEpoch(),
                        row.durableEnd, row.durableStart);
            }
        }
    }
}
