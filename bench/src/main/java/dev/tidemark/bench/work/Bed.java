package dev.tidemark.bench.work;

import dev.tidemark.bench.client.PerfTools;
import dev.tidemark.bench.client.TopicAdmin;
import dev.tidemark.bench.server.Directories;
import dev.tidemark.bench.server.Recipe;
import dev.tidemark.bench.server.ServerCluster;
import dev.tidemark.bench.server.ServerHome;
import dev.tidemark.bench.server.ServerProcess;
import dev.tidemark.bench.server.SyncDelay;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/// Where works run: the servers that are up, the tools to load them with, and the directory that
/// all of it lives in.
///
/// Servers that several works share stay up between runs, both sides at a time, so that runs can
/// alternate; the idle one costs the other a few hundredths of a core. Works that start servers
/// themselves have the machine for themselves.
///
/// Everything that was started ends with [#close()]. Not safe for several threads.
public final class Bed implements AutoCloseable {
    private static final int CLUSTER_SIZE = 3;
    private final Path directory;
    private final PerfTools tools;
    private final Scale scale;
    private final Map<String, ServerProcess> shared = new LinkedHashMap<>();
    private final Map<String, ServerCluster> clusters = new LinkedHashMap<>();
    private final Map<String, String> loadedTopics = new HashMap<>();
    private final Map<String, Double> paces = new HashMap<>();
    private SyncDelay syncDelay;
    private int sharedDelayMs;
    private int topicCount;

    /// @param directory everything is written under it
    public Bed(Path directory, PerfTools tools, Scale scale) {
        this.directory = directory;
        this.tools = tools;
        this.scale = scale;
    }

    /// Kafka's tools.
    public PerfTools tools() {
        return tools;
    }

    /// How long works are to be.
    public Scale scale() {
        return scale;
    }

    /// A server that stays up for the next run, started when it is not up yet. Servers on a disk
    /// of another speed are stopped first.
    ///
    /// @param delayMs what every sync takes longer; 0 for the disk as it is
    public ServerProcess shared(Recipe recipe, int delayMs)
            throws IOException, InterruptedException {
        if (delayMs != sharedDelayMs || !clusters.isEmpty()) {
            stopShared();
            sharedDelayMs = delayMs;
        }
        ServerProcess server = shared.get(recipe.name());
        if (server == null) {
            server = start(recipe, newHome(recipe), delayMs);
            shared.put(recipe.name(), server);
            server.awaitPort();
        }
        return server;
    }

    /// A cluster that stays up for the next run, started when it is not up yet. Servers that stand
    /// alone are stopped first.
    public ServerCluster cluster(Recipe recipe) throws IOException, InterruptedException {
        if (!shared.isEmpty()) {
            stopShared();
        }
        ServerCluster cluster = clusters.get(recipe.name());
        if (cluster == null) {
            cluster = newCluster(recipe);
            clusters.put(recipe.name(), cluster);
            cluster.start();
            try (var admin = new TopicAdmin(cluster.bootstrap())) {
                admin.awaitBrokers(cluster.size());
            }
        }
        return cluster;
    }

    /// A prepared cluster that a work starts, and ends, itself; all shared servers are stopped.
    public ServerCluster clusterAlone(Recipe recipe) throws IOException, InterruptedException {
        stopShared();
        return newCluster(recipe);
    }

    /// A prepared home for a server that a work starts itself; all shared servers are stopped.
    public ServerHome homeAlone(Recipe recipe) throws IOException, InterruptedException {
        stopShared();
        return newHome(recipe);
    }

    /// Starts a server in a home, on the disk as it is. The caller ends it.
    public ServerProcess start(Recipe recipe, ServerHome home) throws IOException {
        return ServerProcess.start(recipe, home, Map.of());
    }

    /// Removes a home whose server has ended.
    public void remove(ServerHome home) throws IOException {
        Directories.delete(home.directory());
    }

    /// Removes everything, when all servers have ended.
    public void removeAll() throws IOException {
        Directories.delete(directory);
    }

    /// Makes sure that a run that writes so many bytes finds memory for them.
    public void warmPages(long bytes) throws IOException {
        WarmPages.forBytes(directory, bytes);
    }

    /// A topic name that was not used before.
    public String newTopic(Workload work) {
        topicCount++;
        return work.name() + "-" + topicCount;
    }

    /// The topic that a work has loaded into a shared server, or null when there is none yet.
    public String loadedTopic(String key) {
        return loadedTopics.get(key);
    }

    /// Notes a loaded topic, until the shared servers stop.
    public void loaded(String key, String topic) {
        loadedTopics.put(key, topic);
    }

    /// Notes how fast a run was.
    void paced(String key, double recordsPerSecond) {
        paces.put(key, recordsPerSecond);
    }

    /// Records per second of the last run of that key; not a number before the first.
    double paceOf(String key) {
        return paces.getOrDefault(key, Double.NaN);
    }

    /// Whether syncs can be slowed down here.
    public boolean canDelaySyncs() throws IOException, InterruptedException {
        if (syncDelay == null) {
            syncDelay = SyncDelay.build(directory);
        }
        return syncDelay != null;
    }

    /// Ends all servers that are up, and removes what they left.
    public void stopShared() throws IOException {
        for (ServerProcess server : shared.values()) {
            server.close();
            remove(server.home());
        }
        shared.clear();
        for (ServerCluster cluster : clusters.values()) {
            cluster.close();
        }
        clusters.clear();
        loadedTopics.clear();
    }

    @Override
    public void close() throws IOException {
        stopShared();
    }

    private ServerProcess start(Recipe recipe, ServerHome home, int delayMs)
            throws IOException, InterruptedException {
        if (delayMs == 0 || !canDelaySyncs()) {
            return start(recipe, home);
        }
        return ServerProcess.start(recipe, home, syncDelay.environment(delayMs));
    }

    private ServerCluster newCluster(Recipe recipe) throws IOException, InterruptedException {
        Files.createDirectories(directory);
        return ServerCluster.under(directory, recipe, CLUSTER_SIZE);
    }

    private ServerHome newHome(Recipe recipe) throws IOException, InterruptedException {
        Files.createDirectories(directory);
        ServerHome home = ServerHome.under(directory, recipe.name());
        recipe.prepare(home);
        return home;
    }
}
