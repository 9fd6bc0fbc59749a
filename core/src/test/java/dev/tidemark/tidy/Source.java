package dev.tidemark.tidy;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.IdentifierTree;
import com.sun.source.tree.ImportTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// One parsed Java file: its text, its lines and its syntax tree (no types are resolved).
///
/// `path` is relative to the root and begins with the module: `core/src/main/java/...`.
final class Source {
    private final String path;
    private final String text;
    private final CompilationUnitTree unit;
    private final SourcePositions positions;
    private final List<TreePath> nodes = new ArrayList<>();

    Source(String path, String text, CompilationUnitTree unit, SourcePositions positions) {
        this.path = path;
        this.text = text;
        this.unit = unit;
        this.positions = positions;
        new TreePathScanner<Void, Void>() {
            @Override
            public Void scan(Tree tree, Void nothing) {
                if (tree == null) {
                    return null;
                }
                nodes.add(new TreePath(getCurrentPath(), tree));
                return super.scan(tree, nothing);
            }
        }.scan(new TreePath(unit), null);
    }

    String path() {
        return path;
    }

    String text() {
        return text;
    }

    String module() {
        return path.substring(0, path.indexOf('/'));
    }

    boolean isMain() {
        return path.contains("/src/main/");
    }

    boolean isTest() {
        return path.contains("/src/test/");
    }

    boolean isCoreMain() {
        return isMain() && module().equals("core");
    }

    String packageName() {
        return unit.getPackageName() == null ? "" : unit.getPackageName().toString();
    }

    List<String> lines() {
        return text.lines().toList();
    }

    List<? extends ImportTree> imports() {
        return unit.getImports();
    }

    /// The top-level types, in order.
    List<ClassTree> types() {
        return unit.getTypeDecls().stream()
                .filter(ClassTree.class::isInstance).map(ClassTree.class::cast).toList();
    }

    /// Every node of one kind, from top to bottom.
    <T extends Tree> List<T> all(Class<T> kind) {
        return nodes.stream().map(TreePath::getLeaf).filter(kind::isInstance).map(kind::cast)
                .toList();
    }

    /// Every node with the way to it.
    List<TreePath> nodes() {
        return nodes;
    }

    /// Every simple name that stands in the code, comments and strings left out.
    Set<String> names() {
        Set<String> names = new LinkedHashSet<>();
        all(IdentifierTree.class).forEach(tree -> names.add(tree.getName().toString()));
        all(MemberSelectTree.class).forEach(tree -> names.add(tree.getIdentifier().toString()));
        return names;
    }

    int line(Tree tree) {
        return lineAt(positions.getStartPosition(unit, tree));
    }

    int lastLine(Tree tree) {
        return lineAt(positions.getEndPosition(unit, tree) - 1);
    }

    /// Lines from the first to the last of a tree, both counted.
    int lineCount(Tree tree) {
        return lastLine(tree) - line(tree) + 1;
    }

    private int lineAt(long position) {
        return position < 0 ? 1 : (int) unit.getLineMap().getLineNumber(position);
    }
}
