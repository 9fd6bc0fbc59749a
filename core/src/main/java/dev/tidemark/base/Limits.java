package dev.tidemark.base;

/// The named bounds of every queue, map and buffer whose size a client or the world could drive.
///
/// Over a limit the client gets an error or waits; memory does not grow. Those that an operator
/// may set are defaults here and carry the key's name.
public final class Limits {
    /// Descriptors that one data directory keeps open between uses (`tidemark.open.files`).
    public static final int OPEN_FILES = 512;

    /// Bytes of one record batch after decompression, where the broker has to look inside: a
    /// batch that inflates further is refused as a bomb.
    public static final int INFLATED_BATCH_BYTES = 64 << 20;

    /// Record errors that one refused batch lists in the answer; the rest is not looked for.
    public static final int RECORD_ERRORS = 64;

    /// Requests of one connection that wait for their answers, before nothing more is read from it.
    public static final int REQUESTS_PER_CONNECTION = 256;

    /// Requests to one peer that wait for their answers, before another one is refused.
    public static final int REQUESTS_PER_PEER = 1_000;

    /// Damaged replicas that one heartbeat tells of; the others are told of when these are mended.
    public static final int DAMAGED_PER_HEARTBEAT = 1_000;

    /// Bytes of one connection's requests that wait for their answers, likewise.
    public static final long REQUEST_BYTES_PER_CONNECTION = 64L << 20;

    /// Bytes that a client has not taken yet, likewise.
    public static final long UNSENT_BYTES_PER_CONNECTION = 4L << 20;

    /// Bytes of a machine's events in one batch, before the next one is begun.
    public static final int EVENT_BATCH_BYTES = 512 << 10;

    /// Bytes of a machine's log that are read at once when it is replayed.
    public static final int REPLAY_CHUNK_BYTES = 1 << 20;

    /// The same, grown for a log with longer batches.
    public static final int REPLAY_CHUNK_BYTES_MAX = 256 << 20;

    /// Incremental fetch sessions that one loop keeps.
    public static final int FETCH_SESSIONS_PER_LOOP = 1000;

    /// Producers of which a partition remembers that it refused their first batch.
    public static final int REFUSED_PRODUCERS = 1000;

    /// Memory of the fetches that one loop has waiting for records; one more is answered at once.
    public static final long PARKED_FETCH_BYTES_PER_LOOP = 64L << 20;

    /// Elements of one array of a request that is looked up by key.
    public static final int KEYED_ELEMENTS = 100_000;

    /// What one request may hold: a number counts two, a string or a batch eight. A hundred
    /// thousand topics of a Metadata request, or partitions of a fetch, are within it.
    public static final int REQUEST_WORK = 2_000_000;

    /// Elements of one request (topics, groups, partitions of a commit) that a loop works on in one
    /// turn; then it serves others before it goes on.
    public static final int ELEMENTS_PER_TURN = 1_000;

    /// Ids that one group has given to members that have not come back with them yet.
    public static final int PENDING_JOINS_PER_GROUP = 10_000;

    /// The least time that a client waits for a sync, in milliseconds, however little it asks for:
    /// a disk that is well answers within it, and a time of 0 does not mean "never".
    public static final int LEAST_TIMEOUT_MS = 100;

    private Limits() {
    }
}
