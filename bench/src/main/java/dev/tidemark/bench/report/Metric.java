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

    /// Whether a ratio of `ratio` to the baseline is as good as `bound` or better.
    public boolean meets(double ratio, double bound) {
        return moreIsBetter ? ratio >= bound : ratio <= bound;
    }

    /// How an aim reads: `≥ 1.5×` where more is better, `≤ 0.6×` where less is.
    public String aimText(double bound) {
        return (moreIsBetter ? "≥ " : "≤ ") + Numbers.plain(bound) + "×";
    }
}
