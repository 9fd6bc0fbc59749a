package dev.tidemark.broker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.broker.offsets.DeleteRecordsHandler;
import dev.tidemark.control.ControlCommand.TopicRef;
import dev.tidemark.io.Frame;
import dev.tidemark.io.Loop;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.DeleteRecordsRequestData;
import org.apache.kafka.common.message.DeleteRecordsRequestData.DeleteRecordsPartition;
import org.apache.kafka.common.message.DeleteRecordsRequestData.DeleteRecordsTopic;
import org.apache.kafka.common.message.DeleteRecordsResponseData;
import org.apache.kafka.common.message.RequestHeaderData;
import org.apache.kafka.common.protocol.ApiMessage;
import org.junit.jupiter.api.Test;

/// Requests whose names hash alike, or that name one thing many times, get their answers in work
/// that grows with their size and not with its square.
class HostileNamesTest {
    private static final int COUNT = 4_096;

    /// `COUNT` strings of one hash code.
    static List<String> alike() {
        List<String> names = List.of("");
        while (names.size() < COUNT) {
            var longer = new ArrayList<String>();
            for (String name : names) {
                longer.add(name + "Aa");
                longer.add(name + "BB");
            }
            names = longer;
        }
        return names;
    }

    @Test
    void rowsOfDeleteRecordsAreSpreadWhateverTheyAreCalled() {
        var topics = new ArrayList<DeleteRecordsTopic>();
        for (String name : alike()) {
            topics.add(new DeleteRecordsTopic().setName(name).setPartitions(List.of(
                    new DeleteRecordsPartition(), new DeleteRecordsPartition())));
        }
        var asked = new Answered();
        new DeleteRecordsHandler(new Partitions()).handle(asked,
                new DeleteRecordsRequestData().setTopics(topics));

        var hashes = new HashSet<Integer>();
        var answer = (DeleteRecordsResponseData) asked.answer;
        answer.topics().forEach(topic -> hashes.add(topic.hashCode()));
        assertThat(hashes).hasSize(COUNT);
        var partitions = new HashSet<Integer>();
        answer.topics().iterator().next().partitions()
                .forEach(partition -> partitions.add(partition.hashCode()));
        assertThat(partitions).hasSize(2);
    }

    @Test
    void topicsThatHashAlikeAreToldApartByTheirOrder() {
        Map<CountedRef, Integer> table = new HashMap<>();
        int[] comparisons = new int[1];
        for (String name : alike()) {
            table.put(new CountedRef(TopicRef.named(name), comparisons), 1);
        }
        assertThat(table).hasSize(COUNT);
        assertThat(comparisons[0]).isLessThan(COUNT * 40);
        assertThat(TopicRef.named("a").compareTo(TopicRef.identified(Uuid.ONE_UUID)))
                .isNotZero();
    }

    /// Counts how often a table has to look.
    private record CountedRef(TopicRef ref, int[] count) implements Comparable<CountedRef> {
        @Override
        public int compareTo(CountedRef other) {
            count[0]++;
            return ref.compareTo(other.ref);
        }

        @Override
        public boolean equals(Object other) {
            count[0]++;
            return other instanceof CountedRef counted && ref.equals(counted.ref);
        }

        @Override
        public int hashCode() {
            return ref.hashCode();
        }
    }

    /// Takes one answer.
    private static final class Answered implements Request {
        private ApiMessage answer;

        @Override
        public void reply(ApiMessage response) {
            answer = response;
        }

        @Override
        public RequestHeaderData header() {
            return new RequestHeaderData().setRequestApiVersion((short) 2);
        }

        @Override
        public Loop loop() {
            throw new UnsupportedOperationException("nothing is asked of any loop");
        }

        @Override
        public String clientHost() {
            return "127.0.0.1";
        }

        @Override
        public String listenerName() {
            return "PLAINTEXT";
        }

        @Override
        public long connectionId() {
            return 1;
        }

        @Override
        public Frame frame() {
            throw new UnsupportedOperationException("nothing holds bytes of the request");
        }

        @Override
        public void noReply() {
            throw new AssertionError("there is an answer");
        }

        @Override
        public void close(String reason) {
            throw new AssertionError("closed: " + reason);
        }
    }
}
