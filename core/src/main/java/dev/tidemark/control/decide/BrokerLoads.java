package dev.tidemark.control.decide;

import dev.tidemark.base.Prng;
import dev.tidemark.control.BrokerImage;
import dev.tidemark.control.MetadataImage;
import dev.tidemark.control.TopicImage;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/// How many replicas and preferred leaders each broker has, and who should have the next ones.
///
/// A partition's leader is the active broker with the fewest leaders; each follower is the broker
/// with the fewest replicas in a rack that the partition is not in yet, if there is one. Brokers
/// that are not active keep only what nobody else can. Among equals, chance decides: so partitions
/// with one leader have different followers, and its load is spread when it fails.
///
/// Confined to one call of decide. Does no I/O.
final class BrokerLoads {
    private final ArrayList<Share> loads = new ArrayList<>();
    private final Prng prng;

    private static final class Share {
        final BrokerImage broker;
        int leaders;
        int replicas;
        int chance;

        Share(BrokerImage broker) {
            this.broker = broker;
        }
    }

    /// @param seed for choices among equals
    BrokerLoads(MetadataImage image, long seed) {
        prng = new Prng(seed);
        var byId = new TreeMap<Integer, Share>();
        for (var broker : image.brokers()) {
            byId.put(broker.id(), new Share(broker));
        }
        loads.addAll(byId.values());
        if (loads.size() > 1) {
            for (var topic : image.topics()) {
                count(topic, byId);
            }
        }
    }

    private static void count(TopicImage topic, TreeMap<Integer, Share> byId) {
        for (int p = 0; p < topic.partitionCount(); p++) {
            var replicas = topic.partition(p).replicas();
            for (int r = 0; r < replicas.size(); r++) {
                var load = byId.get(replicas.get(r));
                if (load != null) {
                    load.replicas++;
                    load.leaders += r == 0 ? 1 : 0;
                }
            }
        }
    }

    /// How many brokers there are to choose from.
    int brokerCount() {
        return loads.size();
    }

    /// True if one of them may lead.
    boolean hasActive() {
        for (var load : loads) {
            if (load.broker.isActive()) {
                return true;
            }
        }
        return false;
    }

    /// Chooses the brokers of one partition, and counts them.
    ///
    /// @param replicas at most as many as there are brokers, one of which is active
    List<Integer> next(int replicas) {
        for (var load : loads) {
            load.chance = prng.nextInt(1 << 20);
        }
        var chosen = new ArrayList<Share>(replicas);
        while (chosen.size() < replicas) {
            Share best = null;
            for (var load : loads) {
                if (!chosen.contains(load)
                        && (best == null || isBetter(load, best, chosen))) {
                    best = load;
                }
            }
            chosen.add(best);
        }
        var ids = new ArrayList<Integer>(replicas);
        for (var load : chosen) {
            load.replicas++;
            ids.add(load.broker.id());
        }
        chosen.getFirst().leaders++;
        return List.copyOf(ids);
    }

    private static boolean isBetter(Share load, Share best, List<Share> chosen) {
        if (load.broker.isActive() != best.broker.isActive()) {
            return load.broker.isActive();
        }
        if (chosen.isEmpty() && load.leaders != best.leaders) {
            return load.leaders < best.leaders;
        }
        int mates = mates(load, chosen);
        int bestMates = mates(best, chosen);
        if (mates != bestMates) {
            return mates < bestMates;
        }
        return load.replicas != best.replicas ? load.replicas < best.replicas
                : load.chance < best.chance;
    }

    /// How many of those chosen stand in the broker's rack.
    private static int mates(Share load, List<Share> chosen) {
        int mates = 0;
        for (var other : chosen) {
            var rack = other.broker.rack();
            mates += rack != null && rack.equals(load.broker.rack()) ? 1 : 0;
        }
        return mates;
    }
}
