package dev.tidemark.server.node;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;

/// The beginning of a node's random numbers, drawn from the system.
///
/// Stateless. Reads the system's device, because Java's own generator takes longer to set up than
/// all the rest of the start.
final class Seed {
    private static final Path DEVICE = Path.of("/dev/urandom");

    private Seed() {
    }

    static long draw() {
        try (InputStream device = Files.newInputStream(DEVICE)) {
            byte[] bytes = device.readNBytes(Long.BYTES);
            if (bytes.length == Long.BYTES) {
                return ByteBuffer.wrap(bytes).getLong();
            }
        } catch (IOException notUnix) {
            // Java knows another source.
        }
        return new SecureRandom().nextLong();
    }
}
