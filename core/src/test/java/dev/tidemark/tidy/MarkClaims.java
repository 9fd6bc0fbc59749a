package dev.tidemark.tidy;

import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.MethodInvocationTree;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Every mark that main sets (`Marks.hit("...")`) is asked for by some test, by the same words.
final class MarkClaims {
    private MarkClaims() {}

    static List<Offence> offences(House house) {
        Set<String> claimed = house.tests()
                .flatMap(source -> calls(source).filter(call -> !isHit(call)))
                .flatMap(call -> call.getArguments().stream())
                .map(MarkClaims::text).collect(Collectors.toSet());
        List<Offence> offences = new ArrayList<>();
        house.main().forEach(source -> calls(source).filter(MarkClaims::isHit).forEach(call -> {
            String mark = text(call.getArguments().getFirst());
            if (!claimed.contains(mark)) {
                offences.add(Offence.at(source, call, "no test claims the mark " + mark));
            }
        }));
        return offences;
    }

    private static Stream<MethodInvocationTree> calls(Source source) {
        return source.all(MethodInvocationTree.class).stream()
                .filter(call -> call.getMethodSelect().toString().startsWith("Marks."))
                .filter(call -> !call.getArguments().isEmpty());
    }

    private static boolean isHit(MethodInvocationTree call) {
        return call.getMethodSelect().toString().equals("Marks.hit");
    }

    private static String text(ExpressionTree argument) {
        return argument instanceof LiteralTree literal
                ? String.valueOf(literal.getValue()) : argument.toString();
    }
}
