package dev.tidemark.tidy;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.MethodTree;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What types and packages may be called: nothing that says nothing, and no name twice.
final class TypeNames {
    private static final Set<String> BANNED = Set.of(
            "Manager", "Util", "Utils", "Helper", "Helpers", "Impl", "Internal", "Internals");
    private static final Set<String> BANNED_PACKAGES =
            Set.of("internal", "internals", "util", "utils", "helper", "helpers", "impl", "common");

    private TypeNames() {}

    static List<Offence> banned(House house) {
        List<Offence> offences = new ArrayList<>();
        for (Source source : house.sources()) {
            for (ClassTree type : source.all(ClassTree.class)) {
                List<String> words = words(type.getSimpleName().toString());
                if (words.getFirst().equals("Base") || words.stream().anyMatch(BANNED::contains)) {
                    offences.add(Offence.at(source, type, "type name " + type.getSimpleName()));
                }
            }
            if (List.of(source.packageName().split("\\.", -1)).stream()
                    .anyMatch(BANNED_PACKAGES::contains)) {
                offences.add(Offence.at(source, "package name " + source.packageName()));
            }
        }
        return offences;
    }

    /// No two top-level types share a name, and no nested type takes the name of a top-level one.
    /// Entry points are all called `Main`; they alone may be.
    static List<Offence> repeated(House house) {
        Map<String, String> owners = new HashMap<>();
        List<Offence> offences = new ArrayList<>();
        for (Source source : house.sources()) {
            for (ClassTree type : source.types()) {
                String owner = owners.putIfAbsent(type.getSimpleName().toString(), source.path());
                if (owner != null && !isMain(type)) {
                    offences.add(Offence.at(source, type,
                            "type " + type.getSimpleName() + " is also in " + owner));
                }
            }
        }
        house.main().forEach(source -> nested(source, owners, offences));
        return offences;
    }

    static boolean isMain(ClassTree type) {
        return type.getMembers().stream().anyMatch(member ->
                member instanceof MethodTree method && method.getName().contentEquals("main"));
    }

    private static void nested(Source source, Map<String, String> owners, List<Offence> offences) {
        for (ClassTree type : source.all(ClassTree.class)) {
            String owner = owners.get(type.getSimpleName().toString());
            if (owner != null && !source.types().contains(type)) {
                offences.add(Offence.at(source, type,
                        "nested type " + type.getSimpleName() + " is also in " + owner));
            }
        }
    }

    private static List<String> words(String camelCase) {
        return List.of(camelCase.split("(?<=[a-z0-9])(?=[A-Z])", -1));
    }
}
