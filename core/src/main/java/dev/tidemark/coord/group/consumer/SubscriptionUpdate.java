package dev.tidemark.coord.group.consumer;

import dev.tidemark.coord.group.command.ClientInfo;
import dev.tidemark.coord.group.event.MemberSubscription;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData;

/// A member's subscription before and after a heartbeat, which only says what has changed.
///
/// @param before null for a new member
/// @param after what holds now
record SubscriptionUpdate(MemberSubscription before, MemberSubscription after) {
    /// Merges what the heartbeat says into what is known.
    static SubscriptionUpdate of(MemberSubscription before,
            ConsumerGroupHeartbeatRequestData request, ClientInfo client) {
        var known = before == null ? MemberSubscription.BLANK : before;
        List<String> topics = request.subscribedTopicNames() == null
                ? known.topics()
                : request.subscribedTopicNames().stream().sorted().distinct().toList();
        int rebalanceTimeoutMs = request.rebalanceTimeoutMs() == -1
                ? known.rebalanceTimeoutMs() : request.rebalanceTimeoutMs();
        return new SubscriptionUpdate(before, new MemberSubscription(
                orKnown(request.instanceId(), known.instanceId()),
                orKnown(request.rackId(), known.rackId()),
                client.clientId(),
                client.clientHost(),
                topics,
                emptyIsNull(orKnown(request.subscribedTopicRegex(), known.regex())),
                rebalanceTimeoutMs,
                orKnown(request.serverAssignor(), known.assignor())));
    }

    private static String orKnown(String said, String known) {
        return said == null ? known : said;
    }

    private static String emptyIsNull(String value) {
        return value == null || value.isEmpty() ? null : value;
    }

    /// True if there is something to write.
    boolean isChange() {
        return !after.equals(before);
    }

    /// True if targets have to be computed anew.
    boolean movesGroup() {
        return before == null
                || !before.topics().equals(after.topics())
                || !Objects.equals(before.regex(), after.regex())
                || !Objects.equals(before.assignor(), after.assignor());
    }
}
