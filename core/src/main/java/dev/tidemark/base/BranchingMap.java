package dev.tidemark.base;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;

/// A sorted map of which a second one branches off at no cost, and goes its own way from there.
///
/// For decisions that are made on a copy of a state and touch little of it. Changing, and looking
/// up, take O(log n); walks are in the keys' order and see the map as it was when they began.
///
/// Confined to its maker. Does no I/O.
///
/// @param <K> keys, compared by their natural order
/// @param <V> values, never null
public final class BranchingMap<K extends Comparable<? super K>, V> extends AbstractMap<K, V> {
    private SortedTree<K, Map.Entry<K, V>> tree;

    /// An empty map.
    public BranchingMap() {
        this(SortedTree.empty());
    }

    private BranchingMap(SortedTree<K, Map.Entry<K, V>> tree) {
        this.tree = tree;
    }

    /// A map that holds what this one holds now.
    public BranchingMap<K, V> branch() {
        return new BranchingMap<>(tree);
    }

    /// The value of a key, which may be null; null if there is none.
    public V of(K key) {
        var entry = key == null ? null : tree.get(key);
        return entry == null ? null : entry.getValue();
    }

    @Override
    public V put(K key, V value) {
        V old = of(key);
        tree = tree.with(key, Map.entry(key, value));
        return old;
    }

    /// Takes a key away.
    ///
    /// @return its value; null if there was none
    public V take(K key) {
        V old = of(key);
        tree = tree.without(key);
        return old;
    }

    @Override
    @SuppressWarnings("unchecked") // A key of another type is met by its own compareTo.
    public V get(Object key) {
        return of((K) key);
    }

    @Override
    @SuppressWarnings("unchecked") // As above.
    public V remove(Object key) {
        return take((K) key);
    }

    @Override
    public boolean containsKey(Object key) {
        return get(key) != null;
    }

    @Override
    public int size() {
        return tree.size();
    }

    @Override
    public void clear() {
        tree = SortedTree.empty();
    }

    /// The first key in order; null if there is none.
    public K firstKey() {
        for (var entry : tree.values()) {
            return entry.getKey();
        }
        return null;
    }

    @Override
    public Set<Map.Entry<K, V>> entrySet() {
        var now = tree;
        return new AbstractSet<>() {
            @Override
            public Iterator<Map.Entry<K, V>> iterator() {
                return now.values().iterator();
            }

            @Override
            public int size() {
                return now.size();
            }
        };
    }
}
