package dev.tidemark.control.decide;

import dev.tidemark.control.ControlCommand.Assignment;
import dev.tidemark.control.ControlError;
import dev.tidemark.control.MetadataImage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import org.apache.kafka.common.protocol.Errors;

/// Which brokers hold a topic's partitions: chosen by their loads and racks, or as the client
/// says, checked.
///
/// Stateless. Does no I/O.
final class Placement {
    private Placement() {
    }

    /// The brokers for each partition, or why not.
    ///
    /// @param assignments from partition 0; null with an error
    record Placed(List<List<Integer>> assignments, ControlError error) {
        private static Placed refused(Errors code, String message) {
            return new Placed(null, new ControlError(code, message));
        }
    }

    /// Chooses brokers.
    static Placed choose(BrokerLoads loads, int partitions, int replicas) {
        if (replicas > loads.brokerCount() || !loads.hasActive()) {
            return Placed.refused(Errors.INVALID_REPLICATION_FACTOR, replicas
                    + " replicas are asked for, and there are " + loads.brokerCount()
                    + " brokers" + (loads.hasActive() ? "" : ", none of which is active"));
        }
        var alike = new HashMap<List<Integer>, List<Integer>>();
        var all = new ArrayList<List<Integer>>(partitions);
        for (int p = 0; p < partitions; p++) {
            var chosen = loads.next(replicas);
            all.add(alike.computeIfAbsent(chosen, same -> same));
        }
        return new Placed(all, ControlError.NONE);
    }

    /// Checks what a client chose for a new topic: every partition from 0 on, once.
    static Placed check(MetadataImage image, List<Assignment> assignments) {
        var byPartition = new ArrayList<List<Integer>>();
        for (int p = 0; p < assignments.size(); p++) {
            byPartition.add(null);
        }
        for (var assignment : assignments) {
            int p = assignment.partition();
            if (p < 0 || p >= byPartition.size()) {
                return Placed.refused(Errors.INVALID_REPLICA_ASSIGNMENT,
                        "partitions are numbered from 0 without gaps; " + p + " does not fit");
            }
            if (byPartition.get(p) != null) {
                return Placed.refused(Errors.INVALID_REPLICA_ASSIGNMENT,
                        "partition " + p + " is assigned twice");
            }
            byPartition.set(p, assignment.brokers());
        }
        return checkLists(image, byPartition, byPartition.getFirst().size());
    }

    /// Checks lists of brokers: known, no broker twice, all of one length.
    static Placed checkLists(MetadataImage image, List<List<Integer>> lists, int replicas) {
        for (int p = 0; p < lists.size(); p++) {
            var brokers = lists.get(p);
            if (brokers.isEmpty()) {
                return Placed.refused(Errors.INVALID_REPLICA_ASSIGNMENT,
                        "an assignment names no broker");
            }
            if (brokers.size() != replicas) {
                return Placed.refused(Errors.INVALID_REPLICA_ASSIGNMENT, "an assignment has "
                        + brokers.size() + " replicas where the others have " + replicas);
            }
            if (new HashSet<>(brokers).size() < brokers.size()) {
                return Placed.refused(Errors.INVALID_REPLICA_ASSIGNMENT,
                        "an assignment names a broker twice: " + brokers);
            }
            for (int broker : brokers) {
                if (image.broker(broker) == null) {
                    return Placed.refused(Errors.INVALID_REPLICA_ASSIGNMENT,
                            "broker " + broker + " is not registered");
                }
            }
        }
        return new Placed(List.copyOf(lists), ControlError.NONE);
    }

    /// Refuses what would have no leader to begin with.
    static Placed checkActive(MetadataImage image, Placed placed) {
        var active = Settling.active(image);
        for (var brokers : placed.error().isNone() ? placed.assignments()
                : List.<List<Integer>>of()) {
            if (brokers.stream().noneMatch(active::test)) {
                return Placed.refused(Errors.INVALID_REPLICA_ASSIGNMENT,
                        "none of the brokers " + brokers + " is active");
            }
        }
        return placed;
    }
}
