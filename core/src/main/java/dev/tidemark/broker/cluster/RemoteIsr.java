package dev.tidemark.broker.cluster;

import dev.tidemark.control.ControlError;
import dev.tidemark.control.ControlReply;
import dev.tidemark.control.ControlReply.PartitionResult;
import dev.tidemark.control.PartitionCommand.AlterPartition;
import dev.tidemark.control.PartitionCommand.InSync;
import dev.tidemark.control.PartitionCommand.IsrProposal;
import dev.tidemark.control.PartitionImage;
import dev.tidemark.control.PartitionImage.Recovery;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.AlterPartitionRequestData;
import org.apache.kafka.common.message.AlterPartitionRequestData.BrokerState;
import org.apache.kafka.common.message.AlterPartitionRequestData.PartitionData;
import org.apache.kafka.common.message.AlterPartitionRequestData.TopicData;
import org.apache.kafka.common.message.AlterPartitionResponseData;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;

/// AlterPartition as a leader sends it, and as it reads the answer.
///
/// Stateless. Does no I/O.
final class RemoteIsr {
    private static final short WITH_EPOCHS = 3;
    private static final byte RECOVERED = 0;
    private static final byte RECOVERING = 1;

    private RemoteIsr() {
    }

    static ApiMessage request(AlterPartition asked, short version) {
        Map<Uuid, TopicData> topics = new LinkedHashMap<>();
        for (IsrProposal proposal : asked.proposals()) {
            topics.computeIfAbsent(proposal.topicId(), id -> new TopicData().setTopicId(id))
                    .partitions().add(row(proposal, version));
        }
        return new AlterPartitionRequestData()
                .setBrokerId(asked.brokerId())
                .setBrokerEpoch(asked.brokerEpoch())
                .setTopics(new ArrayList<>(topics.values()));
    }

    private static PartitionData row(IsrProposal proposal, short version) {
        var row = new PartitionData()
                .setPartitionIndex(proposal.partition())
                .setLeaderEpoch(proposal.leaderEpoch())
                .setPartitionEpoch(proposal.partitionEpoch())
                .setLeaderRecoveryState(code(proposal.recovery()));
        if (version >= WITH_EPOCHS) {
            for (InSync replica : proposal.isr()) {
                row.newIsrWithEpochs().add(new BrokerState().setBrokerId(replica.brokerId())
                        .setBrokerEpoch(replica.brokerEpoch()));
            }
        } else {
            proposal.isr().forEach(replica -> row.newIsr().add(replica.brokerId()));
        }
        return row;
    }

    static ControlReply reply(AlterPartition asked, ApiMessage response) {
        var answer = (AlterPartitionResponseData) response;
        if (answer.errorCode() != Errors.NONE.code()) {
            return RemoteCommands.refused(answer.errorCode());
        }
        Map<Slot, PartitionResult> byPartition = new HashMap<>();
        for (var topic : answer.topics()) {
            for (var row : topic.partitions()) {
                byPartition.put(new Slot(topic.topicId(), row.partitionIndex()),
                        result(topic.topicId(), row));
            }
        }
        List<PartitionResult> results = new ArrayList<>();
        for (IsrProposal proposal : asked.proposals()) {
            results.add(byPartition.getOrDefault(new Slot(proposal.topicId(),
                    proposal.partition()), missing(proposal)));
        }
        return new ControlReply.Altered(results);
    }

    private record Slot(Uuid topicId, int partition) {
    }

    private static PartitionResult missing(IsrProposal proposal) {
        return new PartitionResult(proposal.topicId(), proposal.partition(),
                ControlError.of(Errors.UNKNOWN_SERVER_ERROR), null);
    }

    private static PartitionResult result(Uuid topicId,
            AlterPartitionResponseData.PartitionData row) {
        Errors error = Errors.forCode(row.errorCode());
        if (error == Errors.NONE && !row.isr().contains(row.leaderId())) {
            error = Errors.UNKNOWN_SERVER_ERROR;
        }
        // Which replicas are assigned is not told; a leader knows that by itself.
        var state = error != Errors.NONE ? null : new PartitionImage(row.isr(), row.isr(),
                List.of(), row.leaderId(), row.leaderEpoch(), row.partitionEpoch());
        return new PartitionResult(topicId, row.partitionIndex(), ControlError.of(error), state);
    }

    static byte code(Recovery recovery) {
        return switch (recovery) {
            case RECOVERED -> RECOVERED;
            case RECOVERING -> RECOVERING;
        };
    }

    static Recovery recovery(byte code) {
        return code == RECOVERING ? Recovery.RECOVERING : Recovery.RECOVERED;
    }
}
