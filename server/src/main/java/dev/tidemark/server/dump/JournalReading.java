package dev.tidemark.server.dump;

import dev.tidemark.journal.FrameKind;
import dev.tidemark.journal.JournalDamage;
import dev.tidemark.journal.JournalEnd;
import dev.tidemark.journal.JournalScan;
import dev.tidemark.record.Batch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/// The frames of a journal, and the batches in them.
///
/// Of a file alone nobody can tell whether those before and after it are there; a whole journal
/// also shows its holes. A round at the end that was under way at a crash is no damage: nobody was
/// told of it.
final class JournalReading implements LogDump.FileReading {
    private final List<Path> files;
    private long frames;
    private long batches;

    /// @param files of one journal
    JournalReading(List<Path> files) {
        this.files = List.copyOf(files);
    }

    @Override
    public void read(Path path, DumpSheet sheet) throws IOException {
        try (JournalScan scan = JournalScan.open(new ShownFilesDisk(files), "")) {
            while (scan.next()) {
                frames++;
                show(scan, sheet);
                if (scan.kind() == FrameKind.APPENDED) {
                    checkBatches(scan, sheet);
                }
            }
            showEnd(scan.end(), sheet);
        }
        sheet.sum(frames + " frames, " + batches + " batches;");
    }

    private static void show(JournalScan scan, DumpSheet sheet) {
        sheet.entry("kind", scan.kind(), "partition", scan.name(), "topicId", scan.topicId(),
                "leaderEpoch", scan.leaderEpoch(), "baseOffset", scan.baseOffset(),
                "endOffset", scan.endOffset(), "bytes", scan.payload().remaining());
    }

    private void checkBatches(JournalScan scan, DumpSheet sheet) {
        ByteBuffer payload = scan.payload();
        int at = payload.position();
        while (at < payload.limit()) {
            batches++;
            if (!Batch.crcValid(payload, at)) {
                sheet.damage(at, "bad CRC in the batch of offset " + Batch.baseOffset(payload, at)
                        + " of " + scan.name());
            }
            at += Batch.sizeInBytes(payload, at);
        }
    }

    private static void showEnd(JournalEnd end, DumpSheet sheet) {
        switch (end) {
            case JournalEnd.Clean _ -> {
                // All rounds are whole.
            }
            case JournalEnd.Torn torn -> sheet.entry("kind", "TORN", "position", torn.position());
            case JournalEnd.Corrupt corrupt -> {
                for (JournalDamage damage : corrupt.damages()) {
                    sheet.damage(damage.from(), "up to " + damage.end() + " of "
                            + name(damage) + ": " + damage.what());
                }
            }
        }
    }

    private static String name(JournalDamage damage) {
        return damage.path().substring(damage.path().lastIndexOf('/') + 1);
    }
}
