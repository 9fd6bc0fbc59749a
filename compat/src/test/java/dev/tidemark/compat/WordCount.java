package dev.tidemark.compat;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Grouped;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Produced;

/// The word count of every Streams tutorial, from `lines` to `counts`, at least once.
///
/// A process of its own: the newest Streams goes with another version of the client than ours.
public final class WordCount {
    private WordCount() {}

    /// @param args where the node is, and the directory of the state
    public static void main(String[] args) throws InterruptedException {
        var config = new Properties();
        config.putAll(Map.of(
                StreamsConfig.APPLICATION_ID_CONFIG, "word-count",
                StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, args[0],
                StreamsConfig.STATE_DIR_CONFIG, args[1],
                StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 100,
                StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 0,
                StreamsConfig.DEFAULT_KEY_SERDE_CLASS_CONFIG, Serdes.StringSerde.class,
                StreamsConfig.DEFAULT_VALUE_SERDE_CLASS_CONFIG, Serdes.StringSerde.class,
                "auto.offset.reset", "earliest"));
        // Streams does not leave its group when it ends: the next waits until it is missed.
        config.putAll(Map.of("session.timeout.ms", 2000, "heartbeat.interval.ms", 300));
        var streams = new KafkaStreams(topology(), config);
        Runtime.getRuntime().addShutdownHook(new Thread(streams::close));
        streams.start();
        new CountDownLatch(1).await();
    }

    private static Topology topology() {
        var builder = new StreamsBuilder();
        builder.<String, String>stream("lines")
                .flatMapValues(line -> List.of(line.toLowerCase(Locale.ROOT).split("\\W+", -1)))
                .groupBy((_, word) -> word, Grouped.as("words"))
                .count(Materialized.as("words"))
                .toStream().to("counts", Produced.with(Serdes.String(), Serdes.Long()));
        return builder.build();
    }
}
