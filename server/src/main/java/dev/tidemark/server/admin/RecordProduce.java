package dev.tidemark.server.admin;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tidemark.server.term.CommandFailed;
import dev.tidemark.server.term.FileTrouble;
import dev.tidemark.server.term.Progress;
import dev.tidemark.server.term.Terminal;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `produce TOPIC`: a record for each line, of the bytes between its newlines.
@Command(name = "produce", description = "Append records to a topic: one for each line that is "
        + "piped in, or one by --value.", mixinStandardHelpOptions = true)
public final class RecordProduce implements Runnable {
    private static final Set<String> ACKS = Set.of("0", "1", "all", "-1");
    private static final Set<String> COMPRESSIONS = Set.of("none", "gzip", "snappy", "lz4", "zstd");

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
    private List<String> headers = new ArrayList<>();

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
        checkOptions();
        try (var producer = new KafkaProducer<>(properties(), new ByteArraySerializer(),
                new ByteArraySerializer())) {
            checkPartition(producer);
            if (value != null) {
                sendOne(producer);
            } else {
                sendLines(producer);
            }
        } catch (ConfigException wrong) {
            throw CommandFailed.misused("-X: " + wrong.getMessage());
        } catch (KafkaException refused) {
            throw failed(refused);
        } catch (IOException unreadable) {
            throw new CommandFailed("cannot read " + FileTrouble.say(unreadable));
        }
    }

    private void checkOptions() {
        if (!ACKS.contains(acks)) {
            throw CommandFailed.misused("--acks " + acks + ": 0, 1 or all is expected");
        }
        if (!COMPRESSIONS.contains(compression)) {
            throw CommandFailed.misused("--compression " + compression
                    + ": none, gzip, snappy, lz4 or zstd is expected");
        }
        if (partition != null && partition < 0) {
            throw CommandFailed.misused("--partition " + partition
                    + ": a number from 0 on is expected");
        }
        for (String header : headers) {
            if (header.indexOf('=') < 1) {
                throw CommandFailed.misused("--header " + header + ": NAME=VALUE is expected");
            }
        }
    }

    private Map<String, Object> properties() {
        Map<String, Object> properties = node.properties();
        properties.putIfAbsent("acks", acks);
        properties.putIfAbsent("enable.idempotence", acks.equals("all") || acks.equals("-1"));
        properties.putIfAbsent("compression.type", compression);
        properties.putIfAbsent("batch.size", 128 << 10);
        properties.putIfAbsent("max.block.ms", properties.get("request.timeout.ms"));
        return properties;
    }

    /// The producer would wait for a partition that is not there to be added.
    private void checkPartition(Producer<byte[], byte[]> producer) {
        int count = partition == null ? 0 : producer.partitionsFor(topic).size();
        if (partition != null && partition >= count) {
            throw new CommandFailed("cannot append to " + topic + ": it has "
                    + Counted.of(count, "partition") + ", and the first is 0");
        }
    }

    private void sendOne(Producer<byte[], byte[]> producer) {
        try {
            RecordMetadata sent = producer.send(
                    toRecord(key == null ? null : key.getBytes(UTF_8), value.getBytes(UTF_8)))
                    .get();
            terminal.print(sent.topic() + "-" + sent.partition()
                    + (sent.hasOffset() ? "@" + sent.offset() : ""));
        } catch (ExecutionException refused) {
            throw failed(refused.getCause());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void sendLines(Producer<byte[], byte[]> producer) throws IOException {
        boolean isTyped = file == null && terminal.isTyped();
        if (isTyped) {
            terminal.say("a record for each line; Ctrl-D ends");
        }
        long count = 0;
        try (InputStream in = file == null ? terminal.in() : Files.newInputStream(file);
                var progress = new Progress(isTyped ? terminal.unwatched() : terminal,
                        file == null ? "records" : "bytes", file == null ? 0 : Files.size(file))) {
            var lines = new ByteLines(in);
            for (byte[] line = lines.next(); line != null && failure.get() == null;
                    line = lines.next()) {
                var _ = producer.send(split(line), this::sent);
                count++;
                progress.at(file == null ? count : lines.readBytes());
            }
            producer.flush();
        }
        if (failure.get() != null) {
            throw failed(failure.get());
        }
        terminal.say("appended " + Counted.of(count, "record") + " to " + topic);
    }

    private void sent(RecordMetadata ignored, Exception refused) {
        if (refused != null) {
            failure.compareAndSet(null, refused);
        }
    }

    private ProducerRecord<byte[], byte[]> split(byte[] line) {
        byte[] between = separator == null ? new byte[0] : separator.getBytes(UTF_8);
        int at = between.length == 0 ? -1 : ByteLines.indexOf(line, between);
        return at < 0 ? toRecord(key == null ? null : key.getBytes(UTF_8), line)
                : toRecord(Arrays.copyOf(line, at),
                        Arrays.copyOfRange(line, at + between.length, line.length));
    }

    private ProducerRecord<byte[], byte[]> toRecord(byte[] recordKey, byte[] recordValue) {
        var produced = new ProducerRecord<>(topic, partition, recordKey, recordValue);
        for (String header : headers) {
            int equals = header.indexOf('=');
            produced.headers().add(header.substring(0, equals),
                    header.substring(equals + 1).getBytes(UTF_8));
        }
        return produced;
    }

    private CommandFailed failed(Throwable refused) {
        return new CommandFailed("cannot append to " + topic + ": " + ClientErrors.say(refused));
    }
}
