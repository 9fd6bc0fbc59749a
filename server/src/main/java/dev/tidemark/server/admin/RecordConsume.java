package dev.tidemark.server.admin;

import dev.tidemark.server.term.CommandFailed;
import dev.tidemark.server.term.Terminal;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `consume TOPIC`: prints records up to the end of the topic, or for ever.
@Command(name = "consume", description = "Print a topic's records, up to its present end or, "
        + "with --follow, for ever.", mixinStandardHelpOptions = true)
public final class RecordConsume implements Runnable {
    private static final Duration POLL = Duration.ofMillis(200);
    private static final long CLOSE_MS = 5_000;
    private static final byte[] TAB = {'\t'};
    private static final byte[] NEWLINE = {'\n'};

    private final Terminal terminal;

    @Mixin
    private NodeClient node = new NodeClient();

    @Parameters(paramLabel = "TOPIC", description = "the topic")
    private String topic;

    @Option(names = "--from", paramLabel = "PLACE", description = "where to begin: "
            + StartAt.FORMS + " (default: earliest, with --follow latest)")
    private String from;

    @Option(names = {"-g", "--group"}, paramLabel = "NAME",
            description = "read on where this group is, and commit what was printed")
    private String group;

    @Option(names = {"-f", "--follow"}, description = "wait for more at the end")
    private boolean follow;

    @Option(names = {"-n", "--max"}, paramLabel = "N", description = "stop after so many records")
    private long max = Long.MAX_VALUE;

    @Option(names = {"-p", "--partition"}, paramLabel = "N", description = "only this partition")
    private Integer partition;

    @Option(names = {"-k", "--keys"}, description = "print key, tab, value")
    private boolean keys;

    @Option(names = "--json", description = "one JSON object for each record")
    private boolean json;

    private long printed;
    private final Map<TopicPartition, Long> printedEnds = new HashMap<>();

    /// @param terminal where records are printed
    public RecordConsume(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void run() {
        if (max < 0) {
            throw CommandFailed.misused("--max " + max + ": a number from 0 on is expected");
        }
        StartAt start = StartAt.parse(from != null ? from : follow && group == null
                ? "latest" : "earliest", System.currentTimeMillis());
        var closed = new CountDownLatch(1);
        try (var consumer = new KafkaConsumer<>(properties(start), new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            Thread atExit = wakeAtExit(consumer, closed);
            place(consumer, start);
            printAll(consumer);
            leave(atExit);
        } catch (WakeupException interrupted) {
            terminal.flush();
        } catch (ConfigException wrong) {
            throw CommandFailed.misused("-X: " + wrong.getMessage());
        } catch (KafkaException refused) {
            throw new CommandFailed("cannot read " + topic + ": " + ClientErrors.say(refused));
        } finally {
            closed.countDown();
        }
    }

    private Map<String, Object> properties(StartAt start) {
        Map<String, Object> properties = node.properties();
        properties.putIfAbsent("enable.auto.commit", false);
        properties.putIfAbsent("allow.auto.create.topics", false);
        if (group != null) {
            if (start.kind() != StartAt.Kind.EARLIEST && start.kind() != StartAt.Kind.LATEST) {
                throw CommandFailed.misused("a group reads on where it is: --from is earliest or "
                        + "latest for where it has not been; ./tidemark group reset moves it");
            }
            properties.putIfAbsent("group.id", group);
            properties.putIfAbsent("auto.offset.reset",
                    start.kind() == StartAt.Kind.LATEST ? "latest" : "earliest");
        }
        return properties;
    }

    /// Assigns partitions at their start, or joins the group.
    private void place(Consumer<byte[], byte[]> consumer, StartAt start) {
        try (Admin admin = Admin.create(new HashMap<>(node.properties()))) {
            var described = NodeClient.get("read " + topic,
                    admin.describeTopics(List.of(topic)).allTopicNames()).get(topic);
            if (group != null) {
                consumer.subscribe(List.of(topic));
                return;
            }
            List<TopicPartition> partitions = described.partitions().stream()
                    .map(info -> new TopicPartition(topic, info.partition()))
                    .filter(one -> partition == null || one.partition() == partition).toList();
            if (partitions.isEmpty()) {
                throw new CommandFailed(topic + " has no partition " + partition);
            }
            consumer.assign(partitions);
            start.resolve(admin, partitions).byPartition().forEach(consumer::seek);
        }
    }

    private void printAll(Consumer<byte[], byte[]> consumer) {
        Map<TopicPartition, Long> ends = null;
        while (printed < max) {
            ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
            if (!follow && (ends == null || !ends.keySet().equals(consumer.assignment()))) {
                ends = consumer.assignment().isEmpty()
                        ? null : consumer.endOffsets(consumer.assignment());
            }
            print(records);
            boolean isRead = terminal.flush();
            if (group != null && !printedEnds.isEmpty()) {
                commit(consumer);
            }
            if (!isRead || (!follow && ends != null && isAtEnd(consumer, ends))) {
                return;
            }
        }
    }

    private void print(ConsumerRecords<byte[], byte[]> records) {
        for (ConsumerRecord<byte[], byte[]> next : records) {
            if (printed == max) {
                return;
            }
            if (partition != null && next.partition() != partition) {
                continue;
            }
            printed++;
            printedEnds.put(new TopicPartition(topic, next.partition()), next.offset() + 1);
            if (json) {
                terminal.print(RecordText.json(next));
            } else {
                if (keys) {
                    print(next.key());
                    terminal.print(TAB);
                }
                print(next.value());
                terminal.print(NEWLINE);
            }
        }
    }

    private void print(byte[] bytes) {
        if (bytes != null) {
            terminal.print(bytes);
        }
    }

    /// Commits what was printed: with `--max` that may be less than was fetched.
    private void commit(Consumer<byte[], byte[]> consumer) {
        Map<TopicPartition, OffsetAndMetadata> done = new HashMap<>();
        printedEnds.forEach((read, end) -> done.put(read, new OffsetAndMetadata(end)));
        consumer.commitSync(done);
        printedEnds.clear();
    }

    private static boolean isAtEnd(Consumer<byte[], byte[]> consumer,
            Map<TopicPartition, Long> ends) {
        for (var end : ends.entrySet()) {
            if (consumer.position(end.getKey()) < end.getValue()) {
                return false;
            }
        }
        return true;
    }

    /// On Ctrl-C the consumer leaves its group properly.
    ///
    /// @param closed comes when it has: not when its thread ends, which waits for this one
    private static Thread wakeAtExit(Consumer<byte[], byte[]> consumer, CountDownLatch closed) {
        Thread hook = new Thread(() -> {
            consumer.wakeup();
            try {
                var _ = closed.await(CLOSE_MS, TimeUnit.MILLISECONDS);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        }, "leave-group");
        Runtime.getRuntime().addShutdownHook(hook);
        return hook;
    }

    private static void leave(Thread atExit) {
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException exiting) {
            // It runs already.
        }
    }
}
