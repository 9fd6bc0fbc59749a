package dev.tidemark.tidy;

import com.sun.source.tree.MethodInvocationTree;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// How densely the packages that keep data check themselves: at least four calls of `check` in a
/// hundred lines of code, counted over each package that has a hundred.
final class Invariants {
    private static final Set<String> KEEPERS = Set.of("dev.tidemark.log", "dev.tidemark.journal",
            "dev.tidemark.store", "dev.tidemark.replica", "dev.tidemark.quorum",
            "dev.tidemark.machine");
    private static final int PER_HUNDRED_LINES = 4;
    private static final int SMALL_PACKAGE_LINES = 100;

    private Invariants() {}

    static List<Offence> offences(House house) {
        Map<String, int[]> checksAndLines = new TreeMap<>();
        house.coreMain().filter(source -> KEEPERS.contains(source.packageName()))
                .forEach(source -> {
                    int[] sums = checksAndLines.computeIfAbsent(
                            source.packageName(), _ -> new int[2]);
                    sums[0] += checks(source);
                    sums[1] += CodeLines.count(source);
                });
        List<Offence> offences = new ArrayList<>();
        checksAndLines.forEach((name, sums) -> {
            if (sums[1] >= SMALL_PACKAGE_LINES && sums[0] * 100 < PER_HUNDRED_LINES * sums[1]) {
                offences.add(new Offence(name, 0,
                        sums[0] + " invariant checks in " + sums[1] + " lines of code"));
            }
        });
        return offences;
    }

    private static int checks(Source source) {
        return (int) source.all(MethodInvocationTree.class).stream()
                .map(call -> call.getMethodSelect().toString())
                .filter(name -> name.equals("check") || name.startsWith("Invariant."))
                .count();
    }
}
