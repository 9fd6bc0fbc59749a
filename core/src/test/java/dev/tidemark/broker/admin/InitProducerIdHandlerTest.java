package dev.tidemark.broker.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.control.ControlError;
import dev.tidemark.control.ControlReply;
import java.util.HashSet;
import org.apache.kafka.common.message.InitProducerIdRequestData;
import org.apache.kafka.common.message.InitProducerIdResponseData;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.Test;

/// Producer ids over the wire.
final class InitProducerIdHandlerTest {
    private final AdminWorld world = new AdminWorld();

    @Test
    void everyProducerGetsAnIdOfItsOwnAndABlockIsAskedForOnceInAThousand() {
        var ids = new HashSet<Long>();
        for (int i = 0; i < 2_001; i++) {
            var response = ask(idempotent());
            assertThat(response.errorCode()).isZero();
            assertThat(response.producerEpoch()).isZero();
            assertThat(ids.add(response.producerId())).isTrue();
        }
        assertThat(world.control.image().nextProducerId()).isEqualTo(3_000);
    }

    @Test
    void anotherStartOfTheNodeGivesOtherIds() {
        long before = ask(idempotent()).producerId();
        world.restartProducerIds();
        assertThat(ask(idempotent()).producerId()).isGreaterThan(before + 900);
    }

    @Test
    void aTransactionalProducerIsRefusedForGood() {
        assertThat(Errors.forCode(ask(idempotent().setTransactionalId("x")).errorCode()))
                .isEqualTo(Errors.UNSUPPORTED_VERSION);
        assertThat(Errors.forCode(ask(idempotent().setTransactionalId("")).errorCode()))
                .isEqualTo(Errors.INVALID_REQUEST);
        assertThat(ask(idempotent().setTransactionalId("x")).producerId()).isEqualTo(-1);
    }

    @Test
    void anIdWithoutAnEpochIsRefused() {
        assertThat(Errors.forCode(ask(idempotent().setProducerId(5)).errorCode()))
                .isEqualTo(Errors.INVALID_REQUEST);
    }

    @Test
    void whileNobodyControlsTheProducerIsToTryAgain() {
        world.refusal = new ControlReply.Refused(ControlError.of(Errors.NOT_CONTROLLER));
        assertThat(Errors.forCode(ask(idempotent()).errorCode()))
                .isEqualTo(Errors.COORDINATOR_LOAD_IN_PROGRESS);
    }

    private static InitProducerIdRequestData idempotent() {
        return new InitProducerIdRequestData().setTransactionalId(null);
    }

    private InitProducerIdResponseData ask(InitProducerIdRequestData body) {
        return world.ask(body, 5);
    }
}
