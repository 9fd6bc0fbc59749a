package dev.tidemark.compat;

import static dev.tidemark.compat.Clients.get;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.AbortTransactionSpec;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.FeatureUpdate;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.ListShareGroupOffsetsSpec;
import org.apache.kafka.clients.admin.ListStreamsGroupOffsetsSpec;
import org.apache.kafka.clients.admin.MemberToRemove;
import org.apache.kafka.clients.admin.NewPartitionReassignment;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RaftVoterEndpoint;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.admin.RemoveMembersFromConsumerGroupOptions;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.ElectionType;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionReplica;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.BrokerIdNotRegisteredException;
import org.apache.kafka.common.errors.ElectionNotNeededException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.VoterNotFoundException;
import org.apache.kafka.common.quota.ClientQuotaAlteration;
import org.apache.kafka.common.quota.ClientQuotaEntity;
import org.apache.kafka.common.quota.ClientQuotaFilter;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/// A call of each method of Kafka's admin client, against a node that has the topic `methods` with
/// ten records in partition 0, groups that stand at offset 3 of them, and a group `joined` that has
/// the static member `one`.
final class AdminCalls {
    /// What is answered, by the method's name.
    static final SortedMap<String, Call> SERVED = new TreeMap<>();
    /// What is not, and is not advertised.
    static final SortedMap<String, Call> NOT_SERVED = new TreeMap<>();

    private static final TopicPartition PARTITION = new TopicPartition("methods", 0);
    private static final ConfigResource TOPIC =
            new ConfigResource(ConfigResource.Type.TOPIC, "methods");

    static {
        topics();
        clusters();
        consumerGroups();
        old();
        groupsOfAnyKind();
        otherGroups();
        transactions();
        security();
    }

    private AdminCalls() {}

    /// A call and the wait for its answer.
    interface Call {
        Object on(Admin admin) throws Exception;
    }

    private static void topics() {
        SERVED.put("createTopics", admin -> get(admin.createTopics(
                Set.of(new NewTopic("created", 1, (short) 1))).topicId("created")));
        SERVED.put("deleteTopics", admin -> admin.deleteTopics(Set.of("to-delete"))
                .topicNameValues().get("to-delete").get() == null);
        SERVED.put("listTopics", admin -> get(admin.listTopics().listings()));
        SERVED.put("describeTopics", admin ->
                get(admin.describeTopics(Set.of("methods")).allTopicNames()));
        SERVED.put("createPartitions", admin -> get(admin.createPartitions(
                Map.of("methods", NewPartitions.increaseTo(3))).all()) == null);
        SERVED.put("deleteRecords", admin -> get(admin.deleteRecords(
                Map.of(PARTITION, RecordsToDelete.beforeOffset(2))).lowWatermarks()
                .get(PARTITION)));
        SERVED.put("listOffsets", admin ->
                get(admin.listOffsets(Map.of(PARTITION, OffsetSpec.latest())).all()));
        SERVED.put("describeProducers", admin ->
                get(admin.describeProducers(Set.of(PARTITION)).all()));
        SERVED.put("describeConfigs", admin -> get(admin.describeConfigs(Set.of(TOPIC)).all()));
        SERVED.put("incrementalAlterConfigs", admin -> get(admin.incrementalAlterConfigs(
                Map.of(TOPIC, Set.of(new AlterConfigOp(new ConfigEntry("retention.ms", "60000"),
                        AlterConfigOp.OpType.SET)))).all()) == null);
        SERVED.put("listConfigResources", admin -> get(admin.listConfigResources().all()));
        SERVED.put("describeLogDirs", admin ->
                get(admin.describeLogDirs(Set.of(1)).allDescriptions()));
        SERVED.put("describeReplicaLogDirs", admin -> get(admin.describeReplicaLogDirs(
                Set.of(new TopicPartitionReplica("methods", 0, 1))).all()));
        NOT_SERVED.put("alterReplicaLogDirs", admin -> get(admin.alterReplicaLogDirs(
                Map.of(new TopicPartitionReplica("methods", 0, 1), "/elsewhere")).all()));
    }

