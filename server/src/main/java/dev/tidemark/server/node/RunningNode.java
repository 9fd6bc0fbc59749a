package dev.tidemark.server.node;

import dev.tidemark.base.NewerFormat;
import dev.tidemark.control.BrokerImage;
import dev.tidemark.io.Loop;
import dev.tidemark.journal.JournalConfig;
import dev.tidemark.node.Doors;
import dev.tidemark.node.LogServer;
import dev.tidemark.node.NodeConfig;
import dev.tidemark.server.config.ServerConfig;
import dev.tidemark.server.disk.FileDisk;
import dev.tidemark.server.loop.Breakdown;
import dev.tidemark.server.loop.DiskFailed;
import dev.tidemark.server.loop.Loops;
import dev.tidemark.server.loop.PoolOffload;
import dev.tidemark.server.loop.SystemClock;
import dev.tidemark.server.loop.SystemTrace;
import dev.tidemark.server.loop.ThreadLoop;
import dev.tidemark.server.net.ConnectionLimits;
import dev.tidemark.server.net.DiskSender;
import dev.tidemark.server.net.Doorway;
import dev.tidemark.server.net.Listener;
import dev.tidemark.server.net.NettyNet;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.apache.kafka.common.protocol.Errors;
import org.slf4j.LoggerFactory;

/// A node on real doors: its threads, its sockets, its data directory.
///
/// Several may run side by side in one process. Starting and closing block; the rest may be called
/// from any thread.
public final class RunningNode implements AutoCloseable {
    private static final long MIN_BUDGET_BYTES = 16L << 20;
    private static final long MAX_BUDGET_BYTES = 512L << 20;
    private static final int BUDGET_SHARE = 4;
    private static final int PAGE_BYTES = 8192;
    private static final int CHUNK_PAGES_LOG = 9;
    private static final int SMALL_CACHE = 256;
    private static final int NORMAL_CACHE = 64;
    private static final long BLOCK_BYTES = 4096;
    private static final int JOURNAL_FILES = 8;
    private static final long LEAVE_PATIENCE_S = 40;

    private final ServerConfig config;
    private final Breakdown watched;
    private final FileDisk disk;
    private final Loops loops;
    private final ThreadLoop journalLoop;
    private final Loops quorumLoop;
    private final PoolOffload offload;
    private final Doorway doorway;
    private final NettyNet net;
    private final CompletableFuture<Errors> registered = new CompletableFuture<>();
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile boolean broken;
    private volatile LogServer server;
    private volatile List<Listener> listening = List.of();

    private RunningNode(ServerConfig config, Breakdown breakdown) throws IOException {
        this.config = config;
        disk = FileDisk.open(config.dataDirectory(), config.openFiles());
        watched = (where, bug) -> {
            broken = true;
            registered.completeExceptionally(bug);
            breakdown.broken(where, bug);
        };
        var clock = new SystemClock();
        loops = new Loops(config.loops(), clock, watched);
        journalLoop = new ThreadLoop(config.loops(), "tidemark-journal", clock, watched);
        quorumLoop = Loops.single(config.loops() + 1, "tidemark-quorum", clock, watched);
        offload = new PoolOffload(config.offloadThreads(), watched);
        ConnectionLimits limits = config.connectionLimits();
        int connections = DescriptorLimit.connections(limits.maxConnections(), config.openFiles());
        ByteBufAllocator allocator = allocator(config.loops());
        doorway = new Doorway(loops, clock, limits.withMaxConnections(connections),
                new LiveGuestList(config.guests(), () -> server), budgetBytes(config),
                allocator);
        net = new NettyNet(loops, quorumLoop, clock, limits, budgetBytes(config), allocator);
    }

    /// Starts a node and returns when it serves clients.
    ///
    /// @param breakdown what is done about our own bugs, and about a failed disk
    /// @throws IOException if the data directory is held by somebody else or cannot be read, or a
    ///     port is taken
    public static RunningNode start(ServerConfig config, Breakdown breakdown) throws IOException {
        var node = new RunningNode(config, breakdown);
        try {
            node.open();
            return node;
        } catch (IOException | RuntimeException | Error failure) {
            node.close();
            throw failure;
        }
    }

    /// Where it listens, with the ports that it got.
    public List<Listener> listening() {
        return listening;
    }

    /// Where clients connect, as in `127.0.0.1:9092`.
    public String bootstrapServers() {
        return told().stream().map(Listener::address).collect(Collectors.joining(","));
    }

    /// Where clients are told to connect: one for each of [#listening].
    public List<Listener> told() {
        List<Listener> told = new ArrayList<>();
        for (int i = 0; i < config.advertised().size(); i++) {
            Listener given = config.advertised().get(i);
            int port = given.port() == 0 ? listening.get(i).port() : given.port();
            told.add(new Listener(given.name(), given.host(), port));
        }
        return told;
    }

    /// What it was configured to be.
    public ServerConfig config() {
        return config;
    }

