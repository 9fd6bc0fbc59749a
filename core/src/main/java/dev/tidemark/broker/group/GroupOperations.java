package dev.tidemark.broker.group;

import org.apache.kafka.common.acl.AclOperation;

/// What a client may do with a group, as the bits of an answer: everything, while there are no
/// access rules.
final class GroupOperations {
    /// READ, DESCRIBE, DELETE, DESCRIBE_CONFIGS and ALTER_CONFIGS.
    static final int ALL = bit(AclOperation.READ) | bit(AclOperation.DESCRIBE)
            | bit(AclOperation.DELETE) | bit(AclOperation.DESCRIBE_CONFIGS)
            | bit(AclOperation.ALTER_CONFIGS);

    private GroupOperations() {
    }

    private static int bit(AclOperation operation) {
        return 1 << operation.code();
    }
}
