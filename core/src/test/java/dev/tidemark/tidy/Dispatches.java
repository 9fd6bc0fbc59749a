package dev.tidemark.tidy;

import com.sun.source.tree.CaseTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.ReturnTree;
import com.sun.source.tree.SwitchExpressionTree;
import com.sun.source.tree.SwitchTree;
import com.sun.source.tree.Tree;
import dev.tidemark.base.Dispatch;
import java.util.ArrayList;
import java.util.List;

/// What a method marked `@Dispatch` must be: one `switch` with short arms, and nothing else.
final class Dispatches {
    private static final int ARM_LINES = 6;

    private Dispatches() {}

    static boolean isMarked(MethodTree method) {
        return method.getModifiers().getAnnotations().stream().anyMatch(note ->
                note.getAnnotationType().toString().equals(Dispatch.class.getSimpleName()));
    }

    static List<Offence> offences(House house) {
        List<Offence> offences = new ArrayList<>();
        for (Source source : house.sources()) {
            for (MethodTree method : source.all(MethodTree.class)) {
                if (isMarked(method)) {
                    check(source, method, offences);
                }
            }
        }
        return offences;
    }

    private static void check(Source source, MethodTree method, List<Offence> offences) {
        var statements = method.getBody().getStatements();
        List<? extends CaseTree> arms =
                statements.size() == 1 ? arms(statements.getFirst()) : List.of();
        if (arms.isEmpty()) {
            offences.add(Offence.at(source, method,
                    "@Dispatch method " + method.getName() + " is not one flat switch"));
        }
        for (CaseTree arm : arms) {
            if (source.lineCount(arm) > ARM_LINES) {
                offences.add(Offence.at(source, arm,
                        "arm of more than " + ARM_LINES + " lines in a @Dispatch method"));
            }
        }
    }

    private static List<? extends CaseTree> arms(Tree statement) {
        if (statement instanceof SwitchTree tree) {
            return tree.getCases();
        }
        ExpressionTree value = statement instanceof ReturnTree tree ? tree.getExpression() : null;
        return value instanceof SwitchExpressionTree tree ? tree.getCases() : List.of();
    }
}
