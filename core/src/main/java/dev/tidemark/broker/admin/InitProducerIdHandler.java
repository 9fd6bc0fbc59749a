package dev.tidemark.broker.admin;

import dev.tidemark.broker.Handler;
import dev.tidemark.broker.Request;
import dev.tidemark.control.ControlCommand;
import dev.tidemark.control.ControlReply;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.common.message.InitProducerIdRequestData;
import org.apache.kafka.common.message.InitProducerIdResponseData;
import org.apache.kafka.common.protocol.Errors;

/// InitProducerId, versions 0 to 5, for idempotent producers.
///
/// Ids come from a block that the controller set aside for this node; a restart begins a new
/// block, so no id is ever given twice. A transactional id is refused with a code that no client
/// retries, as long as there are no transactions.
///
/// Shared by all loops: the block is replaced as a whole. Does no I/O.
public final class InitProducerIdHandler implements Handler<InitProducerIdRequestData> {
    private static final int TIMEOUT_MS = 30_000;

    private final ControlPort control;
    private final int nodeId;
    private final AtomicReference<Block> current = new AtomicReference<>(new Block(0, 0));

    /// @param control sets blocks aside
    /// @param nodeId this node
    public InitProducerIdHandler(ControlPort control, int nodeId) {
        this.control = control;
        this.nodeId = nodeId;
    }

    /// Ids that are this node's to give.
    private record Block(AtomicLong next, long end) {
        static final long NONE_LEFT = -1;

        Block(long first, long end) {
            this(new AtomicLong(first), end);
        }

        long take() {
            long id = next.getAndIncrement();
            return id < end ? id : NONE_LEFT;
        }
    }

    @Override
    public void handle(Request request, InitProducerIdRequestData body) {
        if (body.transactionalId() != null) {
            request.reply(failed(body.transactionalId().isEmpty()
                    ? Errors.INVALID_REQUEST : Errors.UNSUPPORTED_VERSION));
            return;
        }
        if ((body.producerId() < 0) != (body.producerEpoch() < 0)) {
            request.reply(failed(Errors.INVALID_REQUEST));
            return;
        }
        long id = current.get().take();
        if (id != Block.NONE_LEFT) {
            request.reply(given(id));
            return;
        }
        ControlCall.send(request, control, TIMEOUT_MS,
                new ControlCommand.AllocateProducerIds(nodeId),
                reply -> request.reply(fromNewBlock(reply)));
    }

    private InitProducerIdResponseData fromNewBlock(ControlReply reply) {
        if (reply instanceof ControlReply.ProducerIdBlock allocated) {
            var block = new Block(allocated.first(), allocated.end());
            long id = block.take();
            // Another loop's block may be dropped half used: ids are plenty.
            current.set(block);
            return given(id);
        }
        // Retriable for every client, unlike what the controller itself would say.
        return failed(Errors.COORDINATOR_LOAD_IN_PROGRESS);
    }

    private static InitProducerIdResponseData given(long id) {
        return new InitProducerIdResponseData().setProducerId(id).setProducerEpoch((short) 0);
    }

    private static InitProducerIdResponseData failed(Errors error) {
        return new InitProducerIdResponseData().setErrorCode(error.code())
                .setProducerEpoch((short) -1);
    }
}
