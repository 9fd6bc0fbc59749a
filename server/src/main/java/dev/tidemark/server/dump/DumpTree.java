package dev.tidemark.server.dump;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/// All that there is to read below a directory, and what is left out.
final class DumpTree {
    private static final String LOCK = ".lock";
    private static final String CLOSED = ".kafka_cleanshutdown";
    private static final String JOURNAL = ".journal";

    private final boolean records;
    private final List<DumpItem> items = new ArrayList<>();
    private final SortedMap<Path, String> skipped = new TreeMap<>();
    private Path lock;

    /// @param records whether records in batches are to be shown
    DumpTree(boolean records) {
        this.records = records;
    }

    /// Takes in every file below a directory, in the order of their names.
    void add(Path directory) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.walk(directory)) {
            files = all.filter(Files::isRegularFile).sorted().toList();
        }
        for (Path file : files) {
            addFile(file, files);
        }
    }

    /// What is to be read.
    List<DumpItem> items() {
        return items;
    }

    /// What is not, each file with the reason.
    SortedMap<Path, String> skipped() {
        return skipped;
    }

    /// The process that uses the directory, as far as one can tell; null if there is none.
    String user() {
        try {
            boolean isFree = lock == null || Files.exists(lock.resolveSibling(CLOSED));
            String pid = isFree ? "" : Files.readString(lock).strip();
            return pid.matches("[0-9]{1,10}") && ProcessHandle.of(Long.parseLong(pid)).isPresent()
                    ? pid : null;
        } catch (IOException unreadable) {
            return null;
        }
    }

    private void addFile(Path file, List<Path> all) {
        String name = file.getFileName().toString();
        String reason = DumpKinds.reasonToSkip(name);
        if (name.equals(LOCK)) {
            lock = file;
        }
        if (reason != null) {
            skipped.put(file, reason);
        } else if (name.endsWith(JOURNAL)) {
            addJournal(file, all);
        } else {
            LogDump.FileReading reading = DumpKinds.reading(file, records);
            if (reading == null) {
                skipped.put(file, "of no kind that is known");
            } else {
                items.add(DumpItem.of(file, reading));
            }
        }
    }

    /// A journal is read as one, with the first of its files.
    private void addJournal(Path file, List<Path> all) {
        List<Path> files = all.stream().filter(other -> other.toString().endsWith(JOURNAL)
                && other.getParent().equals(file.getParent())).toList();
        if (files.getFirst().equals(file)) {
            items.add(new DumpItem(file.getParent(), files, new JournalReading(files)));
        }
    }
}
