package dev.tidemark.coord.group.assign;

import dev.tidemark.coord.group.event.PartitionSet;
import java.util.SortedMap;

/// Gives members as equal a number of partitions as their subscriptions allow, and moves as few
/// of them as that takes. Stateless.
public final class UniformAssignor implements Assignor {
    /// As members name it.
    public static final String NAME = "uniform";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public SortedMap<String, PartitionSet> assign(Sharing sharing) {
        var balance = new Balance(sharing);
        balance.keepPresent();
        balance.giveRest();
        balance.level();
        return balance.result();
    }
}
