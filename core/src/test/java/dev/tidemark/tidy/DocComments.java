package dev.tidemark.tidy;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.ModifiersTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.TreePath;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import javax.lang.model.element.Modifier;

/// A public type or method of `core` says what it is, in a `///` comment right above it.
///
/// Overrides inherit theirs; constructors are told by their type. The old form, which begins with
/// a slash and two stars, is not used anywhere.
final class DocComments {
    private static final Set<Tree.Kind> IMPLICITLY_PUBLIC =
            EnumSet.of(Tree.Kind.INTERFACE, Tree.Kind.ANNOTATION_TYPE);

    private DocComments() {}

    static List<Offence> missing(House house) {
        List<Offence> offences = new ArrayList<>();
        house.coreMain().forEach(source -> {
            List<String> lines = source.lines();
            for (TreePath path : source.nodes()) {
                String name = nameOfFace(path);
                if (name != null && isPublic(path)
                        && !isCommented(lines, source.line(path.getLeaf()))) {
                    offences.add(Offence.at(source, path.getLeaf(), "no /// above " + name));
                }
            }
        });
        return offences;
    }

    static List<Offence> oldForm(House house) {
        List<Offence> offences = new ArrayList<>();
        for (Source source : house.sources()) {
            List<String> lines = source.lines();
            for (int i = 0; i < lines.size(); i++) {
                if (lines.get(i).strip().startsWith("/" + "**")) {
                    offences.add(new Offence(source.path(), i + 1, "doc comment is not ///"));
                }
            }
        }
        return offences;
    }

    private static String nameOfFace(TreePath path) {
        return switch (path.getLeaf()) {
            case ClassTree type -> type.getSimpleName().toString();
            case MethodTree method when method.getReturnType() != null
                    && !Sizes.isOverride(method) -> method.getName().toString();
            default -> null;
        };
    }

    /// True if it and every type round it is public; false inside of a method's body.
    private static boolean isPublic(TreePath path) {
        TreePath parent = path.getParentPath();
        if (parent.getLeaf().getKind() == Tree.Kind.COMPILATION_UNIT) {
            return modifiers(path.getLeaf()).getFlags().contains(Modifier.PUBLIC);
        }
        if (!(parent.getLeaf() instanceof ClassTree owner) || !isPublic(parent)) {
            return false;
        }
        Set<Modifier> flags = modifiers(path.getLeaf()).getFlags();
        boolean implied = IMPLICITLY_PUBLIC.contains(owner.getKind());
        return flags.contains(Modifier.PUBLIC) || (implied && !flags.contains(Modifier.PRIVATE));
    }

    private static ModifiersTree modifiers(Tree tree) {
        return tree instanceof ClassTree type
                ? type.getModifiers() : ((MethodTree) tree).getModifiers();
    }

    private static boolean isCommented(List<String> lines, int line) {
        return line > 1 && lines.get(line - 2).strip().startsWith("///");
    }
}
