package dev.tidemark.tidy;

import com.sun.source.tree.Tree;

/// One breach of a house rule: where it is (path from the root, line from 1) and what it breaks.
record Offence(String path, int line, String what) {
    static Offence at(Source source, Tree tree, String what) {
        return new Offence(source.path(), source.line(tree), what);
    }

    static Offence at(Source source, String what) {
        return new Offence(source.path(), 1, what);
    }

    @Override
    public String toString() {
        return path + ":" + line + ": " + what;
    }
}
