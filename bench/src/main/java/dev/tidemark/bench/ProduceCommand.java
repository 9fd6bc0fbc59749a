package dev.tidemark.bench;

import dev.tidemark.bench.client.Load;
import dev.tidemark.bench.client.LoadProducer;
import dev.tidemark.bench.client.LoadSummary;
import dev.tidemark.bench.client.TopicAdmin;
import dev.tidemark.server.admin.Knock;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// A simple producing load against any server.
@Command(name = "produce", mixinStandardHelpOptions = true, sortOptions = false,
        description = "Sends records to any server and says how fast they were acknowledged.")
final class ProduceCommand implements Callable<Integer> {
    @Option(names = {"-b", "--bootstrap"}, defaultValue = "127.0.0.1:9092",
            description = "host:port of the server (${DEFAULT-VALUE})")
    private String bootstrap;

    @Option(names = "--topic", defaultValue = "bench", description = "(${DEFAULT-VALUE})")
    private String topic;

    @Option(names = "--create", paramLabel = "PARTITIONS",
            description = "create the topic first, with so many partitions")
    private int partitions;

    @Option(names = "--records", defaultValue = "1000000", description = "(${DEFAULT-VALUE})")
    private long records;

    @Option(names = "--size", defaultValue = "1024",
            description = "bytes of a record (${DEFAULT-VALUE})")
    private int recordBytes;

    @Option(names = "--rate", defaultValue = "0",
            description = "records per second; 0 for as fast as it can (${DEFAULT-VALUE})")
    private double recordsPerSecond;

    @Option(names = "--acks", defaultValue = "all", description = "0, 1, all (${DEFAULT-VALUE})")
    private String acks;

    @Option(names = "-o", paramLabel = "NAME=VALUE", description = "a property of the client")
    private Map<String, String> properties = Map.of();

    @Option(names = "--json", description = "print the summary as JSON")
    private boolean json;

    @Override
    public Integer call() {
        Knock.atAny(bootstrap, false);
        if (partitions > 0) {
            try (var admin = new TopicAdmin(bootstrap)) {
                admin.create(topic, partitions, Map.of());
            }
        }
        Map<String, String> all = new HashMap<>(Map.of("bootstrap.servers", bootstrap,
                "acks", acks));
        all.putAll(properties);
        LoadSummary summary = new LoadProducer(all).run(topic, new Load(records, recordBytes),
                recordsPerSecond);
        System.out.println(json ? summary.json() : summary.text());
        return 0;
    }
}
