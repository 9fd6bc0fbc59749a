package dev.tidemark.bench;

import dev.tidemark.bench.client.LoadConsumer;
import dev.tidemark.bench.client.LoadSummary;
import dev.tidemark.server.admin.Knock;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// A simple consuming load against any server.
@Command(name = "consume", mixinStandardHelpOptions = true, sortOptions = false,
        description = "Reads a topic of any server from its start and says how fast.")
final class ConsumeCommand implements Callable<Integer> {
    @Option(names = {"-b", "--bootstrap"}, defaultValue = "127.0.0.1:9092",
            description = "host:port of the server (${DEFAULT-VALUE})")
    private String bootstrap;

    @Option(names = "--topic", defaultValue = "bench", description = "(${DEFAULT-VALUE})")
    private String topic;

    @Option(names = "--records", defaultValue = "0",
            description = "how many; 0 for all that there are (${DEFAULT-VALUE})")
    private long records;

    @Option(names = "--silence-ms", defaultValue = "3000",
            description = "no record for so long means no more (${DEFAULT-VALUE})")
    private long silenceMs;

    @Option(names = "-o", paramLabel = "NAME=VALUE", description = "a property of the client")
    private Map<String, String> properties = Map.of();

    @Option(names = "--json", description = "print the summary as JSON")
    private boolean json;

    @Override
    public Integer call() {
        Knock.atAny(bootstrap, false);
        Map<String, String> all = new HashMap<>(Map.of("bootstrap.servers", bootstrap));
        all.putAll(properties);
        LoadSummary summary = new LoadConsumer(all).run(topic, records, silenceMs);
        System.out.println(json ? summary.json() : summary.text());
        return records > 0 && summary.records() < records ? 1 : 0;
    }
}
