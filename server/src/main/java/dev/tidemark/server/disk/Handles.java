package dev.tidemark.server.disk;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/// The open handles of a disk by path, so that each follows its file when names change.
///
/// Whoever changes names excludes whoever opens a descriptor by name. May be called from any
/// thread; a thread may hold a file's own lock when it calls [#holdingStill], and no other method.
final class Handles {
    private final ReentrantReadWriteLock names = new ReentrantReadWriteLock();
    private final TreeMap<String, List<StoredFile>> byPath = new TreeMap<>();

    /// Runs what reads names, while none changes.
    <T> T holdingStill(Step<T> step) throws IOException {
        names.readLock().lock();
        try {
            return step.run();
        } finally {
            names.readLock().unlock();
        }
    }

    /// Runs what changes names, alone.
    <T> T changing(Step<T> step) throws IOException {
        names.writeLock().lock();
        try {
            return step.run();
        } finally {
            names.writeLock().unlock();
        }
    }

    /// Adds a handle. Inside [#changing] only.
    void add(StoredFile file) {
        byPath.computeIfAbsent(file.path(), absent -> new ArrayList<>(1)).add(file);
    }

    void remove(StoredFile file) {
        names.writeLock().lock();
        try {
            List<StoredFile> same = byPath.get(file.path());
            if (same != null && same.remove(file) && same.isEmpty()) {
                byPath.remove(file.path());
            }
        } finally {
            names.writeLock().unlock();
        }
    }

    /// A file or directory has a new path. Inside [#changing] only.
    void moved(String from, String to) {
        if (from.equals(to)) {
            return;
        }
        lost(to);
        for (StoredFile file : take(from)) {
            file.renamed(to + file.path().substring(from.length()));
            add(file);
        }
    }

    /// A file, or a directory with all in it, is gone. Inside [#changing] only.
    void lost(String path) {
        take(path).forEach(StoredFile::lost);
    }

    List<StoredFile> all() {
        names.readLock().lock();
        try {
            List<StoredFile> all = new ArrayList<>();
            byPath.values().forEach(all::addAll);
            return all;
        } finally {
            names.readLock().unlock();
        }
    }

    /// Takes out the handles of a path and of all paths below it.
    private List<StoredFile> take(String path) {
        List<StoredFile> taken = new ArrayList<>();
        List<StoredFile> exact = byPath.remove(path);
        if (exact != null) {
            taken.addAll(exact);
        }
        // '0' is the character behind '/': what lies between begins with the path and a slash.
        Map<String, List<StoredFile>> below = byPath.subMap(path + '/', path + '0');
        below.values().forEach(taken::addAll);
        below.clear();
        return taken;
    }

    /// Something that the world may fail.
    @FunctionalInterface
    interface Step<T> {
        T run() throws IOException;
    }
}
