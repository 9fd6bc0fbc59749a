package dev.tidemark.bench.server;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/// How a kind of server is prepared and started in a home.
public interface Recipe {
    /// A short name, used for directories and labels.
    String name();

    /// Writes what must be there before the first start. Called once for a home.
    void prepare(ServerHome home) throws IOException, InterruptedException;

    /// The command that starts the server in the foreground.
    List<String> command(ServerHome home);

    /// Writes what one node of a cluster must have before its first start. Called once for a home.
    ///
    /// @param id    the node's number, from 1 on: its home is the one before that index
    /// @param homes of all nodes
    void prepareMember(int id, List<ServerHome> homes) throws IOException, InterruptedException;

    /// The command that starts a node of a cluster in the foreground.
    List<String> memberCommand(ServerHome home);

    /// What every topic is created with, so that runs do not disturb each other.
    Map<String, String> topicConfig();

    /// What a topic is created with so that an acknowledged record is on disk.
    Map<String, String> syncedTopicConfig();

    /// What a topic is created with so that a record is acknowledged before it is on disk; empty
    /// when that is what the server does anyway.
    Map<String, String> unsyncedTopicConfig();
}
