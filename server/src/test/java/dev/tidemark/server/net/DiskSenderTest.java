package dev.tidemark.server.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.base.Prng;
import dev.tidemark.io.Connection;
import dev.tidemark.io.DiskFile;
import dev.tidemark.io.Frame;
import dev.tidemark.io.Slice;
import dev.tidemark.server.disk.FileDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class DiskSenderTest {
    private static final int FILE_BYTES = 8 << 20;

    @TempDir
    Path directory;

    @Test
    void slicesOfAllSizesLeaveInOrderBetweenFrames() throws IOException {
        byte[] content = new byte[FILE_BYTES];
        var prng = new Prng(3);
        for (int i = 0; i < content.length; i += 13) {
            content[i] = (byte) prng.nextInt(256);
        }
        try (FileDisk disk = FileDisk.open(directory)) {
            try (DiskFile file = written(disk, content);
                    var node = new EchoNode(ConnectionLimits.DEFAULT, 64 << 20,
                    (connection, frame) -> answerSlice(connection, frame, file),
                    new DiskSender(disk)); Wire wire = node.connect()) {
                for (int i = 0; i < 200; i++) {
                    int length = prng.nextInt(i % 10 == 0 ? FILE_BYTES / 2 : 40_000);
                    int from = prng.nextInt(FILE_BYTES - length);
                    wire.send(ByteBuffer.allocate(8).putInt(from).putInt(length).array());
                    byte[] answer = wire.receive();
                    assertThat(Arrays.equals(answer,
                            Arrays.copyOfRange(content, from, from + length)))
                            .as("%d bytes from %d", length, from).isTrue();
                }
            }
            assertThat(disk.openCount()).as("files on loan").isZero();
        }
    }

    @Test
    void aSliceBehindTheEndOfItsFileClosesTheConnection() throws IOException {
        try (FileDisk disk = FileDisk.open(directory); DiskFile file = disk.open("log");
                var node = new EchoNode(ConnectionLimits.DEFAULT, 64 << 20,
                        (connection, frame) -> answerSlice(connection, frame, file),
                        new DiskSender(disk))) {
            for (int length : new int[] {10, 100_000}) {
                try (Wire wire = node.connect()) {
                    wire.send(ByteBuffer.allocate(8).putInt(0).putInt(length).array());
                    assertThat(wire.in.readNBytes(5)).as("the length and nothing else")
                            .hasSizeLessThanOrEqualTo(4);
                }
            }
        }
    }

    private static DiskFile written(FileDisk disk, byte[] content) throws IOException {
        DiskFile file = disk.open("log");
        file.write(new ByteBuffer[] {ByteBuffer.wrap(content)}, 0, 1, 0);
        return file;
    }

    private static void answerSlice(Connection connection, Frame frame, DiskFile file) {
        int from = frame.bytes().getInt(0);
        int length = frame.bytes().getInt(4);
        frame.release();
        Frame prefix = connection.allocate(4);
        prefix.bytes().putInt(length);
        connection.send(prefix);
        connection.send(new Slice(file, from, length));
    }
}
