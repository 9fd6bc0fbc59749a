package dev.tidemark.tidy;

import com.sun.source.tree.AnnotationTree;
import com.sun.source.tree.DoWhileLoopTree;
import com.sun.source.tree.EnhancedForLoopTree;
import com.sun.source.tree.ForLoopTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.WhileLoopTree;
import com.sun.source.util.TreePath;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Tests that do not count: those that are switched off, and those that sleep and hope.
///
/// A sleep inside of a loop waits for something; one that stands alone waits for luck.
final class TestHabits {
    private static final Set<String> OFF = Set.of("Disabled", "Ignore");

    private TestHabits() {}

    static List<Offence> switchedOff(House house) {
        List<Offence> offences = new ArrayList<>();
        house.tests().forEach(source -> source.all(AnnotationTree.class).stream()
                .filter(note -> OFF.contains(note.getAnnotationType().toString()))
                .forEach(note -> offences.add(Offence.at(source, note, note.toString()))));
        return offences;
    }

    static List<Offence> sleeps(House house) {
        List<Offence> offences = new ArrayList<>();
        house.tests().forEach(source -> {
            for (TreePath path : source.nodes()) {
                if (path.getLeaf() instanceof MethodInvocationTree call
                        && call.getMethodSelect().toString().equals("Thread.sleep")
                        && !isInLoop(path)) {
                    offences.add(Offence.at(source, call, "a sleep that waits for nothing"));
                }
            }
        });
        return offences;
    }

    private static boolean isInLoop(TreePath path) {
        for (TreePath at = path; at != null; at = at.getParentPath()) {
            Tree tree = at.getLeaf();
            if (tree instanceof MethodTree) {
                return false;
            }
            if (tree instanceof WhileLoopTree || tree instanceof DoWhileLoopTree
                    || tree instanceof ForLoopTree || tree instanceof EnhancedForLoopTree) {
                return true;
            }
        }
        return false;
    }
}
