package dev.tidemark.base;

import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.NoSuchElementException;

/// An immutable sorted map that shares structure: adding one entry to ten thousand copies the
/// dozen nodes above it and leaves the rest where they are.
///
/// An AVL tree whose nodes never change. Order is the keys' natural order; values are never null.
/// Looking up and changing take O(log n), walking is in key order.
///
/// Immutable, hence safe to read from any thread once it is safely published. Does no I/O.
///
/// @param <K> keys, compared by their natural order
/// @param <V> values
public final class SortedTree<K extends Comparable<? super K>, V> {
    private final Node<K, V> root;
    private final int size;

    private SortedTree(Node<K, V> root, int size) {
        this.root = root;
        this.size = size;
    }

    /// A tree that holds nothing.
    public static <K extends Comparable<? super K>, V> SortedTree<K, V> empty() {
        return new SortedTree<>(null, 0);
    }

    /// The number of entries.
    public int size() {
        return size;
    }

    /// True if there is no entry.
    public boolean isEmpty() {
        return size == 0;
    }

    /// The value of the key, or null.
    public V get(K key) {
        var node = root;
        while (node != null) {
            int order = key.compareTo(node.key);
            if (order == 0) {
                return node.value;
            }
            node = order < 0 ? node.left : node.right;
        }
        return null;
    }

    /// This tree with the entry added or replaced.
    public SortedTree<K, V> with(K key, V value) {
        Invariant.check(value != null, "a tree holds no nulls");
        return new SortedTree<>(insert(root, key, value), get(key) == null ? size + 1 : size);
    }

    /// This tree without the key; this very tree if it holds none such.
    public SortedTree<K, V> without(K key) {
        return get(key) == null ? this : new SortedTree<>(delete(root, key), size - 1);
    }

    /// All values, in the order of their keys.
    public Iterable<V> values() {
        return () -> new Walk<>(root);
    }

    /// The values whose keys are the given one or come after it, in order.
    public Iterable<V> valuesFrom(K firstKey) {
        return () -> new Walk<>(root, firstKey);
    }

    private static <K extends Comparable<? super K>, V> Node<K, V> insert(
            Node<K, V> node, K key, V value) {
        if (node == null) {
            return new Node<>(key, value, null, null);
        }
        int order = key.compareTo(node.key);
        if (order == 0) {
            return new Node<>(key, value, node.left, node.right);
        }
        return order < 0
                ? balanced(node, insert(node.left, key, value), node.right)
                : balanced(node, node.left, insert(node.right, key, value));
    }

    private static <K extends Comparable<? super K>, V> Node<K, V> delete(
            Node<K, V> node, K key) {
        int order = key.compareTo(node.key);
        if (order < 0) {
            return balanced(node, delete(node.left, key), node.right);
        }
        if (order > 0) {
            return balanced(node, node.left, delete(node.right, key));
        }
        if (node.left == null) {
            return node.right;
        }
        if (node.right == null) {
            return node.left;
        }
        var next = node.right;
        while (next.left != null) {
            next = next.left;
        }
        return balanced(next, node.left, delete(node.right, next.key));
    }

    private static <K, V> Node<K, V> balanced(Node<K, V> at, Node<K, V> left, Node<K, V> right) {
        int lean = height(left) - height(right);
        if (lean > 1) {
            return height(left.left) >= height(left.right)
                    ? new Node<>(left, left.left, new Node<>(at, left.right, right))
                    : new Node<>(left.right, new Node<>(left, left.left, left.right.left),
                            new Node<>(at, left.right.right, right));
        }
        if (lean < -1) {
            return height(right.right) >= height(right.left)
                    ? new Node<>(right, new Node<>(at, left, right.left), right.right)
                    : new Node<>(right.left, new Node<>(at, left, right.left.left),
                            new Node<>(right, right.left.right, right.right));
        }
        return new Node<>(at, left, right);
    }

    private static int height(Node<?, ?> node) {
        return node == null ? 0 : node.height;
    }

    private static final class Node<K, V> {
        final K key;
        final V value;
        final Node<K, V> left;
        final Node<K, V> right;
        final int height;

        Node(K key, V value, Node<K, V> left, Node<K, V> right) {
            this.key = key;
            this.value = value;
            this.left = left;
            this.right = right;
            height = 1 + Math.max(SortedTree.height(left), SortedTree.height(right));
        }

        /// The same entry above other children.
        Node(Node<K, V> entry, Node<K, V> left, Node<K, V> right) {
            this(entry.key, entry.value, left, right);
        }
    }

    private static final class Walk<K extends Comparable<? super K>, V> implements Iterator<V> {
        private final ArrayDeque<Node<K, V>> open = new ArrayDeque<>();

        Walk(Node<K, V> root) {
            descend(root);
        }

        Walk(Node<K, V> root, K firstKey) {
            var node = root;
            while (node != null) {
                if (firstKey.compareTo(node.key) <= 0) {
                    open.push(node);
                    node = node.left;
                } else {
                    node = node.right;
                }
            }
        }

        private void descend(Node<K, V> from) {
            for (var node = from; node != null; node = node.left) {
                open.push(node);
            }
        }

        @Override
        public boolean hasNext() {
            return !open.isEmpty();
        }

        @Override
        public V next() {
            if (open.isEmpty()) {
                throw new NoSuchElementException();
            }
            var node = open.pop();
            descend(node.right);
            return node.value;
        }
    }
}
