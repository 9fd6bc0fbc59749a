package dev.tidemark.coord.group;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.coord.group.command.GroupCommand.DescribeConsumer;
import dev.tidemark.coord.group.command.GroupReply.ConsumerDescribed;
import java.util.Set;
import org.apache.kafka.common.message.ConsumerGroupDescribeResponseData.DescribedGroup;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.Test;

/// Static members of the consumer protocol: those that come back keep their place.
final class StaticConsumerTest {
    private static final int SESSION_MS = 45_000;

    private final DrivenGroups groups = new DrivenGroups();
    private final FixedTopics view = FixedTopics.of("orders", 4);

    private ConsumerClient client(String memberId) {
        return new ConsumerClient(groups, memberId, view);
    }

    private DescribedGroup described() {
        return groups.ask(ConsumerDescribed.class,
                new DescribeConsumer(ConsumerClient.GROUP, view)).response();
    }

    @Test
    void aStaticMemberThatComesBackHasWhatItHadAndNobodyElseNotices() {
        var pair = ConsumerClient.stablePair(groups, view);
        var c = client("c");
        c.instanceId = "i";
        c.join();
        pair[0].beat();
        pair[0].reconcile();
        pair[1].beat();
        pair[1].reconcile();
        c.beat();
        c.reconcile();
        int epoch = described().groupEpoch();
        var had = Set.copyOf(c.told);
        assertThat(had).isNotEmpty();
        assertThat(c.leave(-2)).isEqualTo(Errors.NONE);
        assertThat(c.response.memberEpoch()).isEqualTo(-2);
        groups.pass(20_000);
        pair[0].beat();
        pair[1].beat();
        var again = client("c2");
        again.instanceId = "i";
        assertThat(again.join()).isEqualTo(Errors.NONE);
        assertThat(again.told).isEqualTo(had);
        assertThat(described().groupEpoch()).isEqualTo(epoch);
        c.epoch = epoch;
        assertThat(c.beat()).isEqualTo(Errors.FENCED_INSTANCE_ID);
    }

    @Test
    void aStaticMemberThatStaysAwayLosesItsPlace() {
        var a = client("a");
        a.instanceId = "i";
        a.join();
        a.leave(-2);
        groups.pass(SESSION_MS);
        assertThat(described().groupState()).isEqualTo("Empty");
    }

    @Test
    void anInstanceThatIsThereIsNotReplaced() {
        var a = client("a");
        a.instanceId = "i";
        a.join();
        var b = client("b");
        b.instanceId = "i";
        assertThat(b.join()).isEqualTo(Errors.UNRELEASED_INSTANCE_ID);
    }
}
