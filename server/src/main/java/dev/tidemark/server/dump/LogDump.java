package dev.tidemark.server.dump;

import dev.tidemark.server.term.CommandFailed;
import dev.tidemark.server.term.FileTrouble;
import dev.tidemark.server.term.JsonText;
import dev.tidemark.server.term.Progress;
import dev.tidemark.server.term.Terminal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `log dump PATH...`: prints what is in files, and in all files of directories, and checks all
/// that can be checked.
@Command(name = "dump", mixinStandardHelpOptions = true,
        description = {"Print what is in the files of a data directory, and check every checksum: "
            + "segments, indexes, the journal, checkpoints, and whose they are.",
            "A running node's files may be looked at; what it is writing may look torn.",
            "Exit code 1 if anything is wrong."})
final class LogDump implements Runnable {
    private final Terminal terminal;

    @Parameters(paramLabel = "PATH", arity = "1..*",
            description = "files, or directories with all files below them")
    private List<Path> paths;

    @Option(names = {"-r", "--records"}, description = "also the records in each batch")
    private boolean records;

    @Option(names = {"-q", "--quiet"}, description = "check, and print only what is wrong")
    private boolean quiet;

    @Option(names = "--json", description = "one JSON object for each entry")
    private boolean json;

    private long damages;
    private long unreadable;
    private long files;
    private long bytes;

    LogDump(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void run() {
        var tree = new DumpTree(records);
        boolean isSummed = paths.size() > 1;
        for (Path path : paths) {
            isSummed |= Files.isDirectory(path);
            add(path, tree);
        }
        long total = tree.items().stream().mapToLong(DumpItem::bytes).sum();
        // Lines that scroll by are progress enough.
        Terminal drawing = quiet || !terminal.isRead() ? terminal : terminal.unwatched();
        try (Progress progress = new Progress(drawing, "reading", total)) {
            for (DumpItem item : tree.items()) {
                dump(item, progress, tree);
            }
        }
        if (isSummed) {
            sum(tree);
        }
        if (damages + unreadable > 0) {
            throw new CommandFailed(verdict());
        }
    }

    private void add(Path path, DumpTree tree) {
        if (Files.isDirectory(path)) {
            try {
                tree.add(path);
            } catch (IOException failure) {
                throw new CommandFailed("cannot read " + path + ": " + FileTrouble.say(failure));
            }
            return;
        }
        if (!Files.isRegularFile(path)) {
            throw new CommandFailed("there is no file " + path);
        }
        FileReading reading = DumpKinds.reading(path, records);
        if (reading == null) {
            throw new CommandFailed(path.getFileName() + " is of no kind that can be read: .log, "
                    + ".index, .timeindex, .txnindex, .snapshot, .journal, .rescued, checkpoints, "
                    + "meta.properties, partition.metadata");
        }
        tree.items().add(DumpItem.of(path, reading));
    }

    private void dump(DumpItem item, Progress progress, DumpTree tree) {
        var sheet = new DumpSheet(terminal, item.path(), json, quiet)
                .following(progress, bytes);
        try {
            item.reading().read(item.path(), sheet);
            files += item.files().size();
        } catch (NoSuchFileException gone) {
            tree.skipped().put(item.path(), "taken away meanwhile");
        } catch (IOException failure) {
            unreadable++;
            terminal.say(terminal.bad("tidemark: ") + "cannot read " + item.path() + ": "
                    + FileTrouble.reason(failure));
        }
        damages += sheet.damages();
        bytes += item.bytes();
        progress.at(bytes);
    }

    private void sum(DumpTree tree) {
        if (json) {
            Map<String, Object> all = new LinkedHashMap<>();
            all.put("files", files);
            all.put("bytes", bytes);
            all.put("damages", damages);
            all.put("unreadable", unreadable);
            all.put("skipped", tree.skipped().keySet().stream().map(Path::toString).toList());
            terminal.print(JsonText.of(all));
        } else {
            if (!quiet) {
                tree.skipped().forEach((file, reason) ->
                        terminal.print(terminal.faint("skipped " + file + ": " + reason)));
            }
            terminal.print(terminal.strong(files + " files, " + bytes + " bytes: ")
                    + (damages + unreadable == 0 ? terminal.good("all sound") : verdict()));
        }
        if (tree.user() != null) {
            terminal.say("process " + tree.user() + " uses this directory: what it is writing may "
                    + "look torn");
        }
    }

    private String verdict() {
        String found = damages == 1 ? "one damage was found" : damages + " damages were found";
        return unreadable == 0 ? found : found + ", " + unreadable + " not readable";
    }

    /// One kind of file.
    interface FileReading {
        /// Puts each entry, and each damage, on the sheet.
        void read(Path file, DumpSheet sheet) throws IOException;
    }
}
