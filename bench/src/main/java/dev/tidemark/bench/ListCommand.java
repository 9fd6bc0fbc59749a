package dev.tidemark.bench;

import dev.tidemark.bench.work.Catalogue;
import dev.tidemark.bench.work.Workload;
import picocli.CommandLine.Command;

/// Shows the works that `compare` knows.
@Command(name = "list", mixinStandardHelpOptions = true,
        description = "Shows the works that compare knows.")
final class ListCommand implements Runnable {
    @Override
    public void run() {
        for (Workload work : Catalogue.all()) {
            System.out.printf("%-26s %s%n", work.name(), work.title());
        }
    }
}
