package dev.tidemark.tidy;

import com.sun.source.util.JavacTask;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/// All that the rules look at: the tracked text files by path, and the Java ones parsed.
record House(Map<String, String> files, List<Source> sources) {
    /// Parses every file whose name ends in `.java`; no types are resolved.
    static House of(Map<String, String> files) {
        Map<String, String> java = new LinkedHashMap<>(files);
        java.keySet().removeIf(path -> !path.endsWith(".java"));
        return new House(files, java.isEmpty() ? List.of() : parse(java));
    }

    Stream<Source> main() {
        return sources.stream().filter(Source::isMain);
    }

    Stream<Source> tests() {
        return sources.stream().filter(Source::isTest);
    }

    Stream<Source> coreMain() {
        return sources.stream().filter(Source::isCoreMain);
    }

    private static List<Source> parse(Map<String, String> java) {
        var objects = java.entrySet().stream()
                .map(entry -> new TextFile(entry.getKey(), entry.getValue())).toList();
        var diagnostics = new DiagnosticCollector<JavaFileObject>();
        JavacTask task = (JavacTask) ToolProvider.getSystemJavaCompiler().getTask(
                null, null, diagnostics, List.of("-proc:none"), null, objects);
        var positions = Trees.instance(task).getSourcePositions();
        List<Source> sources = new ArrayList<>();
        try {
            for (var unit : task.parse()) {
                String path = unit.getSourceFile().toUri().getPath().substring(1);
                sources.add(new Source(path, java.get(path), unit, positions));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (!diagnostics.getDiagnostics().isEmpty()) {
            throw new IllegalArgumentException(diagnostics.getDiagnostics().toString());
        }
        return sources;
    }

    /// Java text in memory, as the compiler wants to be given it.
    private static final class TextFile extends SimpleJavaFileObject {
        private final String text;

        TextFile(String path, String text) {
            super(URI.create("string:///" + path), Kind.SOURCE);
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }
}
