package dev.tidemark.coord.group.record;

/// The first two bytes of a key in `__consumer_offsets`: what the record is about.
///
/// Numbers are Kafka's and never reused.
final class RecordType {
    static final int LEGACY_OFFSET = 0;
    static final int OFFSET = 1;
    static final int CLASSIC_GROUP = 2;
    static final int CONSUMER_GROUP = 3;
    static final int CONSUMER_PARTITIONS = 4;
    static final int CONSUMER_MEMBER = 5;
    static final int TARGET_EPOCH = 6;
    static final int TARGET_MEMBER = 7;
    static final int CURRENT_MEMBER = 8;
    static final int REGEX = 16;

    private RecordType() {
    }
}
