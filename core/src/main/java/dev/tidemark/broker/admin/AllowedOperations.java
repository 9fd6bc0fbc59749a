package dev.tidemark.broker.admin;

import org.apache.kafka.common.acl.AclOperation;

/// What a client may do, as the bit field that responses carry: everything, while there is no
/// authorizer.
///
/// Stateless. Does no I/O.
public final class AllowedOperations {
    /// What can be done with a topic.
    public static final int TOPIC = bits(AclOperation.READ, AclOperation.WRITE,
            AclOperation.CREATE, AclOperation.DELETE, AclOperation.ALTER, AclOperation.DESCRIBE,
            AclOperation.DESCRIBE_CONFIGS, AclOperation.ALTER_CONFIGS);
    /// What can be done with the cluster.
    public static final int CLUSTER = bits(AclOperation.CREATE, AclOperation.CLUSTER_ACTION,
            AclOperation.DESCRIBE_CONFIGS, AclOperation.ALTER_CONFIGS,
            AclOperation.IDEMPOTENT_WRITE, AclOperation.ALTER, AclOperation.DESCRIBE);
    /// What can be done with a group.
    public static final int GROUP = bits(AclOperation.READ, AclOperation.DESCRIBE,
            AclOperation.DELETE, AclOperation.DESCRIBE_CONFIGS, AclOperation.ALTER_CONFIGS);
    /// Not asked for.
    public static final int NOT_TOLD = Integer.MIN_VALUE;

    private AllowedOperations() {
    }

    private static int bits(AclOperation... operations) {
        int bits = 0;
        for (var operation : operations) {
            bits |= 1 << operation.code();
        }
        return bits;
    }
}
