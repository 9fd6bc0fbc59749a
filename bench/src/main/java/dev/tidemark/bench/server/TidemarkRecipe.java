package dev.tidemark.bench.server;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Our own server, started by a command that is data: words with `{java}`, `{classpath}`,
/// `{data}` and `{port}` in them.
public final class TidemarkRecipe implements Recipe {
    /// How it is started unless the user says otherwise.
    public static final String COMMAND = "{java} --enable-native-access=ALL-UNNAMED"
            + " -cp {classpath} dev.tidemark.server.Main start"
            + " --data {data} --listen 127.0.0.1:{port}";
    private final List<String> words;

    /// @param command words apart by blanks, with the places named above
    public TidemarkRecipe(String command) {
        words = List.of(command.trim().split("\\s+", -1));
    }

    @Override
    public String name() {
        return "tidemark";
    }

    @Override
    public void prepare(ServerHome home) throws IOException {
        Files.createDirectories(home.data());
    }

    @Override
    public List<String> command(ServerHome home) {
        List<String> command = new ArrayList<>();
        for (String word : words) {
            command.add(word.replace("{java}", JavaCommand.path())
                    .replace("{classpath}", System.getProperty("java.class.path"))
                    .replace("{data}", home.data().toString())
                    .replace("{port}", Integer.toString(home.port())));
        }
        return command;
    }

    @Override
    public Map<String, String> topicConfig() {
        return Map.of();
    }

    /// Nothing to ask for: synced is the default.
    @Override
    public Map<String, String> syncedTopicConfig() {
        return Map.of();
    }

    @Override
    public Map<String, String> unsyncedTopicConfig() {
        return Map.of("tidemark.durability", "os");
    }
}
