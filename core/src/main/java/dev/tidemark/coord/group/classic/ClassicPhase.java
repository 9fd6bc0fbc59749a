package dev.tidemark.coord.group.classic;

/// Where a classic group stands in its rebalance.
public enum ClassicPhase {
    /// No members; perhaps offsets.
    EMPTY("Empty"),
    /// Waits for every member to join again.
    PREPARING("PreparingRebalance"),
    /// Has a new generation and waits for its leader's assignment.
    COMPLETING("CompletingRebalance"),
    /// Every member has its assignment.
    STABLE("Stable");

    private final String wireName;

    ClassicPhase(String wireName) {
        this.wireName = wireName;
    }

    /// The name by which Kafka's tools know it.
    public String wireName() {
        return wireName;
    }
}
