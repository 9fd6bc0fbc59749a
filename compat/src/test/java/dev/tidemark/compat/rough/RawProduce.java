package dev.tidemark.compat.rough;

import java.io.IOException;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceRequestData.PartitionProduceData;
import org.apache.kafka.common.message.ProduceRequestData.TopicProduceData;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.message.ProduceResponseData.PartitionProduceResponse;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.record.internal.BaseRecords;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;

/// Produce requests as bytes want them.
final class RawProduce {
    /// The last version that names topics instead of giving their ids.
    static final short VERSION = 12;

    private RawProduce() {}

    /// A batch of records with one value each and no key.
    static MemoryRecords records(byte[]... values) {
        SimpleRecord[] records = new SimpleRecord[values.length];
        for (int i = 0; i < values.length; i++) {
            records[i] = new SimpleRecord(values[i]);
        }
        return MemoryRecords.withRecords(Compression.NONE, records);
    }

    /// A request for one partition, all replicas to acknowledge.
    static ProduceRequestData request(String topic, int partition, BaseRecords records) {
        var topics = new ProduceRequestData.TopicProduceDataCollection();
        var data = new TopicProduceData().setName(topic);
        data.partitionData().add(new PartitionProduceData().setIndex(partition)
                .setRecords(records));
        topics.add(data);
        return new ProduceRequestData().setAcks((short) -1).setTimeoutMs(60_000)
                .setTopicData(topics);
    }

    /// Sends it and returns the partition's answer.
    static PartitionProduceResponse ask(RawClient client, String topic, int partition,
            BaseRecords records) throws IOException {
        ProduceResponseData answer = client.ask(ApiKeys.PRODUCE, VERSION,
                request(topic, partition, records));
        return answer.responses().iterator().next().partitionResponses().getFirst();
    }
}