    /// Turns clients away, syncs everything, and marks the shutdown as clean. Closing twice is no
    /// error.
    @Override
    public void close() throws IOException {
        if (closed.getAndSet(true)) {
            return;
        }
        leave();
        doorway.close();
        net.close();
        loops.close();
        quorumLoop.close();
        journalLoop.close();
        offload.close();
        try {
            // After a broken invariant nothing more may be called clean.
            if (server != null && !broken) {
                server.close();
            }
        } finally {
            disk.close();
        }
    }

    /// Lets leaders move to other nodes first, while clients are still served here.
    private void leave() {
        boolean serves = registered.isDone() && !registered.isCompletedExceptionally()
                && registered.join() == Errors.NONE;
        if (!serves || broken) {
            return;
        }
        var left = new CompletableFuture<Boolean>();
        server.leave(() -> left.complete(true));
        boolean isLetGo = left.completeOnTimeout(false, LEAVE_PATIENCE_S, TimeUnit.SECONDS).join();
        if (!isLetGo) {
            LoggerFactory.getLogger(RunningNode.class).warn("node stops without leave");
        }
    }

    private void open() throws IOException {
        // A taken port is to be known before a recovery that may take its time.
        List<Listener> bound = new ArrayList<>();
        for (Listener listener : config.listeners()) {
            int port = doorway.bind(listener);
            bound.add(new Listener(listener.name(), listener.host(), port));
        }
        for (Listener controller : config.controllers()) {
            doorway.bind(controller);
        }
        listening = List.copyOf(bound);
        server = LogServer.open(doors(), nodeConfig());
        server.onUseless(this::useless);
        var files = new DiskSender(disk);
        // Nodes vote before any of them can be registered.
        doorway.open(server.acceptor(), files,
                config.cluster().controllerListeners()::contains);
        server.start(endpoints(), registered::complete);
        awaitRegistration();
        doorway.open(server.acceptor(), files);
    }

    private void useless(IOException why) {
        // Whoever waits for the start is told why it came to nothing.
        if (!registered.complete(Errors.KAFKA_STORAGE_ERROR)) {
            watched.broken("disk", new DiskFailed(why));
        }
    }

    private void awaitRegistration() throws IOException {
        try {
            Errors error = registered.join();
            if (error == Errors.UNSUPPORTED_VERSION) {
                throw new IOException("the cluster uses what this release does not understand,"
                        + " as the line above says: start a release that does");
            }
            IOException failure = server.dir().failure();
            if (error == Errors.KAFKA_STORAGE_ERROR && failure != null) {
                throw new IOException(failure.getMessage(), failure);
            }
            if (error != Errors.NONE) {
                throw new IOException("the node cannot be registered: " + error.message());
            }
        } catch (CompletionException bug) {
            if (bug.getCause() instanceof NewerFormat newer) {
                throw new IOException(newer.getMessage());
            }
            throw new IOException("the node broke while it started", bug.getCause());
        }
    }

    private Doors doors() throws IOException {
        var logger = LoggerFactory.getLogger("dev.tidemark.node");
        long seed = Seed.draw();
        logger.info("seed={}", seed);
        return new Doors(disk, List.<Loop>copyOf(loops.all()), journalLoop,
                quorumLoop.all().getFirst(), offload, net, new SystemTrace(logger), seed);
    }

    private NodeConfig nodeConfig() {
        return new NodeConfig(config.nodeId(), config.clusterId(), config.cluster(),
                (String) config.broker("broker.rack"), config.file(),
                journal(config.journalBytes()), (Integer) config.broker("fetch.max.bytes"),
                (Long) config.broker("log.retention.check.interval.ms"));
    }

    private List<BrokerImage.Endpoint> endpoints() {
        return told().stream().map(told -> new BrokerImage.Endpoint(told.name(), told.host(),
                told.port(), (short) 0)).toList();
    }

    private static JournalConfig journal(long totalBytes) {
        JournalConfig usual = JournalConfig.DEFAULTS;
        long share = totalBytes / JOURNAL_FILES / BLOCK_BYTES * BLOCK_BYTES;
        long fileBytes = Math.min(usual.maxFileBytes(), share);
        return new JournalConfig(totalBytes, Math.min(usual.firstFileBytes(), fileBytes),
                fileBytes, usual.roundBytes(), usual.seed());
    }

    private static long budgetBytes(ServerConfig config) {
        long set = config.queuedRequestBytes();
        // Buffers outside of the heap are bounded by the heap's own bound, unless told otherwise.
        return set > 0 ? set : Math.clamp(Runtime.getRuntime().maxMemory() / BUDGET_SHARE,
                MIN_BUDGET_BYTES, MAX_BUDGET_BYTES);
    }

    private static ByteBufAllocator allocator(int loops) {
        return new PooledByteBufAllocator(true, 0, loops, PAGE_BYTES, CHUNK_PAGES_LOG, SMALL_CACHE,
                NORMAL_CACHE, false);
    }
}
