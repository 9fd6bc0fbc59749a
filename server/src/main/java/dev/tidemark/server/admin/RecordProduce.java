package dev.tidemark.server.admin;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tidemark.server.term.CommandFailed;
import dev.tidemark.server.term.Progress;
import dev.tidemark.server.term.Terminal;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `produce TOPIC`: a record for each line.
@Command(name = "produce", description = "Append records to a topic: one for each line that is "
        + "piped in, or one by --value.", mixinStandardHelpOptions = true)
public final class RecordProduce implements Runnable {
    private final Terminal terminal;
    private final AtomicReference<Exception> failure = new AtomicReference<>();

    @Mixin
    private NodeClient node = new NodeClient();

    @Parameters(paramLabel = "TOPIC", description = "the topic")
    private String topic;

    @Option(names = {"-v", "--value"}, paramLabel = "TEXT", description = "one record's value")
    private String value;

    @Option(names = {"-k", "--key"}, paramLabel = "TEXT", description = "the key of every record")
    private String key;

    @Option(names = "--key-separator", paramLabel = "TEXT",
            description = "what stands between key and value in each line")
    private String separator;

    @Option(names = {"-H", "--header"}, paramLabel = "NAME=VALUE",
            description = "a header of every record")
    private Map<String, String> headers = new HashMap<>();

    @Option(names = {"-p", "--partition"}, paramLabel = "N",
            description = "the partition (default: by the key)")
    private Integer partition;

    @Option(names = {"-f", "--file"}, paramLabel = "FILE",
            description = "read lines from here (default: what is piped in)")
    private Path file;

    @Option(names = "--acks", paramLabel = "0|1|all", defaultValue = "all",
            description = "what to wait for (default: ${DEFAULT-VALUE})")
    private String acks;

    @Option(names = "--compression", paramLabel = "TYPE", defaultValue = "none",
            description = "none, gzip, snappy, lz4 or zstd")
    private String compression;

    /// @param terminal where lines come from
    public RecordProduce(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void run() {
        Map<String, Object> properties = node.properties();
        properties.putIfAbsent("acks", acks);
        properties.putIfAbsent("enable.idempotence", acks.equals("all") || acks.equals("-1"));
        properties.putIfAbsent("compression.type", compression);
        properties.putIfAbsent("batch.size", 128 << 10);
        properties.putIfAbsent("max.block.ms", properties.get("request.timeout.ms"));
        try (var producer = new KafkaProducer<>(properties, new ByteArraySerializer(),
                new ByteArraySerializer())) {
            if (value != null) {
                sendOne(producer);
            } else {
                sendLines(producer);
            }
        } catch (KafkaException refused) {
            throw failed(refused);
        } catch (IOException unreadable) {
            throw new CommandFailed("cannot read " + file + ": " + unreadable.getMessage());
        }
    }

    private void sendOne(Producer<byte[], byte[]> producer) {
        try {
            RecordMetadata sent = producer.send(toRecord(key, value)).get();
            terminal.print(sent.topic() + "-" + sent.partition()
                    + (sent.hasOffset() ? "@" + sent.offset() : ""));
        } catch (java.util.concurrent.ExecutionException refused) {
            throw failed(refused.getCause());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void sendLines(Producer<byte[], byte[]> producer) throws IOException {
        long count = 0;
        try (InputStream in = file == null ? terminal.in() : Files.newInputStream(file);
                var lines = new BufferedReader(new InputStreamReader(in, UTF_8));
                var progress = new Progress(terminal, "records", 0)) {
            String line = lines.readLine();
            while (line != null && failure.get() == null) {
                var _ = producer.send(split(line), this::sent);
                progress.at(++count);
                line = lines.readLine();
            }
            producer.flush();
        }
        if (failure.get() != null) {
            throw failed(failure.get());
        }
        terminal.say("appended " + count + " records to " + topic);
    }

    private void sent(RecordMetadata ignored, Exception refused) {
        if (refused != null) {
            failure.compareAndSet(null, refused);
        }
    }

    private ProducerRecord<byte[], byte[]> split(String line) {
        int at = separator == null ? -1 : line.indexOf(separator);
        return at < 0 ? toRecord(key, line)
                : toRecord(line.substring(0, at), line.substring(at + separator.length()));
    }

    private ProducerRecord<byte[], byte[]> toRecord(String recordKey, String recordValue) {
        var produced = new ProducerRecord<>(topic, partition,
                recordKey == null ? null : recordKey.getBytes(UTF_8), recordValue.getBytes(UTF_8));
        headers.forEach((name, text) -> produced.headers().add(name, text.getBytes(UTF_8)));
        return produced;
    }

    private CommandFailed failed(Throwable refused) {
        return new CommandFailed("cannot append to " + topic + ": " + ClientErrors.say(refused));
    }
}
