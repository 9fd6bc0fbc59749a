package dev.tidemark.coord.group.consumer;

import static dev.tidemark.base.Invariant.check;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.tidemark.coord.group.command.TopicsView;
import dev.tidemark.coord.group.event.GroupEvent.RegexRemoved;
import dev.tidemark.coord.group.event.GroupEvent.RegexStored;
import dev.tidemark.coord.group.event.ResolvedRegex;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.kafka.common.protocol.Errors;

/// Regular expressions in subscriptions. They are RE2's, which match in linear time whatever a
/// client sends; a topic is meant if the whole name matches.
///
/// Stateless. Does no I/O.
final class Regexes {
    private Regexes() {
    }

    /// Why this is no expression; null if it is one, or none was given (null).
    static Refusal whyNot(String regex) {
        if (regex == null) {
            return null;
        }
        try {
            var compiled = Pattern.compile(regex);
            check(compiled.pattern().equals(regex), "an expression compiles as it stands");
            return null;
        } catch (PatternSyntaxException e) {
            return new Refusal(Errors.INVALID_REGULAR_EXPRESSION, "SubscribedTopicRegex `"
                    + regex + "` is not a valid regular expression: " + e.getDescription() + ".");
        }
    }

    /// Resolves an expression that the group does not know yet, and forgets those that no member
    /// uses any more.
    static void update(ConsumerTurn turn, String regex, TopicsView view) {
        var group = turn.group;
        if (regex != null && !group.regexes.containsKey(regex)) {
            turn.emit(new RegexStored(group.groupId, regex, resolve(turn, regex, view)));
        }
        dropUnused(turn);
    }

    /// Forgets the expressions that no member uses.
    static void dropUnused(ConsumerTurn turn) {
        var group = turn.group;
        for (String regex : List.copyOf(group.regexes.keySet())) {
            boolean used = group.interests.keySet().stream()
                    .anyMatch(interest -> regex.equals(interest.regex()));
            if (!used) {
                turn.emit(new RegexRemoved(group.groupId, regex));
            }
        }
    }

    /// Holds all expressions against the topics that there are now.
    ///
    /// @return true if one of them means other topics than before
    static boolean refresh(ConsumerTurn turn, TopicsView view) {
        var group = turn.group;
        boolean changed = false;
        for (String regex : List.copyOf(group.regexes.keySet())) {
            var before = group.regexes.get(regex);
            if (before.metadataVersion() == view.version()) {
                continue;
            }
            var now = resolve(turn, regex, view);
            if (!now.topics().equals(before.topics())) {
                turn.emit(new RegexStored(group.groupId, regex, now));
                changed = true;
            }
        }
        return changed;
    }

    private static ResolvedRegex resolve(ConsumerTurn turn, String regex, TopicsView view) {
        var pattern = Pattern.compile(regex);
        List<String> topics = new ArrayList<>();
        for (String name : view.names()) {
            if (pattern.matches(name)) {
                topics.add(name);
            }
        }
        Collections.sort(topics);
        return new ResolvedRegex(List.copyOf(topics), view.version(), turn.calendarMs());
    }
}
