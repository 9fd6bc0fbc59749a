package dev.tidemark.server.term;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/// Where a command reads and writes: results to `out`, everything about them to `err`.
///
/// Colours and progress bars only where a person looks at it.
public final class Terminal {
    private static final int BUFFER_BYTES = 64 << 10;
    // Cyan, magenta, yellow, blue: red and green mean bad and good.
    private static final String[] HUES = {"34", "36", "35", "33"};

    private final InputStream in;
    private final PrintStream out;
    private final PrintStream err;
    private final Eyes eyes;

    private Terminal(InputStream in, PrintStream out, PrintStream err, Eyes eyes) {
        this.in = in;
        this.out = out;
        this.err = err;
        this.eyes = eyes;
    }

    /// The process's own streams. What goes to `out` is buffered until [#flush] unless it is seen.
    public static Terminal ofProcess() {
        Eyes eyes = Eyes.ofProcess();
        var raw = new FileOutputStream(FileDescriptor.out);
        PrintStream out = eyes.seeOut() ? System.out : new PrintStream(
                new BufferedOutputStream(raw, BUFFER_BYTES), false, StandardCharsets.UTF_8);
        return new Terminal(System.in, out, System.err, eyes);
    }

    /// Streams that nobody looks at.
    public static Terminal of(InputStream in, PrintStream out, PrintStream err) {
        return new Terminal(in, out, err, Eyes.CLOSED);
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

    /// True if what is printed is to be in colour.
    public boolean isColoured() {
        return eyes.seeOut() && eyes.likeColours();
    }

    /// True if a person sees what is said.
    public boolean isWatched() {
        return eyes.seeErr();
    }

    /// True if a person sees what is printed.
    public boolean isRead() {
        return eyes.seeOut();
    }

    /// True if a person types what is read.
    public boolean isTyped() {
        return eyes.type();
    }

    /// Overwrites the last line that was drawn, on a terminal.
    void redraw(String line) {
        err.print("\r\u001b[2K" + line);
        err.flush();
    }

    /// In bold, where it is seen.
    public String strong(String text) {
        return paint(text, "1", isColoured());
    }

    /// In grey, where it is seen.
    public String faint(String text) {
        return paint(text, "2", isColoured());
    }

    /// In green, where it is seen.
    public String good(String text) {
        return paint(text, "32", isColoured());
    }

    /// In red, where it is seen, among what is said.
    public String bad(String text) {
        return paint(text, "31", eyes.seeErr() && eyes.likeColours());
    }

    /// In one of a few colours, the same for the same number, where it is seen.
    public String hue(int number, String text) {
        return paint(text, HUES[Math.floorMod(number, HUES.length)], isColoured());
    }

    private static String paint(String text, String code, boolean isColoured) {
        return isColoured ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
    }
}
