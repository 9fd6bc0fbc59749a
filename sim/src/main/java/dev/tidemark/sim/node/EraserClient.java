package dev.tidemark.sim.node;

import static dev.tidemark.sim.model.Finding.require;

import dev.tidemark.base.Prng;
import org.apache.kafka.common.message.DeleteRecordsResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;

/// Deletes the records of partitions up to an offset; now and then it says only half of what it
/// wanted to, which must come to nothing but a closed connection.
final class EraserClient implements SimClient {
    private final NodeWorld world;
    private final NodeRig rig;
    private final Prng prng;
    private final Link link;

    EraserClient(NodeWorld world, Prng prng) {
        this.world = world;
        this.rig = world.rig();
        this.prng = prng;
        link = new Link(rig, prng.split());
    }

    @Override
    public Link link() {
        return link;
    }

    @Override
    public void step() {
        WiredPartition partition = world.anyPartition(prng);
        if (!link.isIdle() || partition == null || !world.isVerified(partition)) {
            return;
        }
        long end = partition.model.highWatermark();
        if (prng.chance(1, 4)) {
            link.tellHalf(ApiKeys.DELETE_RECORDS, 2, Requests.deleteRecords(partition, end));
        } else if (prng.chance(1, 4)) {
            erase(partition, prng.between(0, end + 1));
        }
    }

    private void erase(WiredPartition partition, long offset) {
        partition.mayBeErased(offset);
        rig.note("erases " + partition, offset);
        link.ask(ApiKeys.DELETE_RECORDS, 2, Requests.deleteRecords(partition, offset),
                (DeleteRecordsResponseData answer) -> {
                    Errors error = Errors.forCode(answer.topics().iterator().next().partitions()
                            .iterator().next().errorCode());
                    rig.note("erased " + partition + " " + error, offset);
                    // Retention may have been there before.
                    boolean isGone = error == Errors.OFFSET_OUT_OF_RANGE
                            && partition.topic.mayForget();
                    require(error == Errors.NONE || isGone || world.mayHappen(error, partition),
                            "records are deleted", "partition", partition, "offset", offset,
                            "error", error);
                    if (error == Errors.NONE && partition.isUsable()) {
                        partition.erased(offset);
                    }
                }, () -> { });
    }
}
