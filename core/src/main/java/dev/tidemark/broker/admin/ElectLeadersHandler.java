package dev.tidemark.broker.admin;

import dev.tidemark.broker.Handler;
import dev.tidemark.broker.Request;
import dev.tidemark.control.ControlError;
import dev.tidemark.control.ControlReply.Elected;
import dev.tidemark.control.ControlReply.ElectionResult;
import dev.tidemark.control.PartitionCommand.ElectLeaders;
import dev.tidemark.control.PartitionCommand.Election;
import dev.tidemark.control.PartitionCommand.PartitionRef;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.message.ElectLeadersRequestData;
import org.apache.kafka.common.message.ElectLeadersResponseData;
import org.apache.kafka.common.message.ElectLeadersResponseData.PartitionResult;
import org.apache.kafka.common.message.ElectLeadersResponseData.ReplicaElectionResult;
import org.apache.kafka.common.protocol.Errors;

/// ElectLeaders, versions 0 to 2.
///
/// Confined to the request's loop. Does no I/O.
public final class ElectLeadersHandler implements Handler<ElectLeadersRequestData> {
    private static final byte PREFERRED = 0;
    private static final byte UNCLEAN = 1;

    private final ControlPort control;

    /// @param control decides
    public ElectLeadersHandler(ControlPort control) {
        this.control = control;
    }

    @Override
    public void handle(Request request, ElectLeadersRequestData body) {
        if (body.electionType() != PREFERRED && body.electionType() != UNCLEAN) {
            request.reply(refusal(request, body, Errors.INVALID_REQUEST));
            return;
        }
        var election = body.electionType() == UNCLEAN ? Election.UNCLEAN : Election.PREFERRED;
        ControlCall.send(request, control, body.timeoutMs(),
                new ElectLeaders(election, partitions(body)),
                reply -> request.reply(reply instanceof Elected elected ? answer(elected)
                        : refusal(request, body, ControlReplies.refusal(reply).code())));
    }

    private static List<PartitionRef> partitions(ElectLeadersRequestData body) {
        if (body.topicPartitions() == null) {
            return null;
        }
        List<PartitionRef> refs = new ArrayList<>();
        for (var topic : body.topicPartitions()) {
            topic.partitions().forEach(index -> refs.add(
                    new PartitionRef(topic.topic(), index)));
        }
        return refs;
    }

    /// Version 0 has no place for an error of the whole: each partition asked for gets it.
    private static ElectLeadersResponseData refusal(Request request, ElectLeadersRequestData body,
            Errors error) {
        if (request.header().requestApiVersion() > 0) {
            return new ElectLeadersResponseData().setErrorCode(error.code());
        }
        List<PartitionRef> asked = partitions(body);
        var why = new ControlError(error, error.message());
        return answer(new Elected(asked == null ? List.of() : asked.stream()
                .map(ref -> new ElectionResult(ref.topic(), ref.partition(), why)).toList()));
    }

    private static ElectLeadersResponseData answer(Elected elected) {
        Map<String, ReplicaElectionResult> topics = new LinkedHashMap<>();
        for (ElectionResult result : elected.results()) {
            topics.computeIfAbsent(result.topic(),
                            name -> new ReplicaElectionResult().setTopic(name))
                    .partitionResult().add(new PartitionResult()
                            .setPartitionId(result.partition())
                            .setErrorCode(result.error().code().code())
                            .setErrorMessage(result.error().message()));
        }
        return new ElectLeadersResponseData()
                .setReplicaElectionResults(new ArrayList<>(topics.values()));
    }
}
