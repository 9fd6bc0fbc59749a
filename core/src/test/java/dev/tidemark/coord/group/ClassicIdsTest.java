package dev.tidemark.coord.group;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.base.Limits;
import dev.tidemark.coord.group.command.GroupCommand.DeleteGroup;
import dev.tidemark.coord.group.command.GroupCommand.DescribeClassic;
import dev.tidemark.coord.group.command.GroupCommand.Join;
import dev.tidemark.coord.group.command.GroupReply.Deleted;
import dev.tidemark.coord.group.command.GroupReply.Described;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.Test;

/// Ids of members of the classic protocol: given out, used, or never.
final class ClassicIdsTest {
    private final DrivenGroups groups = new DrivenGroups();

    private ClassicClient client() {
        return new ClassicClient(groups);
    }

    @Test
    void anUnknownIdIsRefused() {
        var client = client();
        client.memberId = "nobody";
        assertThat(client.join().joinError()).isEqualTo(Errors.UNKNOWN_MEMBER_ID);
        ClassicClient.stablePair(groups);
        assertThat(client.join().joinError()).isEqualTo(Errors.UNKNOWN_MEMBER_ID);
    }

    @Test
    void anIdThatIsNeverUsedLapses() {
        var pair = ClassicClient.stablePair(groups);
        var late = client();
        late.version = 9;
        groups.submit(new Join(
                late.joinRequest(), DrivenGroups.CLIENT, FixedTopics.NONE));
        for (int i = 0; i < 4; i++) {
            groups.pass(5_000);
            assertThat(pair[0].beat()).isEqualTo(Errors.NONE);
            assertThat(pair[1].beat()).isEqualTo(Errors.NONE);
        }
        assertThat(groups.ask(Described.class, new DescribeClassic(ClassicClient.GROUP))
                .response().groupState()).isEqualTo("Stable");
    }

    @Test
    void anIdThatWasGivenOutKeepsNoEmptyGroupFromBeingDeleted() {
        var pair = ClassicClient.stablePair(groups);
        pair[0].leave();
        pair[1].leave();
        groups.submit(new Join(client().joinRequest(), DrivenGroups.CLIENT, FixedTopics.NONE));
        assertThat(groups.ask(Deleted.class, new DeleteGroup(ClassicClient.GROUP))
                .response().errorCode()).isEqualTo(Errors.NONE.code());
    }

    @Test
    void idsAreNotGivenOutWithoutEnd() {
        for (int i = 0; i < Limits.PENDING_JOINS_PER_GROUP; i++) {
            groups.submit(new Join(client().joinRequest(), DrivenGroups.CLIENT, FixedTopics.NONE));
        }
        assertThat(client().join().joinError()).isEqualTo(Errors.GROUP_MAX_SIZE_REACHED);
        groups.pass(10_000);
        assertThat(client().join().isAnswered()).as("they lapse").isFalse();
    }
}
