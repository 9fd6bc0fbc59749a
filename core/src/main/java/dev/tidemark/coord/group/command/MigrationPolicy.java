package dev.tidemark.coord.group.command;

import java.util.Locale;

/// Which way a group that has members may go from one protocol to the other.
public enum MigrationPolicy {
    /// From classic to consumer, and back.
    BIDIRECTIONAL,
    /// From classic to consumer alone.
    UPGRADE,
    /// From consumer to classic alone.
    DOWNGRADE,
    /// Only a group without members changes its protocol.
    DISABLED;

    /// The policy of that name, in any case.
    ///
    /// @throws IllegalArgumentException if there is none
    public static MigrationPolicy named(String name) {
        return valueOf(name.trim().toUpperCase(Locale.ROOT));
    }

    /// True if a member of the newer protocol may join a classic group that has members.
    public boolean allowsUpgrade() {
        return this == BIDIRECTIONAL || this == UPGRADE;
    }

    /// True if a group becomes a classic one when its last member of the newer protocol is gone.
    public boolean allowsDowngrade() {
        return this == BIDIRECTIONAL || this == DOWNGRADE;
    }
}
