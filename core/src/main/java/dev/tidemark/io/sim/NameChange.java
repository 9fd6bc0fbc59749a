package dev.tidemark.io.sim;

/// One change of names that no sync of a directory has made durable yet: a creation (nothing
/// before), a deletion (nothing after) or a renaming.
///
/// @param before where the node's name was; null for a creation
/// @param after where its name is now; null for a deletion
record NameChange(SimNode node, Place before, Place after) {
    /// A name in a directory.
    record Place(SimDirectory directory, String name) {
    }

    boolean leaves(SimDirectory directory) {
        return before != null && before.directory == directory;
    }

    boolean enters(SimDirectory directory) {
        return after != null && after.directory == directory;
    }

    void makeDurable() {
        if (before != null) {
            before.directory.durable.remove(before.name, node);
        }
        if (after != null) {
            after.directory.durable.put(after.name, node);
        }
    }
}
