package dev.tidemark.broker.offsets;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.Test;

class FenceTest {
    @Test
    void anOlderLeadershipIsFencedAndANewerOneUnknown() {
        assertThat(Fence.refusal(5, 4)).isEqualTo(Errors.FENCED_LEADER_EPOCH);
        assertThat(Fence.refusal(5, 6)).isEqualTo(Errors.UNKNOWN_LEADER_EPOCH);
    }

    @Test
    void thePresentLeadershipAndNoneAtAllPass() {
        assertThat(Fence.refusal(5, 5)).isEqualTo(Errors.NONE);
        assertThat(Fence.refusal(5, -1)).isEqualTo(Errors.NONE);
    }
}
