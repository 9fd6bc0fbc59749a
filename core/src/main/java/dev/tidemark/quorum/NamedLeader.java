package dev.tidemark.quorum;

import static dev.tidemark.base.Invariant.check;

import org.apache.kafka.common.message.BeginQuorumEpochRequestData;
import org.apache.kafka.common.message.BeginQuorumEpochResponseData;
import org.apache.kafka.common.message.EndQuorumEpochRequestData;
import org.apache.kafka.common.message.EndQuorumEpochResponseData;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.FetchSnapshotResponseData;
import org.apache.kafka.common.message.VoteResponseData;
import org.apache.kafka.common.protocol.ApiMessage;

/// Whom a response of another voter names as the leader, and of which term.
///
/// Stateless. Does no I/O.
final class NamedLeader {
    private static final int NONE = -1;

    private NamedLeader() {
    }

    /// The term that the response says this node leads; -1 if it says no such thing.
    static int epochOf(int nodeId, ApiMessage response) {
        check(nodeId >= 0, "a voter has a number", nodeId);
        return switch (response) {
            case FetchResponseData fetched -> fetched.responses().stream()
                    .flatMap(topic -> topic.partitions().stream())
                    .map(FetchResponseData.PartitionData::currentLeader)
                    .mapToInt(named -> named.leaderId() == nodeId ? named.leaderEpoch() : NONE)
                    .max().orElse(NONE);
            case FetchSnapshotResponseData fetched -> fetched.topics().stream()
                    .flatMap(topic -> topic.partitions().stream())
                    .map(FetchSnapshotResponseData.PartitionSnapshot::currentLeader)
                    .mapToInt(named -> named.leaderId() == nodeId ? named.leaderEpoch() : NONE)
                    .max().orElse(NONE);
            case VoteResponseData voted -> voted.topics().stream()
                    .flatMap(topic -> topic.partitions().stream())
                    .mapToInt(named -> named.leaderId() == nodeId ? named.leaderEpoch() : NONE)
                    .max().orElse(NONE);
            case BeginQuorumEpochResponseData begun -> begun.topics().stream()
                    .flatMap(topic -> topic.partitions().stream())
                    .mapToInt(named -> named.leaderId() == nodeId ? named.leaderEpoch() : NONE)
                    .max().orElse(NONE);
            case EndQuorumEpochResponseData ended -> ended.topics().stream()
                    .flatMap(topic -> topic.partitions().stream())
                    .mapToInt(named -> named.leaderId() == nodeId ? named.leaderEpoch() : NONE)
                    .max().orElse(NONE);
            default -> NONE;
        };
    }

    /// The leader that the response names without saying where it is; -1 if it does say so, or
    /// names none.
    static int unplaced(ApiMessage response) {
        return switch (response) {
            case FetchResponseData fetched when fetched.nodeEndpoints().isEmpty() ->
                    fetched.responses().stream().flatMap(topic -> topic.partitions().stream())
                            .mapToInt(partition -> partition.currentLeader().leaderId())
                            .max().orElse(NONE);
            case FetchSnapshotResponseData fetched when fetched.nodeEndpoints().isEmpty() ->
                    fetched.topics().stream().flatMap(topic -> topic.partitions().stream())
                            .mapToInt(partition -> partition.currentLeader().leaderId())
                            .max().orElse(NONE);
            case VoteResponseData voted when voted.nodeEndpoints().isEmpty() ->
                    voted.topics().stream().flatMap(topic -> topic.partitions().stream())
                            .mapToInt(VoteResponseData.PartitionData::leaderId)
                            .max().orElse(NONE);
            case BeginQuorumEpochResponseData begun when begun.nodeEndpoints().isEmpty() ->
                    begun.topics().stream().flatMap(topic -> topic.partitions().stream())
                            .mapToInt(BeginQuorumEpochResponseData.PartitionData::leaderId)
                            .max().orElse(NONE);
            case EndQuorumEpochResponseData ended when ended.nodeEndpoints().isEmpty() ->
                    ended.topics().stream().flatMap(topic -> topic.partitions().stream())
                            .mapToInt(EndQuorumEpochResponseData.PartitionData::leaderId)
                            .max().orElse(NONE);
            default -> NONE;
        };
    }

    /// The leader that a request names without saying where it is: one that has been started again
    /// resigns so. -1 if it does say so, or names none.
    static int unplacedBy(ApiMessage request) {
        return switch (request) {
            case EndQuorumEpochRequestData ends when ends.leaderEndpoints().isEmpty() ->
                    ends.topics().stream().flatMap(topic -> topic.partitions().stream())
                            .mapToInt(EndQuorumEpochRequestData.PartitionData::leaderId)
                            .max().orElse(NONE);
            case BeginQuorumEpochRequestData begins when begins.leaderEndpoints().isEmpty() ->
                    begins.topics().stream().flatMap(topic -> topic.partitions().stream())
                            .mapToInt(BeginQuorumEpochRequestData.PartitionData::leaderId)
                            .max().orElse(NONE);
            default -> NONE;
        };
    }
}
