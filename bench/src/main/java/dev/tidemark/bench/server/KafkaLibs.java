package dev.tidemark.bench.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// The jars of the Kafka that we measure against, server and tools, in a directory of their own.
///
/// They never come onto our own class path: the server is built on another version of the client
/// library. `src/main/kafka/pom.xml` names them; Maven copies them on first use.
public final class KafkaLibs {
    /// From the project's directory, from this module's, from a sister module's.
    private static final List<Path> MODULE =
            List.of(Path.of("bench"), Path.of(""), Path.of("../bench"));
    private static final Path POM = Path.of("src/main/kafka/pom.xml");
    private final Path directory;

    private KafkaLibs(Path directory) {
        this.directory = directory;
    }

    /// The jars in a directory given by the user, or in `bench/target/kafka-libs`, which is filled
    /// by Maven when it is not there.
    ///
    /// @param given a directory of jars, or null
    public static KafkaLibs resolve(Path given) throws IOException, InterruptedException {
        if (given != null) {
            return new KafkaLibs(checked(given.toAbsolutePath()));
        }
        Path module = MODULE.stream().filter(path -> Files.exists(path.resolve(POM))).findFirst()
                .orElse(MODULE.getFirst());
        Path directory = module.resolve("target/kafka-libs").toAbsolutePath()
                .normalize();
        if (!Files.exists(directory.resolve(".complete"))) {
            copy(module.resolve(POM), directory);
        }
        return new KafkaLibs(checked(directory));
    }

    /// The class path: a wildcard over all jars.
    public String classPath() {
        return directory.resolve("*").toString();
    }

    /// The version, read off the server's jar.
    public String version() {
        String[] names = directory.toFile().list((d, name) -> name.startsWith("kafka-server-4")
                || name.startsWith("kafka_2.13-"));
        if (names == null || names.length == 0) {
            return "unknown";
        }
        String name = names[0];
        return name.substring(name.lastIndexOf('-') + 1, name.length() - ".jar".length());
    }

    private static Path checked(Path directory) {
        String[] jars = directory.toFile().list((d, name) -> name.startsWith("kafka_2.13-"));
        if (jars == null || jars.length == 0) {
            throw new BenchFailure("no Kafka server jar (kafka_2.13-*.jar) in " + directory);
        }
        return directory;
    }

    private static void copy(Path pom, Path directory) throws IOException, InterruptedException {
        if (!Files.exists(pom)) {
            throw new BenchFailure("run this in the project's directory (no " + pom + " here),"
                    + " or name a directory of Kafka's jars with --kafka-libs");
        }
        Process maven = new ProcessBuilder(List.of("mvn", "-q", "-B", "-f", pom.toString(),
                "dependency:copy-dependencies", "-DincludeScope=runtime",
                "-DoutputDirectory=" + directory)).inheritIO().start();
        if (!maven.waitFor(10, TimeUnit.MINUTES) || maven.exitValue() != 0) {
            maven.destroy();
            throw new BenchFailure("Maven could not fetch Kafka's jars; its output is above");
        }
        Files.createFile(directory.resolve(".complete"));
    }
}
