package dev.tidemark.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.Map;

/// Where figures come from: a figure without its machine and its commit means nothing.
record Machine(Map<String, String> facts) {

    static Machine here(String kafkaVersion) throws IOException, InterruptedException {
        Map<String, String> facts = new LinkedHashMap<>();
        var system = (com.sun.management.OperatingSystemMXBean)
                ManagementFactory.getOperatingSystemMXBean();
        facts.put("cores", Integer.toString(system.getAvailableProcessors()));
        facts.put("memory", (system.getTotalMemorySize() >> 30) + " GiB");
        facts.put("processor", processor());
        facts.put("system", System.getProperty("os.name") + " "
                + System.getProperty("os.version"));
        facts.put("java", System.getProperty("java.vm.version"));
        facts.put("kafka", kafkaVersion);
        facts.put("commit", commit());
        facts.put("date", LocalDate.now().toString());
        return new Machine(facts);
    }

    String line() {
        StringBuilder line = new StringBuilder();
        facts.forEach((name, value) -> line.append(line.isEmpty() ? "" : ", ")
                .append(name).append(' ').append(value));
        return line.toString();
    }

    private static String processor() throws IOException {
        Path info = Path.of("/proc/cpuinfo");
        if (!Files.exists(info)) {
            return System.getProperty("os.arch");
        }
        for (String line : Files.readAllLines(info)) {
            if (line.startsWith("model name")) {
                return line.substring(line.indexOf(':') + 1).trim();
            }
        }
        return System.getProperty("os.arch");
    }

    private static String commit() throws InterruptedException {
        try {
            Process git = new ProcessBuilder("git", "rev-parse", "--short", "HEAD").start();
            byte[] out = git.getInputStream().readAllBytes();
            git.waitFor();
            return new String(out, StandardCharsets.UTF_8).trim();
        } catch (IOException noSuchProgram) {
            return "unknown";
        }
    }
}
