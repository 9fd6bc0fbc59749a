package dev.tidemark.tidy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/// Finds the repository's root and reads its text files.
///
/// In a clone these are the files that git tracks or would track; elsewhere (an unpacked archive)
/// all that are not in a build's or tool's own directory.
final class Checkout {
    private static final Set<String> NOT_OURS =
            Set.of("target", ".git", "data", ".tidemark", "node_modules", ".idea", ".vscode");

    private Checkout() {}

    static House read() throws IOException, InterruptedException {
        Path root = root();
        Map<String, String> files = new TreeMap<>();
        for (String path : paths(root)) {
            Path file = root.resolve(path);
            if (Files.isRegularFile(file)) {
                byte[] bytes = Files.readAllBytes(file);
                if (isText(bytes)) {
                    files.put(path, new String(bytes, StandardCharsets.UTF_8));
                }
            }
        }
        return House.of(files);
    }

    private static Path root() {
        Path directory = Path.of("").toAbsolutePath();
        while (!Files.exists(directory.resolve("core/pom.xml"))) {
            directory = directory.getParent();
            if (directory == null) {
                throw new IllegalStateException("not inside a checkout");
            }
        }
        return directory;
    }

    private static List<String> paths(Path root) throws IOException, InterruptedException {
        if (!Files.exists(root.resolve(".git"))) {
            return walk(root);
        }
        Process git = new ProcessBuilder("git", "-c", "safe.directory=*", "ls-files", "-z",
                "--cached", "--others", "--exclude-standard")
                .directory(root.toFile()).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        String listed = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return git.waitFor() == 0
                ? Stream.of(listed.split("\0", 0)).filter(path -> !path.isEmpty()).toList()
                : walk(root);
    }

    private static List<String> walk(Path root) throws IOException {
        try (Stream<Path> all = Files.walk(root)) {
            return all.map(root::relativize)
                    .filter(path -> Stream.of(path.toString().split("/", -1))
                            .noneMatch(NOT_OURS::contains))
                    .map(Path::toString).filter(path -> !path.isEmpty()).toList();
        }
    }

    private static boolean isText(byte[] bytes) {
        for (int i = 0; i < Math.min(bytes.length, 4096); i++) {
            if (bytes[i] == 0) {
                return false;
            }
        }
        return true;
    }
}
