package dev.tidemark.tidy;

import com.sun.source.tree.CaseTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.ConstantCaseLabelTree;
import com.sun.source.tree.DefaultCaseLabelTree;
import com.sun.source.tree.DeconstructionPatternTree;
import com.sun.source.tree.PatternCaseLabelTree;
import com.sun.source.tree.BindingPatternTree;
import com.sun.source.tree.SwitchExpressionTree;
import com.sun.source.tree.SwitchTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import javax.lang.model.element.Modifier;

/// How we use the language: no `Optional` fields, no `default` where the compiler could have told
/// us of a case that we forgot.
///
/// Types are not resolved, so a `switch` counts as one over an enum or a sealed type when every
/// label is a constant of one of our enums, or every pattern one of our sealed types' members.
final class JavaHabits {
    private JavaHabits() {}

    static List<Offence> optionalFields(House house) {
        List<Offence> offences = new ArrayList<>();
        house.main().forEach(source -> {
            for (ClassTree type : source.all(ClassTree.class)) {
                Sizes.fields(type)
                        .filter(field -> String.valueOf(field.getType()).startsWith("Optional"))
                        .forEach(field -> offences.add(
                                Offence.at(source, field, "Optional field " + field.getName())));
            }
        });
        return offences;
    }

    static List<Offence> needlessDefaults(House house) {
        List<Set<String>> closed = closedSets(house);
        List<Offence> offences = new ArrayList<>();
        house.main().forEach(source -> {
            for (var path : source.nodes()) {
                Set<String> labels = new TreeSet<>();
                if (hasDefault(cases(path.getLeaf()), labels) && !labels.isEmpty()
                        && closed.stream().anyMatch(set -> set.containsAll(labels))) {
                    offences.add(Offence.at(source, path.getLeaf(),
                            "default in a switch over " + labels));
                }
            }
        });
        return offences;
    }

    private static List<? extends CaseTree> cases(Tree tree) {
        return switch (tree) {
            case SwitchTree statement -> statement.getCases();
            case SwitchExpressionTree expression -> expression.getCases();
            default -> List.of();
        };
    }

    /// Puts the names in the labels into `labels`; a label that is no plain name puts itself there.
    private static boolean hasDefault(List<? extends CaseTree> cases, Set<String> labels) {
        boolean found = false;
        for (CaseTree arm : cases) {
            for (var label : arm.getLabels()) {
                switch (label) {
                    case DefaultCaseLabelTree _ -> found = true;
                    case ConstantCaseLabelTree constant ->
                            labels.add(constant.getConstantExpression().toString());
                    case PatternCaseLabelTree pattern -> labels.add(typeOf(pattern.getPattern()));
                    default -> labels.add(label.toString());
                }
            }
        }
        labels.remove("null");
        return found;
    }

    private static String typeOf(Tree pattern) {
        String type = switch (pattern) {
            case BindingPatternTree binding -> String.valueOf(binding.getVariable().getType());
            case DeconstructionPatternTree record -> record.getDeconstructor().toString();
            default -> pattern.toString();
        };
        return type.substring(type.lastIndexOf('.') + 1);
    }

    /// The constants of each enum, and the members of each sealed type, of main.
    private static List<Set<String>> closedSets(House house) {
        List<Set<String>> sets = new ArrayList<>();
        house.main().forEach(source -> {
            for (ClassTree type : source.all(ClassTree.class)) {
                Set<String> members = new HashSet<>();
                if (type.getKind() == Tree.Kind.ENUM) {
                    constants(type, members);
                } else if (type.getModifiers().getFlags().contains(Modifier.SEALED)) {
                    type.getPermitsClause().forEach(member -> members.add(lastWord(member)));
                    type.getMembers().forEach(member -> nested(member, members));
                }
                sets.add(members);
            }
        });
        return sets;
    }

    private static void constants(ClassTree type, Set<String> members) {
        for (Tree member : type.getMembers()) {
            if (member instanceof VariableTree constant) {
                members.add(constant.getName().toString());
            }
        }
    }

    private static void nested(Tree member, Set<String> members) {
        if (member instanceof ClassTree type) {
            members.add(type.getSimpleName().toString());
        }
    }

    private static String lastWord(Tree name) {
        String text = name.toString();
        return text.substring(text.lastIndexOf('.') + 1);
    }
}
