package dev.tidemark.tidy;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// What no tracked text may contain: a path of one machine, or the host of a package registry.
///
/// The patterns are put together from halves, so that this file does not catch itself.
final class Words {
    private static final List<Pattern> FORBIDDEN = List.of(
            Pattern.compile("(?<![\\w.])/" + "work/"),
            Pattern.compile("/tmp/" + "(wt|team)\\b"),
            Pattern.compile("(?<![\\w.$}])/" + "(root|home/\\w+)/"),
            Pattern.compile("repo1?\\." + "maven\\.(org|apache\\.org)"),
            Pattern.compile("registry\\." + "(npmjs\\.org|yarnpkg\\.com)"),
            Pattern.compile("(deb|security)\\." + "debian\\.org"),
            Pattern.compile("https?://[^\\s/]*" + "(artifactory|nexus|jfrog|pypi|proxy)"));

    private Words() {}

    static List<Offence> offences(House house) {
        List<Offence> offences = new ArrayList<>();
        house.files().forEach((path, text) -> {
            List<String> lines = text.lines().toList();
            for (int i = 0; i < lines.size(); i++) {
                for (Pattern pattern : FORBIDDEN) {
                    if (pattern.matcher(lines.get(i)).find()) {
                        offences.add(new Offence(path, i + 1, "contains " + pattern));
                    }
                }
            }
        });
        return offences;
    }
}
