package dev.tidemark.tidy;

import com.sun.source.tree.IdentifierTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.SynchronizedTree;
import com.sun.source.tree.Tree;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import javax.lang.model.element.Modifier;

/// What `core` must not touch, because a run of it has to follow from its inputs alone: threads,
/// locks, sockets, files, the clock, randomness, and log frameworks.
final class DeterministicCore {
    private static final List<String> BANNED = List.of("java.net.", "java.nio.file.",
            "java.nio.channels.", "java.util.concurrent.", "java.util.Random", "java.util.Timer",
            "java.util.random.", "java.security.SecureRandom", "java.io.File",
            "java.io.RandomAccessFile", "java.lang.Thread", "java.lang.Process", "java.time.Clock",
            "java.util.logging.", "java.lang.System.Logger", "org.slf4j.", "ch.qos.", "io.netty.",
            "org.apache.kafka.common.utils.Time", "org.apache.kafka.common.utils.SystemTime",
            "org.apache.kafka.common.record.internal.FileRecords");
    private static final List<String> ALLOWED = List.of("java.util.concurrent.atomic.",
            "java.util.concurrent.ConcurrentHashMap", "java.util.concurrent.ConcurrentMap",
            "java.util.concurrent.TimeUnit", "java.io.FileNotFoundException");
    /// What kafka-raft's interfaces are written in: the package that embeds it can't do without,
    /// and uses them as values alone.
    private static final List<String> FACES_OF_RAFT = List.of(
            "java.util.concurrent.CompletableFuture", "java.util.concurrent.CompletionStage",
            "java.util.Random", "java.net.InetSocketAddress", "java.nio.file.Path",
            "org.apache.kafka.common.utils.Time");
    private static final Set<String> EMBEDS_RAFT =
            Set.of("dev.tidemark.quorum", Arrows.RAFT);
    private static final Set<String> BANNED_TYPES = Set.of("Thread", "ThreadLocal", "ThreadGroup",
            "InheritableThreadLocal", "ScopedValue", "Process", "ProcessBuilder");
    private static final Set<String> BANNED_CALLS = Set.of("System.currentTimeMillis",
            "System.nanoTime", "Math.random", "System.out", "System.err", "System.exit",
            "System.identityHashCode", "System.getenv", "System.getProperty", "System.getLogger",
            "Instant.now", "LocalDate.now", "LocalDateTime.now", "ZonedDateTime.now",
            "UUID.randomUUID", "Uuid.randomUuid", "Collections.shuffle", "Runtime.getRuntime");

    private DeterministicCore() {}

    static List<Offence> offences(House house) {
        List<Offence> offences = new ArrayList<>();
        house.coreMain().forEach(source -> {
            for (var path : source.nodes()) {
                String banned = banned(path.getLeaf());
                if (banned != null && !(EMBEDS_RAFT.contains(source.packageName())
                        && FACES_OF_RAFT.contains(banned))) {
                    offences.add(Offence.at(source, path.getLeaf(), banned + " in core"));
                }
            }
        });
        return offences;
    }

    private static String banned(Tree tree) {
        return switch (tree) {
            case SynchronizedTree _ -> "synchronized";
            case MethodTree method -> method.getModifiers().getFlags()
                    .contains(Modifier.SYNCHRONIZED) ? "synchronized " + method.getName() : null;
            case IdentifierTree name ->
                    BANNED_TYPES.contains(name.getName().toString()) ? name.toString() : null;
            case MemberSelectTree select -> bannedName(select.toString());
            default -> null;
        };
    }

    private static String bannedName(String name) {
        boolean banned = BANNED_CALLS.contains(name)
                || (BANNED.stream().anyMatch(name::startsWith)
                        && ALLOWED.stream().noneMatch((name + '.')::startsWith));
        return banned ? name : null;
    }
}
