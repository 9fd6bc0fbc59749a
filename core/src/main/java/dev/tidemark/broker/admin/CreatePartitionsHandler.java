package dev.tidemark.broker.admin;

import dev.tidemark.broker.Handler;
import dev.tidemark.broker.Request;
import dev.tidemark.control.ControlCommand;
import dev.tidemark.control.ControlCommand.Effect;
import dev.tidemark.control.ControlCommand.Growth;
import dev.tidemark.control.ControlError;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.message.CreatePartitionsRequestData;
import org.apache.kafka.common.message.CreatePartitionsRequestData.CreatePartitionsTopic;
import org.apache.kafka.common.message.CreatePartitionsResponseData;
import org.apache.kafka.common.message.CreatePartitionsResponseData.CreatePartitionsTopicResult;
import org.apache.kafka.common.protocol.Errors;

/// CreatePartitions, versions 0 to 3.
///
/// Confined to the request's loop. Does no I/O.
public final class CreatePartitionsHandler implements Handler<CreatePartitionsRequestData> {
    private final ControlPort control;

    /// @param control decides
    public CreatePartitionsHandler(ControlPort control) {
        this.control = control;
    }

    @Override
    public void handle(Request request, CreatePartitionsRequestData body) {
        var response = new CreatePartitionsResponseData();
        var names = new ArrayList<String>();
        body.topics().forEach(topic -> names.add(topic.name()));
        var duplicates = ConfigRequests.repeated(names);
        for (var name : duplicates) {
            add(response, name, new ControlError(
                    Errors.INVALID_REQUEST, "topic " + name + " is named twice"));
        }
        var wanted = new ArrayList<Growth>();
        for (var topic : body.topics()) {
            if (!duplicates.contains(topic.name())) {
                wanted.add(new Growth(topic.name(), topic.count(), assignments(topic)));
            }
        }
        if (wanted.isEmpty()) {
            request.reply(response);
            return;
        }
        var effect = body.validateOnly() ? Effect.VALIDATE_ONLY : Effect.COMMIT;
        ControlCall.send(request, control, body.timeoutMs(),
                new ControlCommand.CreatePartitions(wanted, effect, request.origin()), reply -> {
                    for (int i = 0; i < wanted.size(); i++) {
                        add(response, wanted.get(i).topic(), ControlReplies.outcome(reply, i));
                    }
                    request.reply(response);
                });
    }

    private static List<List<Integer>> assignments(CreatePartitionsTopic topic) {
        if (topic.assignments() == null) {
            return null;
        }
        var assignments = new ArrayList<List<Integer>>();
        for (var assignment : topic.assignments()) {
            assignments.add(List.copyOf(assignment.brokerIds()));
        }
        return assignments;
    }

    private static void add(
            CreatePartitionsResponseData into, String name, ControlError error) {
        into.results().add(new CreatePartitionsTopicResult()
                .setName(name)
                .setErrorCode(error.code().code())
                .setErrorMessage(error.message()));
    }
}
