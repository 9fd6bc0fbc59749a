package dev.tidemark.server.dump;

import dev.tidemark.server.term.CommandFailed;
import dev.tidemark.server.term.FileTrouble;
import dev.tidemark.server.term.Terminal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `log dump FILE...`: prints what is in a file and checks all that can be checked.
@Command(name = "dump", mixinStandardHelpOptions = true,
        description = {"Print what is in .log, .index, .timeindex, .txnindex, .snapshot and "
            + ".journal files, and check every checksum.", "Exit code 1 if anything is wrong."})
final class LogDump implements Runnable {
    private final Terminal terminal;

    @Parameters(paramLabel = "FILE", arity = "1..*",
            description = "files of a partition or of the journal")
    private List<Path> files;

    @Option(names = {"-r", "--records"}, description = "also the records in each batch")
    private boolean records;

    @Option(names = {"-q", "--quiet"}, description = "check, and print only what is wrong")
    private boolean quiet;

    @Option(names = "--json", description = "one JSON object for each entry")
    private boolean json;

    LogDump(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void run() {
        long damages = 0;
        for (Path file : files) {
            damages += dump(file);
        }
        if (damages > 0) {
            throw new CommandFailed(damages == 1 ? "one damage was found"
                    : damages + " damages were found");
        }
    }

    private long dump(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new CommandFailed(Files.isDirectory(file)
                    ? file + " is a directory: name its files" : "there is no file " + file);
        }
        var sheet = new DumpSheet(terminal, file, json, quiet);
        try {
            reader(file).read(file, sheet);
        } catch (IOException failure) {
            throw new CommandFailed("cannot read " + file + ": " + FileTrouble.reason(failure));
        }
        return sheet.damages();
    }

    private FileReading reader(Path file) {
        String name = file.getFileName().toString();
        return switch (name.substring(name.lastIndexOf('.') + 1)) {
            case "log" -> new SegmentReading(records);
            case "index" -> new OffsetIndexReading();
            case "timeindex" -> new TimeIndexReading();
            case "txnindex" -> new AbortedIndexReading();
            case "journal" -> new JournalReading();
            case "snapshot" -> new ProducerSnapshotReading();
            default -> throw new CommandFailed(name + " is of no kind that can be read: .log, "
                    + ".index, .timeindex, .txnindex, .snapshot, .journal");
        };
    }

    /// One kind of file.
    interface FileReading {
        /// Puts each entry, and each damage, on the sheet.
        void read(Path file, DumpSheet sheet) throws IOException;
    }
}
