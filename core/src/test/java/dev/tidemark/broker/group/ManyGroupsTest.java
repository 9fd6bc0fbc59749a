package dev.tidemark.broker.group;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.base.Limits;
import dev.tidemark.broker.HandlerStage;
import dev.tidemark.coord.group.FixedTopics;
import dev.tidemark.coord.group.command.GroupCommand;
import dev.tidemark.coord.group.command.GroupReply;
import dev.tidemark.io.Loop;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.kafka.common.message.ConsumerGroupDescribeRequestData;
import org.apache.kafka.common.message.ConsumerGroupDescribeResponseData;
import org.apache.kafka.common.message.DeleteGroupsRequestData;
import org.apache.kafka.common.message.DeleteGroupsResponseData;
import org.apache.kafka.common.message.DescribeGroupsRequestData;
import org.apache.kafka.common.message.DescribeGroupsResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Requests about many groups: the loop hands some on at a time, and serves others in between.
final class ManyGroupsTest implements GroupPort {
    private static final int MANY = 2 * Limits.ELEMENTS_PER_TURN + 10;

    private final HandlerStage stage = new HandlerStage(1);
    private int submitted;
    private int whenTheNeighbourWasServed = -1;

    private static List<String> ids() {
        return IntStream.range(0, MANY).mapToObj(i -> "g" + i).toList();
    }

    /// The neighbour's task comes behind the request's, and before its answer.
    @BeforeEach
    void aNeighbourWaits() {
        Loop loop = stage.loops().getFirst();
        loop.execute(() -> loop.execute(() -> whenTheNeighbourWasServed = submitted));
    }

    @Override
    public void submit(
            String groupId, GroupCommand body, Loop home, Consumer<GroupReply> then) {
        submitted++;
        home.execute(() -> then.accept(new GroupReply.Refused(Errors.NOT_COORDINATOR)));
    }

    @Override
    public void submitAll(GroupCommand body, Loop home, Consumer<List<GroupReply>> then) {
        throw new AssertionError("nobody asks for all");
    }

    private void assertSliced(int rows) {
        assertThat(rows).isEqualTo(MANY);
        assertThat(submitted).isEqualTo(MANY);
        assertThat(whenTheNeighbourWasServed).isEqualTo(Limits.ELEMENTS_PER_TURN);
    }

    @Test
    void areDescribedSomeAtATime() {
        DescribeGroupsResponseData answer = stage.ask(new DescribeGroupsHandler(this),
                ApiKeys.DESCRIBE_GROUPS, 5, new DescribeGroupsRequestData().setGroups(ids()));

        assertSliced(answer.groups().size());
    }

    @Test
    void areDescribedSomeAtATimeByTheNewerProtocol() {
        var handler = new ConsumerGroupDescribeHandler(this, () -> FixedTopics.of("orders", 1));
        ConsumerGroupDescribeResponseData answer = stage.ask(handler,
                ApiKeys.CONSUMER_GROUP_DESCRIBE, 1,
                new ConsumerGroupDescribeRequestData().setGroupIds(ids()));

        assertSliced(answer.groups().size());
    }

    @Test
    void areDeletedSomeAtATime() {
        DeleteGroupsResponseData answer = stage.ask(new DeleteGroupsHandler(this),
                ApiKeys.DELETE_GROUPS, 2, new DeleteGroupsRequestData().setGroupsNames(ids()));

        assertSliced(answer.results().size());
    }
}
