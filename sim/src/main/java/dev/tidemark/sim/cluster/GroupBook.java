package dev.tidemark.sim.cluster;

import static dev.tidemark.sim.model.Finding.require;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// All that the members of one group know of it: what was committed for each partition, and which
/// generation was led by whom.
///
/// A partition's offset is a register: whoever reads it gets a commit that no later one, begun
/// after that was over, had replaced before. No two commits are of the same offset, and each is of
/// a greater one than those before it.
final class GroupBook {
    static final long NOTHING = -1;
    private static final long OPEN = Long.MAX_VALUE;

    private final String group;
    private final Map<ReplicatedLog, List<Commit>> commits = new HashMap<>();
    private final Map<Integer, String> leaders = new HashMap<>();
    private long now;

    GroupBook(String group) {
        this.group = group;
    }

    /// One commit, from its sending to its answer; for ever under way if there was none.
    static final class Commit {
        final long offset;
        private final long began;
        private long ended = OPEN;
        private boolean kept;

        private Commit(long offset, long began) {
            this.offset = offset;
            this.began = began;
        }

        private boolean isKeptBefore(long time) {
            return kept && ended < time;
        }

        private boolean isRefused() {
            return ended != OPEN && !kept;
        }
    }

    /// A member is about to commit a greater offset than all before.
    Commit begin(ReplicatedLog log) {
        List<Commit> known = commits.computeIfAbsent(log, absent -> new ArrayList<>());
        var commit = new Commit(known.isEmpty() ? 1 : known.getLast().offset + 1, ++now);
        known.add(commit);
        return commit;
    }

    /// It was acknowledged, or refused for good.
    void end(Commit commit, boolean kept) {
        // Somebody may have read it before its answer came.
        commit.ended = Math.min(commit.ended, ++now);
        commit.kept |= kept;
    }

    /// When something that is asked now begins.
    long present() {
        return ++now;
    }

    /// What was found by a request that began at `since`; [#NOTHING] if there was nothing.
    void found(ReplicatedLog log, long since, long offset) {
        List<Commit> known = commits.getOrDefault(log, List.of());
        Commit found = null;
        for (Commit commit : known) {
            found = commit.offset == offset ? commit : found;
        }
        require(offset == NOTHING || (found != null && !found.isRefused()),
                "only what was committed is found", "group", group, "log", log, "found", offset);
        long over = found == null ? 0 : found.ended;
        for (Commit commit : known) {
            require(commit.began <= over || !commit.isKeptBefore(since),
                    "a committed offset does not go back", "group", group, "log", log, "found",
                    offset, "committed", commit.offset);
        }
        if (found != null && found.ended == OPEN) {
            end(found, true);
        }
    }

    /// A member was given its part in a generation by the member that led it.
    void given(int generation, String leader) {
        String before = leaders.putIfAbsent(generation, leader);
        require(before == null || before.equals(leader), "a generation has one assignment",
                "group", group, "generation", generation, "by", before, "and", leader);
    }

    @Override
    public String toString() {
        return group;
    }
}
