package dev.tidemark.coord.group.consumer;

import dev.tidemark.coord.group.command.ClientInfo;
import dev.tidemark.coord.group.event.ClassicProtocol;
import dev.tidemark.coord.group.event.ClassicTerms;
import dev.tidemark.coord.group.event.MemberSubscription;
import dev.tidemark.coord.group.event.MemberSubscription.Origin;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData;
import org.apache.kafka.common.message.ConsumerProtocolSubscription;
import org.apache.kafka.common.message.JoinGroupRequestData;

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
                new Origin(client.clientId(), client.clientHost()),
                topics,
                emptyIsNull(orKnown(request.subscribedTopicRegex(), known.regex())),
                rebalanceTimeoutMs,
                orKnown(request.serverAssignor(), known.assignor()),
                null));
    }

    /// Takes over what a guest says, which speaks the classic protocol and says everything.
    ///
    /// @param said out of the bytes of its first protocol
    static SubscriptionUpdate ofGuest(MemberSubscription before, JoinGroupRequestData request,
            ConsumerProtocolSubscription said, ClientInfo client) {
        var known = before == null ? MemberSubscription.BLANK : before;
        List<ClassicProtocol> protocols = new ArrayList<>(request.protocols().size());
        for (var protocol : request.protocols()) {
            protocols.add(new ClassicProtocol(protocol.name(), protocol.metadata()));
        }
        // Version 0 has no rebalance timeout.
        int rebalanceTimeoutMs = request.rebalanceTimeoutMs() < 0
                ? request.sessionTimeoutMs() : request.rebalanceTimeoutMs();
        return new SubscriptionUpdate(before, new MemberSubscription(
                orKnown(request.groupInstanceId(), known.instanceId()),
                orKnown(said.rackId(), known.rackId()),
                new Origin(client.clientId(), client.clientHost()),
                said.topics().stream().sorted().distinct().toList(),
                null,
                rebalanceTimeoutMs,
                known.assignor(),
                new ClassicTerms(request.sessionTimeoutMs(), protocols)));
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
