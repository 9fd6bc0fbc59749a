package dev.tidemark.node;

import dev.tidemark.base.Prng;
import dev.tidemark.broker.ApiVersionsHandler;
import dev.tidemark.broker.Handler;
import dev.tidemark.broker.LeaderHints;
import dev.tidemark.broker.Partitions;
import dev.tidemark.broker.Router;
import dev.tidemark.broker.admin.AlterConfigsHandler;
import dev.tidemark.broker.admin.AlterReassignmentsHandler;
import dev.tidemark.broker.admin.ClusterFacts;
import dev.tidemark.broker.admin.ControlPort;
import dev.tidemark.broker.admin.CreatePartitionsHandler;
import dev.tidemark.broker.admin.CreateTopicsHandler;
import dev.tidemark.broker.admin.DeleteTopicsHandler;
import dev.tidemark.broker.admin.DescribeConfigsHandler;
import dev.tidemark.broker.admin.ElectLeadersHandler;
import dev.tidemark.broker.admin.IncrementalAlterConfigsHandler;
import dev.tidemark.broker.admin.InitProducerIdHandler;
import dev.tidemark.broker.admin.ListConfigResourcesHandler;
import dev.tidemark.broker.admin.ListReassignmentsHandler;
import dev.tidemark.broker.admin.UnregisterBrokerHandler;
import dev.tidemark.broker.admin.UpdateFeaturesHandler;
import dev.tidemark.broker.cluster.DescribeControllersHandler;
import dev.tidemark.broker.cluster.QuorumHandler;
import dev.tidemark.broker.fetch.FetchHandler;
import dev.tidemark.broker.group.ConsumerGroupDescribeHandler;
import dev.tidemark.broker.group.ConsumerGroupHeartbeatHandler;
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
import dev.tidemark.broker.metadata.DescribeClusterHandler;
import dev.tidemark.broker.metadata.DescribeTopicPartitionsHandler;
import dev.tidemark.broker.metadata.FindCoordinatorHandler;
import dev.tidemark.broker.metadata.MetadataHandler;
import dev.tidemark.broker.metadata.TopicCreation;
import dev.tidemark.broker.offsets.DeleteRecordsHandler;
import dev.tidemark.broker.offsets.DescribeLogDirsHandler;
import dev.tidemark.broker.offsets.DescribeProducersHandler;
import dev.tidemark.broker.offsets.ListOffsetsHandler;
import dev.tidemark.broker.offsets.OffsetForLeaderEpochHandler;
import dev.tidemark.broker.produce.ProduceHandler;
import dev.tidemark.broker.throttle.ReplicationThrottle;
import dev.tidemark.control.Features;
import dev.tidemark.coord.group.command.ConsumerTimes;
import dev.tidemark.coord.group.command.TopicsView;
import dev.tidemark.machine.Lease;
import dev.tidemark.quorum.Quorum;
import dev.tidemark.store.LogDir;
import java.util.List;
import java.util.function.Supplier;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;

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

    /// What is served, and by whom.
    void serveVersions(String clusterId, int nodeId, List<Features.Feature> understood) {
        router.serve(ApiKeys.API_VERSIONS, new ApiVersionsHandler(
                router, metadata::image, clusterId, nodeId, understood));
    }

    /// What voters ask each other, and what everybody may know of them.
    ///
    /// @param controllers serves the listeners of the quorum
    void serveQuorum(Router controllers, Quorum quorum, String clusterId) {
        QuorumHandler.serveNodes(controllers, quorum);
        controllers.serve(ApiKeys.DESCRIBE_CLUSTER,
                new DescribeControllersHandler(quorum, clusterId));
        QuorumHandler.serveClients(router, quorum);
    }

    /// Records in and out.
    ///
    /// @param lease of this node
    void serveRecords(Prng prng, NodeConfig config, ReplicationThrottle throttle, Lease lease) {
        var hints = new LeaderHints(metadata::image);
        router.serve(ApiKeys.PRODUCE, new ProduceHandler(partitions, hints))
                .serve(ApiKeys.FETCH, new FetchHandler(doors.loops(), partitions, router, prng,
                        doors.offload(), config.fetchMaxBytes(), new FetchHandler.Cluster(
                                RackReplicas.of(config, metadata::image), hints, throttle,
                                lease)));
    }

    /// Where logs begin and end, and what lies on disk.
    void serveOffsets(LogDir dir) {
        router.serve(ApiKeys.LIST_OFFSETS, new ListOffsetsHandler(partitions, doors.offload()))
                .serve(ApiKeys.OFFSET_FOR_LEADER_EPOCH,
                        new OffsetForLeaderEpochHandler(partitions))
                .serve(ApiKeys.DELETE_RECORDS, new DeleteRecordsHandler(partitions))
                .serve(ApiKeys.DESCRIBE_PRODUCERS, new DescribeProducersHandler(partitions))
                .serve(ApiKeys.DESCRIBE_LOG_DIRS, new DescribeLogDirsHandler(partitions, dir,
                        doors.disk(), doors.offload()));
    }

    /// What the cluster is made of.
    void serveMetadata(ClusterFacts facts, ControlPort control) {
        var creation = new TopicCreation(facts, control);
        router.serve(ApiKeys.METADATA, new MetadataHandler(facts, creation))
                .serve(ApiKeys.FIND_COORDINATOR, new FindCoordinatorHandler(facts, creation))
                .serve(ApiKeys.DESCRIBE_CLUSTER, new DescribeClusterHandler(facts))
                .serve(ApiKeys.DESCRIBE_TOPIC_PARTITIONS,
                        new DescribeTopicPartitionsHandler(facts))
                .serve(ApiKeys.INIT_PRODUCER_ID,
                        new InitProducerIdHandler(control, facts.nodeId()));
    }

    /// Topics and configurations, and their changes.
    ///
    /// @param paths to the controller
    /// @param controllers serves those that come by a controller's listener
    /// @param control decides while this node controls
    void serveAdmin(ClusterFacts facts, ClusterPaths paths, Router controllers,
            ControlPort control) {
        var levels = doors.trace().levels();
        ControlPort anywhere = paths.control();
        ClusterFacts there = facts.atController();
        router.serve(ApiKeys.DESCRIBE_CONFIGS, new DescribeConfigsHandler(facts, levels))
                .serve(ApiKeys.ALTER_CONFIGS, new AlterConfigsHandler(facts, anywhere))
                .serve(ApiKeys.INCREMENTAL_ALTER_CONFIGS,
                        new IncrementalAlterConfigsHandler(facts, anywhere, levels))
                .serve(ApiKeys.LIST_CONFIG_RESOURCES, new ListConfigResourcesHandler(facts))
                .serve(ApiKeys.LIST_PARTITION_REASSIGNMENTS, new ListReassignmentsHandler(facts));
        controllers.serve(ApiKeys.ALTER_CONFIGS, new AlterConfigsHandler(there, control))
                .serve(ApiKeys.INCREMENTAL_ALTER_CONFIGS,
                        new IncrementalAlterConfigsHandler(there, control, levels));
        var both = new Both(paths, controllers);
        both.serve(ApiKeys.CREATE_TOPICS, new CreateTopicsHandler(facts, control));
        both.serve(ApiKeys.DELETE_TOPICS, new DeleteTopicsHandler(facts, control));
        both.serve(ApiKeys.CREATE_PARTITIONS, new CreatePartitionsHandler(control));
        both.serve(ApiKeys.ELECT_LEADERS, new ElectLeadersHandler(control));
        both.serve(ApiKeys.ALTER_PARTITION_REASSIGNMENTS, new AlterReassignmentsHandler(control));
        both.serve(ApiKeys.UNREGISTER_BROKER, new UnregisterBrokerHandler(control));
        both.serve(ApiKeys.UPDATE_FEATURES, new UpdateFeaturesHandler(control));
    }

    /// What is asked of any broker and served at the controller.
    private final class Both {
        private final ClusterPaths paths;
        private final Router controllers;

        Both(ClusterPaths paths, Router controllers) {
            this.paths = paths;
            this.controllers = controllers;
        }

        <Q extends ApiMessage> void serve(ApiKeys api, Handler<Q> handler) {
            router.serve(api, paths.forward(handler));
            controllers.serve(api, handler);
        }
    }

    /// Consumer groups and what they have committed.
    ///
    /// @param times of each consumer group as of now
    /// @param assignors names of those that consumer groups may ask for
    void serveGroups(GroupPort groups, ConsumerTimes.ByGroup times, List<String> assignors) {
        Supplier<TopicsView> topics = () -> new ImageTopics(metadata.image());
        router.serve(ApiKeys.OFFSET_COMMIT, new OffsetCommitHandler(groups, topics))
                .serve(ApiKeys.OFFSET_FETCH, new OffsetFetchHandler(groups, topics))
                .serve(ApiKeys.OFFSET_DELETE, new OffsetDeleteHandler(groups, topics))
                .serve(ApiKeys.JOIN_GROUP, new JoinGroupHandler(groups, topics))
                .serve(ApiKeys.SYNC_GROUP, new SyncGroupHandler(groups, topics))
                .serve(ApiKeys.HEARTBEAT, new HeartbeatHandler(groups))
                .serve(ApiKeys.LEAVE_GROUP, new LeaveGroupHandler(groups))
                .serve(ApiKeys.DESCRIBE_GROUPS, new DescribeGroupsHandler(groups))
                .serve(ApiKeys.LIST_GROUPS, new ListGroupsHandler(groups))
                .serve(ApiKeys.DELETE_GROUPS, new DeleteGroupsHandler(groups))
                .serve(ApiKeys.CONSUMER_GROUP_HEARTBEAT,
                        new ConsumerGroupHeartbeatHandler(groups, topics, times, assignors))
                .serve(ApiKeys.CONSUMER_GROUP_DESCRIBE,
                        new ConsumerGroupDescribeHandler(groups, topics));
    }
}
