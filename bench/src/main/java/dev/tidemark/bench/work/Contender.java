package dev.tidemark.bench.work;

import dev.tidemark.bench.server.Recipe;
import java.util.HashMap;
import java.util.Map;

/// One side of a comparison: a server and what its topics are created with.
///
/// @param label       how it is called in the results
/// @param topicConfig all of it, the recipe's own included
public record Contender(String label, Recipe recipe, Map<String, String> topicConfig) {

    static Contender of(String label, Recipe recipe, Map<String, String> extra) {
        Map<String, String> config = new HashMap<>(recipe.topicConfig());
        config.putAll(extra);
        return new Contender(label, recipe, Map.copyOf(config));
    }
}
