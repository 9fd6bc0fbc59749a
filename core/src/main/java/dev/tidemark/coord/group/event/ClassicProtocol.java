package dev.tidemark.coord.group.event;

import java.util.Arrays;

/// A way to share out the work that a member of the classic protocol supports, with its own bytes
/// for it. Equal if the bytes are.
///
/// @param name as in `range` or `cooperative-sticky`
/// @param metadata the member's, not to be changed; the broker only looks into it for what
///     consumers say there
public record ClassicProtocol(String name, byte[] metadata) {
    @Override
    public boolean equals(Object other) {
        return other instanceof ClassicProtocol protocol && name.equals(protocol.name)
                && Arrays.equals(metadata, protocol.metadata);
    }

    @Override
    public int hashCode() {
        return 31 * name.hashCode() + Arrays.hashCode(metadata);
    }
}
