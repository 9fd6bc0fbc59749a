package dev.tidemark.compat.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.compat.cluster.ClusterHistory.Sent;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Made-up histories, each with one thing that must not be.
final class ClusterHistoryTest {
    private static final TopicPartition ONE = new TopicPartition("t", 0);

    private final ClusterHistory history = new ClusterHistory();
    private final TreeMap<Long, Sent> log = new TreeMap<>();

    /// Two senders of three records each, all acknowledged, all in the log, all consumed.
    @BeforeEach
    void makeSound() {
        long offset = 0;
        for (long number = 0; number < 3; number++) {
            for (int sender = 1; sender <= 2; sender++) {
                var value = new Sent(sender, number);
                history.sending(ONE, value);
                history.acknowledged(ONE, value, offset);
                history.seen(ONE, offset, value);
                history.consumed(ONE, offset);
                log.put(offset++, value);
            }
        }
        history.committed(ONE, offset);
        history.resumed(ONE, offset);
    }

    @Test
    void aSoundHistoryHasNoOffence() {
        assertThat(offences()).isEqualTo("[]");
        assertThat(history.unconsumed(Map.of(ONE, log))).isEmpty();
        assertThat(history.acknowledgedCount()).isEqualTo(6);
    }

    @Test
    void whatWasSentAndNeverAcknowledgedMayBeThereOrNot() {
        history.sending(ONE, new Sent(1, 3));
        assertThat(offences()).isEqualTo("[]");
        log.put(6L, new Sent(1, 3));
        assertThat(offences()).isEqualTo("[]");
    }

    @Test
    void gapsOfOffsetsAreNoOffence() {
        var value = new Sent(1, 3);
        history.sending(ONE, value);
        history.acknowledged(ONE, value, 10);
        log.put(10L, value);
        assertThat(offences()).isEqualTo("[]");
    }

    @Test
    void anAcknowledgedRecordThatIsGoneIsLost() {
        log.remove(5L);
        assertThat(offences()).contains("lost: Sent[sender=2, number=2] was acknowledged at t-0@5");
        log.clear();
        assertThat(offences()).contains("t-0@0");
    }

    @Test
    void aRecordThatWasAcknowledgedWithoutAnOffsetMustBeThereSomewhere() {
        var value = new Sent(1, 3);
        history.sending(ONE, value);
        history.acknowledged(ONE, value, ClusterHistory.NO_OFFSET);
        assertThat(offences()).contains("lost: Sent[sender=1, number=3] was acknowledged");
        log.put(6L, value);
        log.put(7L, value);
        assertThat(offences()).contains("duplicated: Sent[sender=1, number=3] again at t-0@7");
    }

    @Test
    void aRecordThatWasAcknowledgedWithoutAnOffsetIsKeptWhereverItIs() {
        var value = new Sent(1, 3);
        history.sending(ONE, value);
        history.acknowledged(ONE, value, ClusterHistory.NO_OFFSET);
        log.put(6L, value);
        assertThat(offences()).isEqualTo("[]");
    }

    @Test
    void aWholePartitionThatIsGoneIsLost() {
        assertThat(history.offences(Map.of())).isNotEmpty();
    }

    @Test
    void aRecordThatIsThereTwiceIsDuplicated() {
        log.put(6L, new Sent(2, 2));
        assertThat(offences()).contains("duplicated: Sent[sender=2, number=2] again at t-0@6");
    }

    @Test
    void aRecordBehindALaterOneIsReordered() {
        var early = new Sent(1, 3);
        var late = new Sent(1, 4);
        history.sending(ONE, early);
        history.sending(ONE, late);
        log.put(6L, late);
        log.put(7L, early);
        assertThat(offences()).contains("reordered: Sent[sender=1, number=3] after 4");
    }

    @Test
    void aRecordThatNobodySentIsMadeUp() {
        log.put(6L, new Sent(3, 0));
        assertThat(offences()).contains("made up: Sent[sender=3, number=0]");
    }

    @Test
    void whatWasReadAndIsNoLongerThereWasShownTooSoon() {
        var value = new Sent(1, 3);
        history.sending(ONE, value);
        history.seen(ONE, 6, value);
        assertThat(offences()).contains("was read as Sent[sender=1, number=3], there is null");
    }

    @Test
    void anOffsetThatIsReadTwoWaysIsAnOffence() {
        history.seen(ONE, 0, new Sent(2, 2));
        assertThat(offences()).contains("t-0@0 was read as Sent[sender=1, number=0], later as");
    }

    @Test
    void aGroupThatGoesBackBehindItsCommitHasForgotten() {
        history.resumed(ONE, 5);
        assertThat(offences()).contains("t-0 goes on at 5, committed was 6");
    }

    @Test
    void whatTheGroupLeftOutIsNamed() {
        log.put(6L, new Sent(1, 3));
        assertThat(history.unconsumed(Map.of(ONE, log))).containsExactly("t-0@6");
    }

    private String offences() {
        return history.offences(Map.of(ONE, log)).toString();
    }
}