    private static void clusters() {
        SERVED.put("describeCluster", admin -> get(admin.describeCluster().nodes()));
        SERVED.put("describeFeatures", admin -> get(admin.describeFeatures().featureMetadata()));
        SERVED.put("updateFeatures", admin -> get(admin.updateFeatures(
                Map.of("group.version", new FeatureUpdate((short) 1,
                        FeatureUpdate.UpgradeType.UPGRADE))).all()) == null);
        SERVED.put("electLeaders", admin -> get(admin.electLeaders(
                ElectionType.PREFERRED, Set.of(PARTITION)).partitions())
                .get(PARTITION).filter(ElectionNotNeededException.class::isInstance)
                .orElseThrow());
        SERVED.put("alterPartitionReassignments", admin -> get(
                admin.alterPartitionReassignments(Map.of(PARTITION,
                        Optional.of(new NewPartitionReassignment(List.of(1))))).all()) == null);
        SERVED.put("listPartitionReassignments", admin ->
                get(admin.listPartitionReassignments().reassignments()));
        SERVED.put("describeMetadataQuorum", admin ->
                get(admin.describeMetadataQuorum().quorumInfo()));
        SERVED.put("unregisterBroker", admin -> admin.unregisterBroker(7).all()
                .toCompletionStage().handle((done, failure) -> failure)
                .thenApply(BrokerIdNotRegisteredException.class::cast)
                .toCompletableFuture().get());
        NOT_SERVED.put("unregisterController", admin ->
                get(admin.unregisterController(7).all()));
        SERVED.put("addRaftVoter", admin -> refusal(TimeoutException.class, admin.addRaftVoter(7,
                Uuid.randomUuid(), Set.of(new RaftVoterEndpoint("CONTROLLER", "127.0.0.1", 1)))
                .all()));
        SERVED.put("removeRaftVoter", admin -> refusal(VoterNotFoundException.class,
                admin.removeRaftVoter(7, Uuid.randomUuid()).all()));
    }

    /// The answer about a node that is nowhere; null if it is another one.
    private static Throwable refusal(Class<? extends ApiException> expected, KafkaFuture<?> asked)
            throws Exception {
        try {
            get(asked);
            return null;
        } catch (ExecutionException refused) {
            return expected.isInstance(refused.getCause()) ? refused.getCause() : null;
        }
    }

    private static void consumerGroups() {
        SERVED.put("listGroups", admin -> get(admin.listGroups().all()));
        SERVED.put("describeConsumerGroups", admin ->
                get(admin.describeConsumerGroups(Set.of("committed")).all()));
        SERVED.put("describeClassicGroups", admin ->
                get(admin.describeClassicGroups(Set.of("committed")).all()));
        SERVED.put("listConsumerGroupOffsets", admin ->
                get(admin.listConsumerGroupOffsets("committed").partitionsToOffsetAndMetadata()));
        SERVED.put("alterConsumerGroupOffsets", admin -> get(admin.alterConsumerGroupOffsets(
                "altered", Map.of(PARTITION, new OffsetAndMetadata(1))).all()) == null);
        SERVED.put("deleteConsumerGroupOffsets", admin -> get(admin.deleteConsumerGroupOffsets(
                "to-forget", Set.of(PARTITION)).all()) == null);
        SERVED.put("deleteConsumerGroups", admin ->
                get(admin.deleteConsumerGroups(Set.of("to-delete")).all()) == null);
        SERVED.put("removeMembersFromConsumerGroup", admin ->
                get(admin.removeMembersFromConsumerGroup("joined",
                        new RemoveMembersFromConsumerGroupOptions(
                                List.of(new MemberToRemove("one")))).all()) == null);
    }

    /// The client asks of any group's offsets, and deletes groups of any kind, in the same way.
    private static void groupsOfAnyKind() {
        SERVED.put("listStreamsGroupOffsets", admin -> get(admin.listStreamsGroupOffsets(
                Map.of("committed", new ListStreamsGroupOffsetsSpec())).all()));
        SERVED.put("alterStreamsGroupOffsets", admin -> get(admin.alterStreamsGroupOffsets(
                "altered", Map.of(PARTITION, new OffsetAndMetadata(1))).all()) == null);
        SERVED.put("deleteStreamsGroupOffsets", admin -> get(admin.deleteStreamsGroupOffsets(
                "to-forget-too", Set.of(PARTITION)).all()) == null);
        SERVED.put("deleteStreamsGroups", admin ->
                get(admin.deleteStreamsGroups(Set.of("to-delete-too")).all()) == null);
        SERVED.put("deleteShareGroups", admin ->
                get(admin.deleteShareGroups(Set.of("to-delete-as-well")).all()) == null);
    }

