package dev.tidemark.bench.journal;

/// How rounds reach the disk.
enum WriteWay {
    /// A gather write into the page cache, then `fdatasync`: what the server does.
    CACHED,
    /// A copy into an aligned buffer, written past the page cache, then `fdatasync`.
    DIRECT,
    /// The same with `O_DSYNC`: the write itself returns when it is durable.
    DIRECT_DSYNC
}
