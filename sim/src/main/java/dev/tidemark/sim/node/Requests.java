package dev.tidemark.sim.node;

import dev.tidemark.sim.model.FoundBatch;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.message.CreatePartitionsRequestData;
import org.apache.kafka.common.message.CreatePartitionsRequestData.CreatePartitionsTopic;
import org.apache.kafka.common.message.CreatePartitionsRequestData.CreatePartitionsTopicCollection;
import org.apache.kafka.common.message.CreateTopicsRequestData;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopic;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopicCollection;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopicConfig;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopicConfigCollection;
import org.apache.kafka.common.message.DeleteRecordsRequestData;
import org.apache.kafka.common.message.DeleteRecordsRequestData.DeleteRecordsPartition;
import org.apache.kafka.common.message.DeleteRecordsRequestData.DeleteRecordsTopic;
import org.apache.kafka.common.message.DeleteTopicsRequestData;
import org.apache.kafka.common.message.DeleteTopicsRequestData.DeleteTopicState;
import org.apache.kafka.common.message.DescribeConfigsRequestData;
import org.apache.kafka.common.message.DescribeConfigsRequestData.DescribeConfigsResource;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchRequestData.FetchPartition;
import org.apache.kafka.common.message.FetchRequestData.FetchTopic;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData.AlterConfigsResource;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData.AlterConfigsResourceCollection;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData.AlterableConfig;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData.AlterableConfigCollection;
import org.apache.kafka.common.message.ListOffsetsRequestData;
import org.apache.kafka.common.message.ListOffsetsRequestData.ListOffsetsPartition;
import org.apache.kafka.common.message.ListOffsetsRequestData.ListOffsetsTopic;
import org.apache.kafka.common.message.MetadataRequestData;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceRequestData.PartitionProduceData;
import org.apache.kafka.common.message.ProduceRequestData.TopicProduceData;
import org.apache.kafka.common.message.ProduceRequestData.TopicProduceDataCollection;
import org.apache.kafka.common.record.internal.MemoryRecords;

/// Kafka's requests about topics and their records, as the simulated clients make them.
final class Requests {
    static final long EARLIEST = -2;
    static final long LATEST = -1;
    private static final int TIMEOUT_MS = 30_000;

    private Requests() {
    }

    static MetadataRequestData allTopics() {
        return new MetadataRequestData().setTopics(null).setAllowAutoTopicCreation(false);
    }

    static CreateTopicsRequestData createTopic(String name, int partitions,
            Map<String, String> configs) {
        var settings = new CreatableTopicConfigCollection();
        configs.forEach((key, value) ->
                settings.add(new CreatableTopicConfig().setName(key).setValue(value)));
        var topics = new CreatableTopicCollection();
        topics.add(new CreatableTopic().setName(name).setNumPartitions(partitions)
                .setReplicationFactor((short) 1).setConfigs(settings));
        return new CreateTopicsRequestData().setTopics(topics).setTimeoutMs(TIMEOUT_MS);
    }

    static DeleteTopicsRequestData deleteTopic(TopicSlot topic) {
        return new DeleteTopicsRequestData().setTimeoutMs(TIMEOUT_MS).setTopics(
                List.of(new DeleteTopicState().setName(null).setTopicId(topic.id())));
    }

    static CreatePartitionsRequestData createPartitions(String name, int count) {
        var topics = new CreatePartitionsTopicCollection();
        topics.add(new CreatePartitionsTopic().setName(name).setCount(count)
                .setAssignments(null));
        return new CreatePartitionsRequestData().setTopics(topics).setTimeoutMs(TIMEOUT_MS);
    }

    static IncrementalAlterConfigsRequestData alterConfig(String name, String key, String value) {
        var configs = new AlterableConfigCollection();
        configs.add(new AlterableConfig().setName(key).setValue(value));
        var resources = new AlterConfigsResourceCollection();
        resources.add(new AlterConfigsResource().setResourceName(name)
                .setResourceType(ConfigResource.Type.TOPIC.id()).setConfigs(configs));
        return new IncrementalAlterConfigsRequestData().setResources(resources);
    }

    static DescribeConfigsRequestData describeConfigs(String name, Collection<String> keys) {
        return new DescribeConfigsRequestData().setResources(List.of(
                new DescribeConfigsResource().setResourceName(name)
                        .setResourceType(ConfigResource.Type.TOPIC.id())
                        .setConfigurationKeys(new ArrayList<>(keys))));
    }

    static ListOffsetsRequestData listOffsets(WiredPartition partition, long timestamp) {
        return new ListOffsetsRequestData().setReplicaId(-1).setTimeoutMs(TIMEOUT_MS).setTopics(
                List.of(new ListOffsetsTopic().setName(partition.topic.name()).setPartitions(
                        List.of(new ListOffsetsPartition().setPartitionIndex(partition.index)
                                .setTimestamp(timestamp)))));
    }

    static DeleteRecordsRequestData deleteRecords(WiredPartition partition, long offset) {
        return new DeleteRecordsRequestData().setTimeoutMs(TIMEOUT_MS).setTopics(
                List.of(new DeleteRecordsTopic().setName(partition.topic.name()).setPartitions(
                        List.of(new DeleteRecordsPartition().setPartitionIndex(partition.index)
                                .setOffset(offset)))));
    }

    static ProduceRequestData produce(WiredPartition partition, MemoryRecords records,
            short acks) {
        var topics = new TopicProduceDataCollection();
        topics.add(new TopicProduceData().setTopicId(partition.topicId).setPartitionData(
                List.of(new PartitionProduceData().setIndex(partition.index)
                        .setRecords(records))));
        return new ProduceRequestData().setAcks(acks).setTimeoutMs(TIMEOUT_MS)
                .setTopicData(topics);
    }

    /// A fetch of one partition that belongs to no session.
    static FetchRequestData fetchOnce(WiredPartition partition, long offset, int maxBytes) {
        return new FetchRequestData().setMaxWaitMs(0).setMinBytes(1).setMaxBytes(maxBytes)
                .setSessionId(0).setSessionEpoch(-1)
                .setTopics(List.of(new FetchTopic().setTopicId(partition.topicId)
                        .setPartitions(List.of(fetchPartition(partition, offset, maxBytes)))));
    }

    static FetchPartition fetchPartition(WiredPartition partition, long offset, int maxBytes) {
        return new FetchPartition().setPartition(partition.index).setFetchOffset(offset)
                .setPartitionMaxBytes(maxBytes);
    }

    /// The whole batches of an answer, but for those below the offset that was asked for.
    static List<FoundBatch> batches(FetchResponseData.PartitionData data, long from) {
        return data.records() == null ? List.of()
                : FoundBatch.in(((MemoryRecords) data.records()).buffer(), from);
    }
}