    @SuppressWarnings("removal")
    private static void old() {
        SERVED.put("listClientMetricsResources", admin ->
                get(admin.listClientMetricsResources().all()));
        SERVED.put("listConsumerGroups", admin -> get(admin.listConsumerGroups().all()));
    }

    private static void otherGroups() {
        NOT_SERVED.put("describeShareGroups", admin ->
                get(admin.describeShareGroups(Set.of("shared")).all()));
        NOT_SERVED.put("alterShareGroupOffsets", admin ->
                get(admin.alterShareGroupOffsets("shared", Map.of(PARTITION, 1L)).all()));
        NOT_SERVED.put("listShareGroupOffsets", admin -> get(admin.listShareGroupOffsets(
                Map.of("shared", new ListShareGroupOffsetsSpec())).all()));
        NOT_SERVED.put("deleteShareGroupOffsets", admin ->
                get(admin.deleteShareGroupOffsets("shared", Set.of("methods")).all()));
        NOT_SERVED.put("describeStreamsGroups", admin ->
                get(admin.describeStreamsGroups(Set.of("streams")).all()));
    }

    private static void transactions() {
        NOT_SERVED.put("listTransactions", admin -> get(admin.listTransactions().all()));
        NOT_SERVED.put("describeTransactions", admin ->
                get(admin.describeTransactions(Set.of("mine")).all()));
        NOT_SERVED.put("abortTransaction", admin -> get(admin.abortTransaction(
                new AbortTransactionSpec(PARTITION, 1, (short) 0, 0)).all()));
        NOT_SERVED.put("fenceProducers", admin -> get(admin.fenceProducers(Set.of("mine")).all()));
        NOT_SERVED.put("forceTerminateTransaction", admin ->
                get(admin.forceTerminateTransaction("mine").result()));
    }

    private static void security() {
        NOT_SERVED.put("describeAcls", admin ->
                get(admin.describeAcls(AclBindingFilter.ANY).values()));
        NOT_SERVED.put("createAcls", admin -> get(admin.createAcls(Set.of(new AclBinding(
                new ResourcePattern(ResourceType.TOPIC, "methods", PatternType.LITERAL),
                new AccessControlEntry("User:me", "*", AclOperation.READ,
                        AclPermissionType.ALLOW)))).all()));
        NOT_SERVED.put("deleteAcls", admin ->
                get(admin.deleteAcls(Set.of(AclBindingFilter.ANY)).all()));
        NOT_SERVED.put("createDelegationToken", admin ->
                get(admin.createDelegationToken().delegationToken()));
        NOT_SERVED.put("renewDelegationToken", admin ->
                get(admin.renewDelegationToken(new byte[1]).expiryTimestamp()));
        NOT_SERVED.put("expireDelegationToken", admin ->
                get(admin.expireDelegationToken(new byte[1]).expiryTimestamp()));
        NOT_SERVED.put("describeDelegationToken", admin ->
                get(admin.describeDelegationToken().delegationTokens()));
        NOT_SERVED.put("describeClientQuotas", admin ->
                get(admin.describeClientQuotas(ClientQuotaFilter.all()).entities()));
        NOT_SERVED.put("alterClientQuotas", admin -> get(admin.alterClientQuotas(Set.of(
                new ClientQuotaAlteration(new ClientQuotaEntity(Map.of("user", "me")),
                        Set.of(new ClientQuotaAlteration.Op("producer_byte_rate", 1.0)))))
                .all()));
        NOT_SERVED.put("describeUserScramCredentials", admin ->
                get(admin.describeUserScramCredentials().all()));
        NOT_SERVED.put("alterUserScramCredentials", admin -> get(admin.alterUserScramCredentials(
                List.of(new UserScramCredentialUpsertion("me", new ScramCredentialInfo(
                        ScramMechanism.SCRAM_SHA_256, 4096), "secret"))).all()));
    }
}
