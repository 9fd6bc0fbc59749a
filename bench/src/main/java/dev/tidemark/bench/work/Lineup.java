package dev.tidemark.bench.work;

import dev.tidemark.bench.server.Recipe;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Which servers meet: the baseline, and the one that is measured against it.
///
/// @param subject null to measure the baseline alone
public record Lineup(Recipe baseline, Recipe subject) {
    private static final String UNSYNCED = " os";

    /// Both as they come.
    public List<Contender> defaults() {
        return both(Map.of(), Map.of());
    }

    /// Both as they come, and the subject again without a sync before the acknowledgement.
    public List<Contender> withUnsynced() {
        List<Contender> contenders = defaults();
        if (subject != null && !subject.unsyncedTopicConfig().isEmpty()) {
            contenders.add(Contender.of(subject.name() + UNSYNCED, subject,
                    subject.unsyncedTopicConfig()));
        }
        return contenders;
    }

    /// The subject and nobody else; the baseline where there is no subject.
    List<Contender> subjectAlone() {
        return List.of(defaults().getLast());
    }

    /// Both with every acknowledged record on disk.
    public List<Contender> synced() {
        return both(baseline.syncedTopicConfig(),
                subject == null ? Map.of() : subject.syncedTopicConfig());
    }

    private List<Contender> both(Map<String, String> ofBaseline, Map<String, String> ofSubject) {
        List<Contender> contenders = new ArrayList<>();
        contenders.add(Contender.of(baseline.name(), baseline, ofBaseline));
        if (subject != null) {
            contenders.add(Contender.of(subject.name(), subject, ofSubject));
        }
        return contenders;
    }
}
