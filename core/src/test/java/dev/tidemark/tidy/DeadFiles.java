package dev.tidemark.tidy;

import com.sun.source.tree.ClassTree;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Types of main that no other file names: nothing would be missed without them.
///
/// Entry points (a `main` method, a benchmark) are named from outside. Launchers, poms, resources
/// and service files name by text.
final class DeadFiles {
    private DeadFiles() {}

    static List<Offence> offences(House house) {
        Map<String, Integer> mentions = new HashMap<>();
        for (Source source : house.sources()) {
            source.names().forEach(name -> mentions.merge(name, 1, Integer::sum));
        }
        List<Offence> offences = new ArrayList<>();
        house.main().forEach(source -> {
            for (ClassTree type : source.types()) {
                String name = type.getSimpleName().toString();
                int own = source.names().contains(name) ? 1 : 0;
                if (mentions.getOrDefault(name, 0) == own && !isEntry(source, type)
                        && !isNamedInText(house, source.packageName() + "." + name)) {
                    offences.add(Offence.at(source, type, name + " is named by no other file"));
                }
            }
        });
        return offences;
    }

    private static boolean isEntry(Source source, ClassTree type) {
        return TypeNames.isMain(type) || source.names().contains("Benchmark");
    }

    private static boolean isNamedInText(House house, String qualifiedName) {
        return house.files().entrySet().stream()
                .filter(file -> !file.getKey().endsWith(".java") && !file.getKey().endsWith(".md"))
                .anyMatch(file -> file.getValue().contains(qualifiedName));
    }
}
