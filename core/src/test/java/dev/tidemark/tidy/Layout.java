package dev.tidemark.tidy;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.ImportTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import java.util.ArrayList;
import java.util.List;

/// How a file is set: no tabs, four columns per level, every import by name.
final class Layout {
    private Layout() {}

    static List<Offence> tabs(House house) {
        List<Offence> offences = new ArrayList<>();
        for (Source source : house.sources()) {
            List<String> lines = source.lines();
            for (int i = 0; i < lines.size(); i++) {
                if (lines.get(i).indexOf('\t') >= 0) {
                    offences.add(new Offence(source.path(), i + 1, "a tab"));
                }
            }
        }
        return offences;
    }

    /// A member stands four columns to the right of the brace that closes its type.
    static List<Offence> indents(House house) {
        List<Offence> offences = new ArrayList<>();
        for (Source source : house.sources()) {
            List<String> lines = source.lines();
            for (ClassTree type : source.all(ClassTree.class)) {
                String closing = lines.get(source.lastLine(type) - 1);
                if (closing.strip().startsWith("}")) {
                    checkMembers(source, lines, type, indent(closing) + 4, offences);
                }
            }
        }
        return offences;
    }

    static List<Offence> starImports(House house) {
        List<Offence> offences = new ArrayList<>();
        for (Source source : house.sources()) {
            for (ImportTree tree : source.imports()) {
                boolean star = ((MemberSelectTree) tree.getQualifiedIdentifier())
                        .getIdentifier().contentEquals("*");
                if (star) {
                    offences.add(Offence.at(source, tree, "an import of everything"));
                }
            }
        }
        return offences;
    }

    private static void checkMembers(
            Source source, List<String> lines, ClassTree type, int due, List<Offence> offences) {
        for (Tree member : type.getMembers()) {
            String line = lines.get(source.line(member) - 1);
            boolean declaration = member instanceof MethodTree || member instanceof ClassTree;
            if (declaration && indent(line) != due) {
                offences.add(Offence.at(source, member,
                        "indented " + indent(line) + " where " + due + " is due"));
            }
        }
    }

    private static int indent(String line) {
        return line.length() - line.stripLeading().length();
    }
}
