package dev.tidemark.node;

import dev.tidemark.base.Prng;
import dev.tidemark.broker.ApiVersionsHandler;
import dev.tidemark.broker.Partitions;
import dev.tidemark.broker.Router;
import dev.tidemark.broker.fetch.FetchHandler;
import dev.tidemark.broker.group.DeleteGroupsHandler;
import dev.tidemark.broker.group.DescribeGroupsHandler;
import dev.tidemark.broker.group.GroupPort;
import dev.tidemark.broker.group.HeartbeatHandler;
import dev.tidemark.broker.group.JoinGroupHandler;
import dev.tidemark.broker.group.LeaveGroupHandler;
import dev.tidemark.broker.group.ListGroupsHandler;
import dev.tidemark.broker.group.OffsetCommitHandler;
import dev.tidemark.broker.group.OffsetDeleteHandler;
import dev.tidemark.broker.group.OffsetFetchHandler;
import dev.tidemark.broker.group.SyncGroupHandler;
import dev.tidemark.broker.offsets.DeleteRecordsHandler;
import dev.tidemark.broker.offsets.ListOffsetsHandler;
import dev.tidemark.broker.produce.ProduceHandler;
import dev.tidemark.coord.group.command.TopicsView;
import java.util.function.Supplier;
import org.apache.kafka.common.protocol.ApiKeys;

/// Which API is served by which handler: the list of what this node can do.
final class Services {
    private final Router router;
    private final Doors doors;
    private final Partitions partitions;
    private final MetadataFeed metadata;

    Services(Router router, Doors doors, Partitions partitions, MetadataFeed metadata) {
        this.router = router;
        this.doors = doors;
        this.partitions = partitions;
        this.metadata = metadata;
    }

    /// Records in and out.
    void serveRecords(Prng prng, int fetchMaxBytes) {
        router.serve(ApiKeys.API_VERSIONS, new ApiVersionsHandler(router, metadata::image))
                .serve(ApiKeys.PRODUCE, new ProduceHandler(partitions))
                .serve(ApiKeys.FETCH, new FetchHandler(doors.loops(), partitions, router, prng,
                        fetchMaxBytes))
                .serve(ApiKeys.LIST_OFFSETS, new ListOffsetsHandler(partitions, doors.offload()))
                .serve(ApiKeys.DELETE_RECORDS, new DeleteRecordsHandler(partitions));
    }

    /// Consumer groups and what they have committed.
    void serveGroups(GroupPort groups) {
        Supplier<TopicsView> topics = () -> new ImageTopics(metadata.image());
        router.serve(ApiKeys.OFFSET_COMMIT, new OffsetCommitHandler(groups, topics))
                .serve(ApiKeys.OFFSET_FETCH, new OffsetFetchHandler(groups, topics))
                .serve(ApiKeys.OFFSET_DELETE, new OffsetDeleteHandler(groups, topics))
                .serve(ApiKeys.JOIN_GROUP, new JoinGroupHandler(groups))
                .serve(ApiKeys.SYNC_GROUP, new SyncGroupHandler(groups))
                .serve(ApiKeys.HEARTBEAT, new HeartbeatHandler(groups))
                .serve(ApiKeys.LEAVE_GROUP, new LeaveGroupHandler(groups))
                .serve(ApiKeys.DESCRIBE_GROUPS, new DescribeGroupsHandler(groups))
                .serve(ApiKeys.LIST_GROUPS, new ListGroupsHandler(groups))
                .serve(ApiKeys.DELETE_GROUPS, new DeleteGroupsHandler(groups));
    }
}
