package dev.tidemark.broker.admin;

import dev.tidemark.broker.Handler;
import dev.tidemark.broker.Request;
import dev.tidemark.control.ControlError;
import dev.tidemark.control.ControlReply;
import dev.tidemark.control.ControlReply.Refused;
import dev.tidemark.control.PartitionCommand.Reassign;
import dev.tidemark.control.PartitionCommand.Target;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.message.AlterPartitionReassignmentsRequestData;
import org.apache.kafka.common.message.AlterPartitionReassignmentsResponseData;

/// AlterPartitionReassignments: moves partitions to other brokers, or stops moving them.
///
/// Confined to the request's loop. Does no I/O.
public final class AlterReassignmentsHandler
        implements Handler<AlterPartitionReassignmentsRequestData> {
    private final ControlPort control;

    /// @param control decides
    public AlterReassignmentsHandler(ControlPort control) {
        this.control = control;
    }

    @Override
    public void handle(Request request, AlterPartitionReassignmentsRequestData body) {
        List<Target> targets = new ArrayList<>();
        for (var topic : body.topics()) {
            for (var row : topic.partitions()) {
                targets.add(new Target(topic.name(), row.partitionIndex(),
                        row.replicas() == null ? null : List.copyOf(row.replicas())));
            }
        }
        ControlCall.send(request, control, body.timeoutMs(), new Reassign(targets),
                reply -> request.reply(answer(body, reply)));
    }

    private static AlterPartitionReassignmentsResponseData answer(
            AlterPartitionReassignmentsRequestData body, ControlReply reply) {
        var response = new AlterPartitionReassignmentsResponseData()
                .setAllowReplicationFactorChange(body.allowReplicationFactorChange());
        if (reply instanceof Refused refused) {
            return response.setErrorCode(refused.error().code().code())
                    .setErrorMessage(refused.error().message());
        }
        int next = 0;
        for (var topic : body.topics()) {
            var rows = new AlterPartitionReassignmentsResponseData
                    .ReassignableTopicResponse().setName(topic.name());
            for (var row : topic.partitions()) {
                ControlError error = ControlReplies.outcome(reply, next++);
                rows.partitions().add(new AlterPartitionReassignmentsResponseData
                        .ReassignablePartitionResponse()
                        .setPartitionIndex(row.partitionIndex())
                        .setErrorCode(error.code().code())
                        .setErrorMessage(error.message()));
            }
            response.responses().add(rows);
        }
        return response;
    }
}
