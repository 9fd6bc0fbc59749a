package dev.tidemark.sim.cluster;

import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.Uuid;

/// One topic from its creation to its deletion; the next of its name is another one.
final class TopicLife {
    private static final int UNKNOWN = -1;

    final String name;
    final List<ReplicatedLog> logs = new ArrayList<>();
    final KnownSettings settings = new KnownSettings();
    private Uuid id;
    private boolean doomed;

    /// @param generation how many of its name there were before
    /// @param mayForget true if retention takes records
    TopicLife(String name, int generation, int partitions, boolean mayForget) {
        this.name = name;
        for (int i = 0; i < partitions; i++) {
            logs.add(new ReplicatedLog(name + "-" + i + "/" + generation, mayForget));
        }
    }

    /// Null as long as nobody knows it.
    Uuid id() {
        return id;
    }

    void created(Uuid newId) {
        id = newId;
    }

    /// It is there, and nobody is about to delete it.
    boolean isUsable() {
        return id != null && !doomed;
    }

    /// From now on it may go at any time.
    void doom() {
        doomed = true;
    }

    boolean isDoomed() {
        return doomed;
    }

    /// Who leads the partitions, as one client knows.
    static final class Leaders {
        private final int[] ids;
        private final int[] epochs;

        Leaders(int partitions) {
            ids = new int[partitions];
            epochs = new int[partitions];
            for (int i = 0; i < partitions; i++) {
                ids[i] = UNKNOWN;
                epochs[i] = UNKNOWN;
            }
        }

        /// What was known before is told again, or something newer.
        void told(int partition, int leaderId, int epoch) {
            if (epoch >= epochs[partition]) {
                epochs[partition] = epoch;
                ids[partition] = leaderId;
            }
        }

        boolean isKnown(int partition) {
            return ids[partition] != UNKNOWN;
        }

        int id(int partition) {
            return ids[partition];
        }

        int epoch(int partition) {
            return epochs[partition];
        }

        /// Somebody else may lead by now.
        void forget(int partition) {
            ids[partition] = UNKNOWN;
        }
    }
}
