package dev.tidemark.broker.cluster;

import dev.tidemark.broker.Handler;
import dev.tidemark.broker.Request;
import dev.tidemark.broker.admin.ControlCall;
import dev.tidemark.broker.admin.ControlPort;
import dev.tidemark.broker.admin.ControlReplies;
import dev.tidemark.control.ControlCommand;
import dev.tidemark.control.ControlReply.Altered;
import dev.tidemark.control.ControlReply.PartitionResult;
import dev.tidemark.control.PartitionCommand.AlterPartition;
import dev.tidemark.control.PartitionCommand.InSync;
import dev.tidemark.control.PartitionCommand.IsrProposal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.AlterPartitionRequestData;
import org.apache.kafka.common.message.AlterPartitionRequestData.PartitionData;
import org.apache.kafka.common.message.AlterPartitionResponseData;
import org.apache.kafka.common.message.AlterPartitionResponseData.TopicData;

/// AlterPartition, versions 2 and 3: a leader says who is in sync.
///
/// May run on any loop. Does no I/O.
public final class AlterPartitionHandler implements Handler<AlterPartitionRequestData> {
    private static final int TIMEOUT_MS = 5_000;
    private static final short WITH_EPOCHS = 3;

    private final ControlPort control;

    /// @param control decides
    public AlterPartitionHandler(ControlPort control) {
        this.control = control;
    }

    @Override
    public void handle(Request request, AlterPartitionRequestData body) {
        short version = request.header().requestApiVersion();
        var command = new AlterPartition(body.brokerId(), body.brokerEpoch(),
                proposals(body, version));
        ControlCall.send(request, control, TIMEOUT_MS, command, reply ->
                request.reply(reply instanceof Altered altered ? answer(altered)
                        : new AlterPartitionResponseData().setErrorCode(
                                ControlReplies.refusal(reply).code().code())));
    }

    private static List<IsrProposal> proposals(AlterPartitionRequestData body, short version) {
        List<IsrProposal> proposals = new ArrayList<>();
        for (var topic : body.topics()) {
            for (var row : topic.partitions()) {
                proposals.add(new IsrProposal(topic.topicId(), row.partitionIndex(),
                        row.leaderEpoch(), row.partitionEpoch(), isr(row, version),
                        RemoteIsr.recovery(row.leaderRecoveryState())));
            }
        }
        return proposals;
    }

    private static List<InSync> isr(PartitionData row, short version) {
        return version >= WITH_EPOCHS
                ? row.newIsrWithEpochs().stream().map(replica -> new InSync(replica.brokerId(),
                        replica.brokerEpoch())).toList()
                : row.newIsr().stream().map(id -> new InSync(id, ControlCommand.UNKNOWN_EPOCH))
                        .toList();
    }

    private static AlterPartitionResponseData answer(Altered altered) {
        Map<Uuid, TopicData> topics = new LinkedHashMap<>();
        for (PartitionResult result : altered.results()) {
            topics.computeIfAbsent(result.topicId(), id -> new TopicData().setTopicId(id))
                    .partitions().add(row(result));
        }
        return new AlterPartitionResponseData().setTopics(new ArrayList<>(topics.values()));
    }

    private static AlterPartitionResponseData.PartitionData row(PartitionResult result) {
        var row = new AlterPartitionResponseData.PartitionData()
                .setPartitionIndex(result.partition())
                .setErrorCode(result.error().code().code());
        var state = result.state();
        if (state != null) {
            row.setLeaderId(state.leader())
                    .setLeaderEpoch(state.leaderEpoch())
                    .setIsr(state.isr())
                    .setLeaderRecoveryState(RemoteIsr.code(state.recovery()))
                    .setPartitionEpoch(state.partitionEpoch());
        }
        return row;
    }
}
