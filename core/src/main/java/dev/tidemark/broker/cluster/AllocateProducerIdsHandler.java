package dev.tidemark.broker.cluster;

import dev.tidemark.broker.Handler;
import dev.tidemark.broker.Request;
import dev.tidemark.broker.admin.ControlCall;
import dev.tidemark.broker.admin.ControlPort;
import dev.tidemark.broker.admin.ControlReplies;
import dev.tidemark.control.ControlCommand;
import dev.tidemark.control.ControlReply.ProducerIdBlock;
import org.apache.kafka.common.message.AllocateProducerIdsRequestData;
import org.apache.kafka.common.message.AllocateProducerIdsResponseData;

/// AllocateProducerIds: a broker asks for producer ids that nobody else gets.
///
/// May run on any loop. Does no I/O.
public final class AllocateProducerIdsHandler implements Handler<AllocateProducerIdsRequestData> {
    private static final int TIMEOUT_MS = 5_000;

    private final ControlPort control;

    /// @param control decides
    public AllocateProducerIdsHandler(ControlPort control) {
        this.control = control;
    }

    @Override
    public void handle(Request request, AllocateProducerIdsRequestData body) {
        var command = new ControlCommand.AllocateProducerIds(body.brokerId(), body.brokerEpoch());
        ControlCall.send(request, control, TIMEOUT_MS, command, reply ->
                request.reply(reply instanceof ProducerIdBlock block
                        ? new AllocateProducerIdsResponseData()
                                .setProducerIdStart(block.first())
                                .setProducerIdLen((int) (block.end() - block.first()))
                        : new AllocateProducerIdsResponseData().setErrorCode(
                                ControlReplies.refusal(reply).code().code())));
    }
}
