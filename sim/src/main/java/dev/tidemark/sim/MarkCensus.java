package dev.tidemark.sim;

import dev.tidemark.base.Marks;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeElement;
import java.lang.classfile.MethodModel;
import java.lang.classfile.instruction.ConstantInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;

/// Finds every mark that `core` can hit, by reading its classes: what the simulator never hits is
/// what it does not test.
final class MarkCensus {
    private static final String MARKS = "dev/tidemark/base/Marks";

    private MarkCensus() {
    }

    /// The marks in core's code that were not hit in this process.
    static SortedSet<String> neverHit() throws IOException {
        SortedSet<String> all = all();
        all.removeAll(Marks.names());
        return all;
    }

    private static SortedSet<String> all() throws IOException {
        SortedSet<String> found = new TreeSet<>();
        Path home = home();
        if (Files.isDirectory(home)) {
            collect(home, found);
        } else {
            try (FileSystem jar = FileSystems.newFileSystem(URI.create("jar:" + home.toUri()),
                    Map.of())) {
                collect(jar.getPath("/"), found);
            }
        }
        return found;
    }

    private static Path home() {
        try {
            return Path.of(Marks.class.getProtectionDomain().getCodeSource().getLocation()
                    .toURI());
        } catch (URISyntaxException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static void collect(Path root, SortedSet<String> found) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            files.filter(file -> file.toString().endsWith(".class"))
                    .forEach(file -> collect(parsed(file), found));
        }
    }

    private static ClassModel parsed(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            return ClassFile.of().parse(in.readAllBytes());
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static void collect(ClassModel type, SortedSet<String> found) {
        for (MethodModel method : type.methods()) {
            method.code().ifPresent(code -> {
                String constant = null;
                for (CodeElement element : code) {
                    if (element instanceof ConstantInstruction loaded
                            && loaded.constantValue() instanceof String text) {
                        constant = text;
                    } else if (element instanceof InvokeInstruction call && isHit(call)) {
                        found.add(constant);
                    }
                }
            });
        }
    }

    private static boolean isHit(InvokeInstruction call) {
        return call.owner().asInternalName().equals(MARKS)
                && call.name().stringValue().equals("hit");
    }
}
