package dev.tidemark.io.sim;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.base.Prng;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/// The tree of names of one simulated disk, with the changes that a crash may still undo.
///
/// Changes are kept in the order in which they were made. Syncing a directory makes those durable
/// that touch it; a renaming between two directories never loses the node altogether, as no file
/// system does. A crash keeps nothing, all, a prefix (a file system with a journal) or any subset
/// (one that promises no order).
///
/// Confined to the simulator's thread.
final class SimNames {
    private final SimDirectory root = new SimDirectory();
    private final List<NameChange> pending = new ArrayList<>();

    /// The node of that path, or null.
    SimNode find(String path) {
        SimNode node = root;
        for (String name : parts(path)) {
            if (!(node instanceof SimDirectory directory)) {
                return null;
            }
            node = directory.names.get(name);
        }
        return node;
    }

    SimDirectory directory(String path) throws IOException {
        if (find(path) instanceof SimDirectory directory) {
            return directory;
        }
        throw new IOException("no such directory: " + path);
    }

    /// The place that a path names; its directory must be there.
    NameChange.Place place(String path) throws IOException {
        int slash = path.lastIndexOf('/');
        check(!path.isEmpty() && slash < path.length() - 1, "a path ends in a name");
        String directory = slash < 0 ? "" : path.substring(0, slash);
        return new NameChange.Place(directory(directory), path.substring(slash + 1));
    }

    void createDirectories(String path) throws IOException {
        SimDirectory at = root;
        for (String name : parts(path)) {
            SimNode next = at.names.get(name);
            if (next == null) {
                next = new SimDirectory();
                put(next, null, new NameChange.Place(at, name));
            }
            if (!(next instanceof SimDirectory directory)) {
                throw new IOException("not a directory: " + name + " in " + path);
            }
            at = directory;
        }
    }

    /// Gives a node a (new) name; what had it is no longer reachable by it.
    void put(SimNode node, NameChange.Place before, NameChange.Place after) {
        if (before != null) {
            before.directory().names.remove(before.name());
        }
        after.directory().names.put(after.name(), node);
        pending.add(new NameChange(node, before, after));
    }

    /// Takes the name away, and for a directory first those inside it, one by one.
    void remove(NameChange.Place place) {
        SimNode node = place.directory().names.get(place.name());
        if (node instanceof SimDirectory directory) {
            for (String name : List.copyOf(directory.names.keySet())) {
                remove(new NameChange.Place(directory, name));
            }
        }
        if (place.directory().names.remove(place.name()) != null) {
            pending.add(new NameChange(node, place, null));
        }
    }

    void sync(SimDirectory directory) {
        List<NameChange> still = new ArrayList<>();
        for (NameChange change : pending) {
            if (change.leaves(directory)) {
                if (change.after() != null) {
                    // What was put there before would come back over the newer one.
                    still.removeIf(earlier -> change.after().equals(earlier.after()));
                }
                change.makeDurable();
            } else if (change.enters(directory)) {
                new NameChange(change.node(), null, change.after()).makeDurable();
                if (change.before() != null) {
                    still.add(new NameChange(change.node(), change.before(), null));
                }
            } else {
                still.add(change);
            }
        }
        pending.clear();
        pending.addAll(still);
        check(directory.durable.equals(directory.names), "a synced directory keeps its names");
    }

    /// Settles the names, then the bytes of every file that still has one.
    void crash(Prng prng) {
        CrashMode mode = CrashMode.draw(prng);
        int prefix = prng.nextInt(pending.size() + 1);
        for (int i = 0; i < pending.size(); i++) {
            if (mode.keeps(i, prefix, prng)) {
                pending.get(i).makeDurable();
            }
        }
        pending.clear();
        settle(root, prng, Collections.newSetFromMap(new IdentityHashMap<>()));
    }

    /// Bytes in all files that have a name.
    long usedBytes() {
        return usedBytes(root);
    }

    private static void settle(SimDirectory directory, Prng prng, Set<SimNode> settled) {
        directory.names.clear();
        directory.names.putAll(directory.durable);
        for (SimNode node : directory.names.values()) {
            if (settled.add(node)) {
                switch (node) {
                    case SimBytes bytes -> bytes.crash(prng);
                    case SimDirectory below -> settle(below, prng, settled);
                }
            }
        }
    }

    private static long usedBytes(SimDirectory directory) {
        long used = 0;
        for (SimNode node : directory.names.values()) {
            used += switch (node) {
                case SimBytes bytes -> bytes.size();
                case SimDirectory below -> usedBytes(below);
            };
        }
        return used;
    }

    private static List<String> parts(String path) {
        if (path.isEmpty() || path.equals(".")) {
            return List.of();
        }
        List<String> parts = List.of(path.split("/", -1));
        for (String part : parts) {
            check(!part.isEmpty() && !part.equals(".."), "a path is relative and has no holes");
        }
        return parts;
    }
}
