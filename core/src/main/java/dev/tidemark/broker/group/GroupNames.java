package dev.tidemark.broker.group;

import dev.tidemark.broker.Request;
import dev.tidemark.coord.group.command.ClientInfo;
import org.apache.kafka.common.protocol.Errors;

/// Holds what clients call themselves and their groups against what a group's records can carry.
///
/// Stateless. Does no I/O.
final class GroupNames {
    /// Characters of any one name. A record gives a name 32 767 bytes, a character takes up to 3.
    static final int MAX_CHARS = 10_000;

    private GroupNames() {
    }

    /// For groups with members: the id must say something.
    static Errors check(String groupId, String... names) {
        return groupId.isEmpty() ? Errors.INVALID_GROUP_ID : checkOffsets(groupId, names);
    }

    /// For groups of offsets only: an empty id has always been one.
    static Errors checkOffsets(String groupId, String... names) {
        if (groupId.length() > MAX_CHARS) {
            return Errors.INVALID_GROUP_ID;
        }
        for (String name : names) {
            if (name != null && name.length() > MAX_CHARS) {
                return Errors.INVALID_REQUEST;
            }
        }
        return Errors.NONE;
    }

    /// Where a request came from, as groups remember it.
    static ClientInfo client(Request request) {
        String clientId = request.header().clientId();
        String name = clientId == null ? "" : clientId;
        return new ClientInfo(name.substring(0, Math.min(name.length(), MAX_CHARS)),
                "/" + request.clientHost(), request.header().requestApiVersion());
    }
}
