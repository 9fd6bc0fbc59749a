package dev.tidemark.server.term;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// Where a command reads and writes: results to `out`, everything about them to `err`.
///
/// Colours and progress bars only where a person looks at it.
public final class Terminal {
    private static final int BUFFER_BYTES = 64 << 10;

    private final InputStream in;
    private final PrintStream out;
    private final PrintStream err;
    private final boolean isOutSeen;
    private final boolean isErrSeen;

    private Terminal(InputStream in, PrintStream out, PrintStream err, boolean isOutSeen,
            boolean isErrSeen) {
        this.in = in;
        this.out = out;
        this.err = err;
        this.isOutSeen = isOutSeen;
        this.isErrSeen = isErrSeen;
    }

    /// The process's own streams. What goes to `out` is buffered until [#flush] unless it is seen.
    public static Terminal ofProcess() {
        boolean isOutSeen = isTerminal(1);
        var raw = new FileOutputStream(FileDescriptor.out);
        PrintStream out = isOutSeen ? System.out : new PrintStream(
                new java.io.BufferedOutputStream(raw, BUFFER_BYTES), false, StandardCharsets.UTF_8);
        return new Terminal(System.in, out, System.err, isOutSeen, isTerminal(2));
    }

    /// Streams that nobody looks at.
    public static Terminal of(InputStream in, PrintStream out, PrintStream err) {
        return new Terminal(in, out, err, false, false);
    }

    /// The same streams, as if nobody looked.
    public Terminal unwatched() {
        return of(in, out, err);
    }

    /// What is piped in.
    public InputStream in() {
        return in;
    }

    /// Prints a result.
    public void print(String line) {
        out.print(line);
        out.print('\n');
    }

    /// Prints a result's raw bytes.
    public void print(byte[] bytes) {
        out.write(bytes, 0, bytes.length);
    }

    /// Says something about the work, not part of its result.
    public void say(String line) {
        out.flush();
        err.println(line);
    }

    /// Puts what was printed where it belongs.
    ///
    /// @return false if it cannot be written any more: the reader is gone
    public boolean flush() {
        return !out.checkError();
    }

    /// True if a person sees what is printed.
    public boolean isSeen() {
        return isOutSeen;
    }

    /// True if a person sees what is said.
    public boolean isWatched() {
        return isErrSeen;
    }

    /// Overwrites the last line that was drawn, on a terminal.
    void redraw(String line) {
        err.print("\r\u001b[2K" + line);
        err.flush();
    }

    /// In bold, where it is seen.
    public String strong(String text) {
        return paint(text, "1", isOutSeen);
    }

    /// In grey, where it is seen.
    public String faint(String text) {
        return paint(text, "2", isOutSeen);
    }

    /// In green, where it is seen.
    public String good(String text) {
        return paint(text, "32", isOutSeen);
    }

    /// In red, where it is seen, among what is said.
    public String bad(String text) {
        return paint(text, "31", isErrSeen);
    }

    private static String paint(String text, String code, boolean isSeen) {
        return isSeen ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
    }

    private static boolean isTerminal(int descriptor) {
        if (System.getenv("NO_COLOR") != null || "dumb".equals(System.getenv("TERM"))) {
            return false;
        }
        try {
            String target = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor))
                    .toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
        } catch (IOException | UnsupportedOperationException notLinux) {
            return System.console() != null && System.console().isTerminal();
        }
    }
}
