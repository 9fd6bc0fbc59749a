package dev.tidemark.bench.report;

/// What one run can be measured by, with the unit in its label and the direction that is better.
public enum Metric {
    RECORDS_PER_S("records/s", true),
    MIB_PER_S("MiB/s", true),
    USER_S_PER_GIB("broker user CPU s/GiB", false),
    SYSTEM_S_PER_GIB("broker system CPU s/GiB", false),
    CPU_S_PER_GIB("broker CPU s/GiB", false),
    USER_S_PER_MILLION("broker user CPU s/million", false),
    SYSTEM_S_PER_MILLION("broker system CPU s/million", false),
    CPU_S("broker CPU s", false),
    SETUP_S("setting up s", false),
    SETUP_CPU_S("setting up broker CPU s", false),
    WHOLE_CPU_S("setting up and work broker CPU s", false),
    SECONDS("s", false),
    P50_MS("p50 ms", false),
    P99_MS("p99 ms", false),
    P999_MS("p99.9 ms", false),
    ACK_P50_MS("ack p50 ms", false),
    ACK_P99_MS("ack p99 ms", false),
    FRESH_START_S("fresh start s", false),
    CLEAN_START_S("start after clean stop s", false),
    KILLED_START_S("start after kill -9 s", false),
    IN_SYNC_S("start to all in sync s", false),
    REJOIN_S("killed node back in sync s", false),
    GAP_LED_S("longest gap, led by it s", false),
    GAP_OTHERS_S("longest gap, led by others s", false),
    GAP_S("longest gap s", false),
    LEADERS_S("all leaders moved s", false),
    ALL_ACKED_S("all acknowledge again s", false),
    FAILED("failed sends", false),
    RSS_MIB("RSS MiB", false),
    CPU_PERCENT("CPU % of a core", false),
    OPEN_FILES("open files", false),
    MAPPINGS("mappings", false),
    FILES("files on disk", false),
    DISK_MIB("disk MiB", false);

    private final String label;
    private final boolean moreIsBetter;

    Metric(String label, boolean moreIsBetter) {
        this.label = label;
        this.moreIsBetter = moreIsBetter;
    }

    /// The column text, unit included.
    public String label() {
        return label;
    }

    /// Whether a value, or its ratio to the baseline's, is as good as `bound` or better.
    public boolean meets(double value, double bound) {
        return moreIsBetter ? value >= bound : value <= bound;
    }

    /// How a bound on it begins.
    String direction() {
        return moreIsBetter ? "≥ " : "≤ ";
    }
}
