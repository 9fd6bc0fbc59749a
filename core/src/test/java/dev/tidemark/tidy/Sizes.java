package dev.tidemark.tidy;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.lang.model.element.Modifier;

/// How large things may get. Limits are inclusive; a method's lines are those of its body with
/// both braces.
///
/// Constants are no fields, a record's components are. A method that overrides takes the parameters
/// it must, so only the place that first declares them answers for their number.
final class Sizes {
    static final int FILE_LINES = 800;
    static final int METHOD_LINES = 70;
    static final int PARAMETERS = 7;
    static final int FIELDS = 20;
    static final int TYPES = 45;
    static final int COLUMNS = 100;

    private Sizes() {}

    static List<Offence> files(House house, int limit) {
        return house.sources().stream().filter(source -> source.lines().size() > limit)
                .map(source -> Offence.at(source, source.lines().size() + " lines in a file"))
                .toList();
    }

    static List<Offence> methods(House house, int limit) {
        return overLimit(house, MethodTree.class, limit, "lines in method ", (source, method) ->
                Dispatches.isMarked(method) ? 0 : bodyLines(source, method));
    }

    static List<Offence> parameters(House house, int limit) {
        return overLimit(house, MethodTree.class, limit, "parameters in method ",
                (source, method) -> isOverride(method) ? 0 : parameters(method));
    }

    static List<Offence> fields(House house, int limit) {
        return overLimit(house, ClassTree.class, limit, "fields in ", (source, type) -> (int)
                fields(type).filter(field -> !isStatic(field)).count());
    }

    static List<Offence> types(House house, int limit) {
        Map<String, Integer> counts = new TreeMap<>();
        for (Source source : house.sources()) {
            String tree = source.isMain() ? " (main)" : " (test)";
            counts.merge(source.packageName() + tree, source.types().size(), Integer::sum);
        }
        return counts.entrySet().stream().filter(entry -> entry.getValue() > limit)
                .map(entry -> new Offence(entry.getKey(), 0, entry.getValue() + " types")).toList();
    }

    static List<Offence> columns(House house) {
        List<Offence> offences = new ArrayList<>();
        for (Source source : house.sources()) {
            List<String> lines = source.lines();
            for (int i = 0; i < lines.size(); i++) {
                String line = lines.get(i);
                if (line.length() > COLUMNS && !line.startsWith("import ")) {
                    offences.add(new Offence(source.path(), i + 1, line.length() + " columns"));
                }
            }
        }
        return offences;
    }

    /// The size of every method in main that has a body, smallest first.
    static List<Integer> methodLines(House house) {
        return house.main().flatMap(source -> source.all(MethodTree.class).stream()
                .filter(method -> method.getBody() != null && !Dispatches.isMarked(method))
                .map(method -> bodyLines(source, method))).sorted().toList();
    }

    /// The size of every file in main, smallest first.
    static List<Integer> fileLines(House house) {
        return house.main().map(source -> source.lines().size()).sorted().toList();
    }

    /// The value that `percent` of the sorted values do not exceed; 0 of none.
    static int percentile(List<Integer> sorted, int percent) {
        return sorted.isEmpty() ? 0 : sorted.get((sorted.size() - 1) * percent / 100);
    }

    static Stream<VariableTree> fields(ClassTree type) {
        return type.getMembers().stream().filter(VariableTree.class::isInstance)
                .map(VariableTree.class::cast)
                .filter(field -> type.getKind() != Tree.Kind.ENUM
                        || !field.getType().toString().contentEquals(type.getSimpleName()));
    }

    static boolean isOverride(MethodTree method) {
        return method.getModifiers().getAnnotations().stream()
                .anyMatch(note -> note.getAnnotationType().toString().equals("Override"));
    }

    /// The number of parameters; a constructor is allowed one more and counts one less.
    private static int parameters(MethodTree method) {
        return method.getParameters().size() - (method.getReturnType() == null ? 1 : 0);
    }

    private static boolean isStatic(VariableTree field) {
        return field.getModifiers().getFlags().contains(Modifier.STATIC);
    }

    private static int bodyLines(Source source, MethodTree method) {
        return method.getBody() == null ? 0 : source.lineCount(method.getBody());
    }

    private static <T extends Tree> List<Offence> overLimit(
            House house, Class<T> kind, int limit, String what, Size<T> size) {
        return house.sources().stream().flatMap(source -> {
            ToIntFunction<T> of = tree -> size.of(source, tree);
            return source.all(kind).stream().filter(tree -> of.applyAsInt(tree) > limit)
                    .map(tree -> Offence.at(source, tree,
                            of.applyAsInt(tree) + " " + what + name(tree)));
        }).collect(Collectors.toList());
    }

    private static String name(Tree tree) {
        return tree instanceof MethodTree method
                ? method.getName().toString() : ((ClassTree) tree).getSimpleName().toString();
    }

    private interface Size<T> {
        int of(Source source, T tree);
    }
}
