package dev.tidemark.tidy;

import com.sun.source.tree.ImportTree;
import com.sun.source.tree.PackageTree;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Counts the lines of a file that hold code: not blank, not comment, not package or import.
final class CodeLines {
    /// Strings come first, so that what looks like a comment inside one is none.
    private static final Pattern STRING_OR_COMMENT = Pattern.compile(
            "\"\"\"(?:\\\\.|[^\\\\])*?\"\"\"|\"(?:\\\\.|[^\"\\\\\\n])*\"|'(?:\\\\.|[^'\\\\\\n])+'"
                    + "|//[^\\n]*|/\\*(?s:.)*?\\*/");

    private CodeLines() {}

    static int count(Source source) {
        Set<Integer> heads = new HashSet<>();
        source.all(ImportTree.class).forEach(tree -> heads.add(source.line(tree)));
        source.all(PackageTree.class).forEach(tree -> heads.add(source.line(tree)));
        int count = 0;
        int line = 0;
        for (String code : withoutComments(source.text()).split("\n", -1)) {
            line++;
            if (!code.isBlank() && !heads.contains(line)) {
                count++;
            }
        }
        return count;
    }

    /// The text with every comment blanked and every line kept.
    static String withoutComments(String text) {
        Matcher matcher = STRING_OR_COMMENT.matcher(text);
        return matcher.replaceAll(match -> Matcher.quoteReplacement(
                match.group().startsWith("/") ? "\n".repeat(newlines(match.group()))
                        : match.group()));
    }

    private static int newlines(String text) {
        return (int) text.chars().filter(c -> c == '\n').count();
    }
}
