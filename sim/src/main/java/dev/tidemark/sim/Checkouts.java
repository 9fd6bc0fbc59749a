package dev.tidemark.sim;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// Which commit this is: a seed means something only together with its code.
final class Checkouts {
    private static final String UNKNOWN = "unknown";

    private Checkouts() {
    }

    /// The short hash of the commit that is checked out; `unknown` outside a checkout.
    static String commit() {
        Path home = Path.of(System.getProperty("tidemark.home", "."));
        try {
            Process git = new ProcessBuilder("git", "rev-parse", "--short", "HEAD")
                    .directory(home.toFile())
                    .redirectError(ProcessBuilder.Redirect.DISCARD).start();
            String hash = new String(git.getInputStream().readAllBytes(),
                    StandardCharsets.UTF_8).strip();
            return git.waitFor() == 0 && !hash.isEmpty() ? hash : UNKNOWN;
        } catch (IOException absent) {
            return UNKNOWN;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return UNKNOWN;
        }
    }
}
