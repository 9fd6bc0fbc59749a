package dev.tidemark.coord.group.classic;

import dev.tidemark.coord.group.event.ClassicProtocol;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Which protocol a group's members agree on.
///
/// A protocol must be supported by all; each member votes for the first such in its own order,
/// and of equals the one voted for first wins. Stateless. Does no I/O.
final class Ballot {
    private Ballot() {
    }

    /// True if a member with these protocols could be in the group.
    static boolean fits(ClassicGroup group, String protocolType, List<ClassicProtocol> protocols) {
        if (protocolType.isEmpty() || protocols.isEmpty()) {
            return false;
        }
        if (group.members.isEmpty()) {
            return true;
        }
        return protocolType.equals(group.protocolType) && sharesOne(group, protocols);
    }

    private static boolean sharesOne(ClassicGroup group, List<ClassicProtocol> protocols) {
        var supporters = supporters(group);
        for (var protocol : protocols) {
            if (supporters.getOrDefault(protocol.name(), 0) == group.members.size()) {
                return true;
            }
        }
        return false;
    }

    /// The protocol of the next generation; null if the members have none in common.
    static String winner(ClassicGroup group) {
        var supporters = supporters(group);
        Map<String, Integer> votes = new LinkedHashMap<>();
        for (var member : group.members.values()) {
            for (var protocol : member.protocols()) {
                if (supporters.get(protocol.name()) == group.members.size()) {
                    votes.merge(protocol.name(), 1, Integer::sum);
                    break;
                }
            }
        }
        String winner = null;
        for (var vote : votes.entrySet()) {
            winner = winner == null || vote.getValue() > votes.get(winner)
                    ? vote.getKey() : winner;
        }
        return winner;
    }

    private static Map<String, Integer> supporters(ClassicGroup group) {
        Map<String, Integer> counts = new HashMap<>();
        for (var member : group.members.values()) {
            for (var protocol : member.protocols()) {
                counts.merge(protocol.name(), 1, Integer::sum);
            }
        }
        return counts;
    }
}
