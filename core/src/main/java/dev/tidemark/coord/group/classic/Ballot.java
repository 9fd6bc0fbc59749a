package dev.tidemark.coord.group.classic;

import dev.tidemark.coord.group.event.ClassicProtocol;
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
        for (var protocol : protocols) {
            if (group.supporters(protocol.name()) == group.members.size()) {
                return true;
            }
        }
        return false;
    }

    /// The protocol of the next generation; null if the members have none in common.
    static String winner(ClassicGroup group) {
        Map<String, Integer> votes = new LinkedHashMap<>();
        for (var member : group.members.values()) {
            for (var protocol : member.protocols()) {
                if (group.supporters(protocol.name()) == group.members.size()) {
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
}
