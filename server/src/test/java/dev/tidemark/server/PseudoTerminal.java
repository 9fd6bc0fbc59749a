package dev.tidemark.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/// A program at a terminal of its own, which `script` makes: what is typed goes through the
/// terminal, so that Ctrl-C is a SIGINT for the whole foreground group, as at a keyboard.
///
/// [#close] ends the program.
final class PseudoTerminal implements AutoCloseable {
    private static final char CTRL_C = 3;
    private static final int PATIENCE_SECONDS = 60;

    private final Process process;
    private final InputStream screen;
    private final StringBuilder seen = new StringBuilder();

    private PseudoTerminal(Process process) {
        this.process = process;
        screen = process.getInputStream();
    }

    static PseudoTerminal run(Path directory, Map<String, String> environment,
            List<String> command) throws IOException {
        String line = command.stream().map(word -> "'" + word.replace("'", "'\\''") + "'")
                .collect(Collectors.joining(" ", "exec ", ""));
        var builder = new ProcessBuilder("script", "-qefc", line, "/dev/null")
                .directory(directory.toFile()).redirectErrorStream(true);
        builder.environment().put("TERM", "xterm");
        builder.environment().put("SHELL", "/bin/sh");
        builder.environment().remove("NO_COLOR");
        builder.environment().putAll(environment);
        return new PseudoTerminal(builder.start());
    }

    /// Reads what is shown until the text stands there.
    ///
    /// @return all that was shown so far
    String until(String text) throws IOException {
        while (seen.indexOf(text) < 0) {
            assertThat(more()).as("waiting for '%s', saw: %s", text, seen).isTrue();
        }
        return seen.toString();
    }

    /// Types a line.
    void type(String line) throws IOException {
        process.getOutputStream().write((line + "\n").getBytes(UTF_8));
        process.getOutputStream().flush();
    }

    void typeCtrlC() throws IOException {
        process.getOutputStream().write(CTRL_C);
        process.getOutputStream().flush();
    }

    /// Reads to the end.
    ///
    /// @return the exit code
    int end() throws Exception {
        while (more()) {
            // All of it is wanted.
        }
        assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    /// All that was shown.
    String seen() {
        return seen.toString();
    }

    @Override
    public void close() {
        List<ProcessHandle> below = process.descendants().toList();
        below.forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    private boolean more() throws IOException {
        byte[] bytes = new byte[1 << 10];
        int count = screen.read(bytes);
        if (count > 0) {
            seen.append(new String(bytes, 0, count, UTF_8));
        }
        return count >= 0;
    }
}
