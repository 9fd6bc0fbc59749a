package dev.tidemark.server.term;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Which of a process's streams a person is at.
///
/// @param type what is read is typed
/// @param seeOut what is printed is seen
/// @param seeErr what is said is seen
/// @param likeColours nobody asked for none (`NO_COLOR`, of any value but the empty one)
record Eyes(boolean type, boolean seeOut, boolean seeErr, boolean likeColours) {
    static final Eyes CLOSED = new Eyes(false, false, false, false);

    static Eyes ofProcess() {
        String refusal = System.getenv("NO_COLOR");
        boolean isPlain = "dumb".equals(System.getenv("TERM"));
        return new Eyes(isTerminal(0), isTerminal(1) && !isPlain, isTerminal(2) && !isPlain,
                refusal == null || refusal.isEmpty());
    }

    private static boolean isTerminal(int descriptor) {
        try {
            String target = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor))
                    .toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty")
                    || target.equals("/dev/console");
        } catch (IOException | UnsupportedOperationException notLinux) {
            return System.console() != null && System.console().isTerminal();
        }
    }
}
