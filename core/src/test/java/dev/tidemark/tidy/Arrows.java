package dev.tidemark.tidy;

import com.sun.source.tree.MemberSelectTree;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Which package may know which: the arrows of the house run down only, and never in a circle.
///
/// Names are taken from imports and from qualified names in the code. A package that the table does
/// not place has no business in `core`.
final class Arrows {
    /// kafka-raft's own package, where one class of ours opens it to the quorum: nobody else may
    /// name anything of it.
    static final String RAFT = "org.apache.kafka.raft";

    private static final String ROOT = "dev.tidemark.";
    private static final Set<String> BELOW_LOG = Set.of("base", "io", "record");
    private static final Set<String> BELOW_STORE = and(BELOW_LOG, "log", "journal");
    private static final Set<String> BELOW_REPLICA = and(BELOW_STORE, "store");
    private static final Set<String> BELOW_MACHINE = and(BELOW_REPLICA, "replica", "quorum");
    private static final Set<String> BELOW_BROKER =
            and(BELOW_MACHINE, "machine", "control", "coord", "wire");
    private static final Set<String> BELOW_NODE = and(BELOW_BROKER, "broker");
    private static final Set<String> CORE = and(BELOW_NODE, "node");
    private static final Set<String> MACHINES = Set.of("base", "record", "machine");

    /// For the first word of each package: the first words of those it may name.
    private static final Map<String, Set<String>> MAY_NAME = Map.ofEntries(
            Map.entry("base", Set.of()),
            Map.entry("io", Set.of("base")),
            Map.entry("io.sim", Set.of("base", "io")),
            Map.entry("record", Set.of("base", "io")),
            Map.entry("wire", BELOW_LOG),
            Map.entry("log", BELOW_LOG),
            Map.entry("journal", BELOW_LOG),
            Map.entry("store", BELOW_STORE),
            Map.entry("quorum", and(BELOW_REPLICA, "wire")),
            Map.entry("replica", BELOW_REPLICA),
            Map.entry("machine", BELOW_MACHINE),
            Map.entry("control", MACHINES),
            Map.entry("coord", MACHINES),
            Map.entry("broker", BELOW_BROKER),
            Map.entry("node", BELOW_NODE),
            Map.entry("node.sim", and(CORE, "io.sim")),
            Map.entry("server", CORE),
            Map.entry("sim", and(CORE, "io.sim", "node.sim")),
            Map.entry("bench", and(CORE, "server")),
            Map.entry("compat", and(CORE, "server")));
    private static final Set<String> SIMULATED = Set.of("io.sim", "node.sim");
    private static final Set<String> SHELLS = Set.of("server", "sim", "bench", "compat");

    private Arrows() {}

    static List<Offence> offences(House house) {
        List<Offence> offences = new ArrayList<>();
        house.main().forEach(source -> {
            String from = place(source.packageName());
            if (!isAtHome(source.module(), from)) {
                offences.add(Offence.at(source, "package " + source.packageName()
                        + " has no place in module " + source.module()));
                return;
            }
            for (MemberSelectTree name : source.all(MemberSelectTree.class)) {
                String to = place(packageOf(name.toString()));
                if (to != null && !to.equals(from) && !MAY_NAME.get(from).contains(to)) {
                    offences.add(Offence.at(source, name, from + " must not name " + name));
                }
            }
        });
        return offences;
    }

    /// Packages of main that reach themselves by way of another.
    static List<Offence> cycles(House house) {
        Map<String, Set<String>> names = new TreeMap<>();
        house.main().forEach(source -> names
                .computeIfAbsent(source.packageName(), _ -> new TreeSet<>()).addAll(named(source)));
        return names.keySet().stream().filter(start -> reaches(names, start))
                .map(start -> new Offence(start, 0, "is in a circle: names " + names.get(start)))
                .toList();
    }

    private static boolean isAtHome(String module, String place) {
        return place != null && MAY_NAME.containsKey(place)
                && (module.equals("core") ? !SHELLS.contains(place) : module.equals(place));
    }

    /// The first word of a package below the root; what simulates doors, or a node on them, is a
    /// place of its own, and the root itself holds only the server's front door.
    private static String place(String packageName) {
        if (packageName.equals("dev.tidemark")) {
            return "server";
        }
        if (packageName.equals(RAFT)) {
            return "quorum";
        }
        if (!packageName.startsWith(ROOT)) {
            return null;
        }
        String rest = packageName.substring(ROOT.length());
        return SIMULATED.contains(rest) ? rest : rest.split("\\.", -1)[0];
    }

    /// The package of a qualified type name: the words before the first capital; empty if the name
    /// stops short of a type, as the parts of a longer name do.
    private static String packageOf(String name) {
        String[] words = name.split("\\.", -1);
        for (int i = 0; i < words.length; i++) {
            if (!words[i].isEmpty() && Character.isUpperCase(words[i].charAt(0))) {
                return i == words.length - 1
                        ? String.join(".", List.of(words).subList(0, i)) : "";
            }
        }
        return "";
    }

    private static Set<String> named(Source source) {
        return source.all(MemberSelectTree.class).stream()
                .map(name -> packageOf(name.toString()))
                .filter(name -> name.startsWith("dev.tidemark"))
                .filter(name -> !name.equals(source.packageName()))
                .collect(Collectors.toSet());
    }

    private static boolean reaches(Map<String, Set<String>> names, String start) {
        Set<String> seen = new HashSet<>();
        var open = new ArrayDeque<>(names.get(start));
        while (!open.isEmpty()) {
            String next = open.pop();
            if (next.equals(start)) {
                return true;
            }
            if (seen.add(next)) {
                open.addAll(names.getOrDefault(next, Set.of()));
            }
        }
        return false;
    }

    private static Set<String> and(Set<String> places, String... more) {
        return Stream.concat(places.stream(), Stream.of(more)).collect(Collectors.toSet());
    }
}
