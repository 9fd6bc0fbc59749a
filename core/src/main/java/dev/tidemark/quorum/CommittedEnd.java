package dev.tidemark.quorum;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.base.Marks;
import dev.tidemark.io.Disk;
import dev.tidemark.io.DiskFile;
import dev.tidemark.log.segment.BatchCursor;
import dev.tidemark.log.segment.CorruptFile;
import dev.tidemark.record.Batch;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.CRC32C;

/// An end below which the metadata log was committed and synced, in a file of its own.
///
/// It tells damage from a torn tail: what a crash may take lies behind it. It lags behind the
/// truth, so that a commit rarely costs a sync for it.
///
/// Confined to the quorum's loop. Blocks.
final class CommittedEnd {
    static final String NAME = "committed-end";

    private static final String VERSION = "version=0\n";
    private static final String FIELD = "offset=";
    private static final String LOG = ".log";
    /// How far it may lag, in records.
    private static final int MOST_LAG = 64;

    private final Disk disk;
    private final String directory;
    private long written;

    CommittedEnd(Disk disk, String directory) throws IOException {
        this.disk = disk;
        this.directory = directory;
        this.written = read();
    }

    /// True if the file lags too far behind this end.
    boolean lags(long highWatermark) {
        return highWatermark - written >= MOST_LAG;
    }

    /// Notes that all below is committed and synced here. A node that has not heard of its leader
    /// since its start knows of less than it noted before.
    void write(long endOffset) throws IOException {
        check(endOffset >= 0, "an end is an offset", endOffset);
        if (endOffset > written) {
            String body = VERSION + FIELD + endOffset + "\n";
            SyncedFile.write(disk, directory, NAME,
                    (body + "crc=" + crc(body) + "\n").getBytes(StandardCharsets.UTF_8));
            written = endOffset;
        }
    }

    /// Looks through the log before anything of it is cut off.
    ///
    /// @throws CorruptFile if batches are damaged or missing that were committed
    void demandWhole(long startOffset) throws IOException {
        List<String> names = disk.list(directory).stream()
                .filter(name -> name.endsWith(LOG)).sorted().toList();
        long end = startOffset;
        for (int i = 0; i < names.size() && end < written; i++) {
            String path = directory + '/' + names.get(i);
            try (DiskFile file = disk.open(path)) {
                end = Math.max(end, wholeEnd(file));
            }
            boolean isLast = i == names.size() - 1;
            if (!isLast && end < Math.min(written, baseOffset(names.get(i + 1)))) {
                throw damaged(path, end);
            }
        }
        if (end < written) {
            throw damaged(directory, end);
        }
    }

    private static long baseOffset(String name) {
        return Long.parseLong(name.substring(0, name.length() - LOG.length()));
    }

    private static long wholeEnd(DiskFile file) throws IOException {
        long end = 0;
        var cursor = new BatchCursor(file, 0, Math.toIntExact(file.size()),
                BatchCursor.LONG_READ);
        while (cursor.next() && cursor.readWhole()
                && Batch.crcValid(cursor.buffer(), cursor.at())
                && (end == 0 || cursor.baseOffset() == end)) {
            end = cursor.lastOffset() + 1;
        }
        return end;
    }

    private CorruptFile damaged(String path, long end) {
        Marks.hit("committed metadata is damaged");
        return new CorruptFile(path + " is damaged: the metadata at offsets " + end + " to "
                + (written - 1) + " was committed and can't be read; nothing was changed", end);
    }

    private long read() throws IOException {
        byte[] bytes = SyncedFile.read(disk, directory + '/' + NAME);
        if (bytes == null) {
            return 0;
        }
        String text = new String(bytes, StandardCharsets.UTF_8);
        int end = text.lastIndexOf("crc=");
        if (end < 0 || !text.equals(text.substring(0, end) + "crc=" + crc(text.substring(0, end))
                + "\n")) {
            // The log is looked through all the same, and a torn tail is not told from damage.
            Marks.hit("committed end is damaged");
            return 0;
        }
        if (!text.startsWith(VERSION + FIELD)) {
            throw new IOException(directory + '/' + NAME + " is of a version that this release"
                    + " does not read");
        }
        return Long.parseLong(text.substring(VERSION.length() + FIELD.length(), end - 1));
    }

    private static String crc(String body) {
        var crc = new CRC32C();
        crc.update(body.getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().toHexDigits((int) crc.getValue());
    }
}
