package dev.tidemark.broker.cluster;

import dev.tidemark.control.ControlCommand.Assignment;
import dev.tidemark.control.ControlCommand.CreateTopics;
import dev.tidemark.control.ControlCommand.Effect;
import dev.tidemark.control.ControlCommand.NewTopic;
import dev.tidemark.control.ControlError;
import dev.tidemark.control.ControlReply;
import dev.tidemark.control.ControlReply.TopicResult;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.CreateTopicsRequestData;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableReplicaAssignment;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopic;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopicConfig;
import org.apache.kafka.common.message.CreateTopicsResponseData;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;

/// CreateTopics as a broker sends it for topics that its clients want to use, and as it reads the
/// answer.
///
/// Stateless. Does no I/O.
final class RemoteTopics {
    private static final int TIMEOUT_MS = 2_000;

    private RemoteTopics() {
    }

    static ApiMessage request(CreateTopics asked) {
        var request = new CreateTopicsRequestData().setTimeoutMs(TIMEOUT_MS)
                .setValidateOnly(asked.effect() == Effect.VALIDATE_ONLY);
        for (NewTopic topic : asked.topics()) {
            var row = new CreatableTopic().setName(topic.name())
                    .setNumPartitions(topic.partitionCount())
                    .setReplicationFactor((short) topic.replicationFactor());
            for (Assignment assignment : topic.assignments()) {
                row.assignments().add(new CreatableReplicaAssignment()
                        .setPartitionIndex(assignment.partition())
                        .setBrokerIds(assignment.brokers()));
            }
            topic.configs().forEach((key, value) -> row.configs().add(
                    new CreatableTopicConfig().setName(key).setValue(value)));
            request.topics().add(row);
        }
        return request;
    }

    static ControlReply reply(CreateTopics asked, ApiMessage response) {
        var answer = (CreateTopicsResponseData) response;
        List<TopicResult> results = new ArrayList<>();
        for (NewTopic topic : asked.topics()) {
            var row = answer.topics().find(topic.name());
            if (row == null) {
                return RemoteCommands.refused(Errors.UNKNOWN_SERVER_ERROR.code());
            }
            Errors error = Errors.forCode(row.errorCode());
            if (error == Errors.NOT_CONTROLLER) {
                return RemoteCommands.refused(row.errorCode());
            }
            results.add(error == Errors.NONE
                    ? new TopicResult(topic.name(), row.topicId(), row.numPartitions(),
                            row.replicationFactor(), ControlError.NONE)
                    : new TopicResult(topic.name(), Uuid.ZERO_UUID, -1, -1,
                            new ControlError(error, row.errorMessage())));
        }
        return new ControlReply.Topics(results);
    }
}
