package dev.tidemark.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.base.InvariantViolation;
import org.apache.kafka.common.message.ApiMessageType.ListenerType;
import org.apache.kafka.common.protocol.ApiKeys;
import org.junit.jupiter.api.Test;

class RouterTest {
    @Test
    void aControllersListenerTellsWhatIsServedThereAndTakesNothingElse() {
        var controllers = new Router(ListenerType.CONTROLLER)
                .serve(ApiKeys.VOTE, (request, body) -> { })
                .serve(ApiKeys.CREATE_TOPICS, (request, body) -> { });
        assertThat(controllers.advertised()).extracting(served -> ApiKeys.forId(served.apiKey()))
                .containsExactlyInAnyOrder(ApiKeys.VOTE, ApiKeys.CREATE_TOPICS);
        assertThatThrownBy(() -> controllers.serve(ApiKeys.PRODUCE, (request, body) -> { }))
                .isInstanceOf(InvariantViolation.class);
        assertThatThrownBy(() -> new Router().serve(ApiKeys.VOTE, (request, body) -> { }))
                .isInstanceOf(InvariantViolation.class);
    }
}
