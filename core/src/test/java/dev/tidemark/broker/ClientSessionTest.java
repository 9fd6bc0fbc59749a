package dev.tidemark.broker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.base.Prng;
import dev.tidemark.base.Trace;
import dev.tidemark.io.sim.SimConnection;
import dev.tidemark.io.sim.SimLoop;
import dev.tidemark.io.sim.SimScheduler;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.message.ApiVersionsRequestData;
import org.apache.kafka.common.message.ApiVersionsResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.junit.jupiter.api.Test;

class ClientSessionTest {
    private final SimScheduler scheduler = new SimScheduler(new Prng(1));
    private final SimLoop loop = scheduler.loop(0, scheduler.clock(0));
    private final List<Request> seen = new ArrayList<>();

    @Test
    void answersLeaveInTheOrderOfTheRequests() {
        SimConnection connection = connect((request, body) -> seen.add(request));
        connection.deliver(request(1));
        connection.deliver(request(2));
        scheduler.runForMs(1);

        reply(seen.get(1));
        assertThat(connection.take()).isEmpty();
        reply(seen.get(0));

        List<ByteBuffer> answers = connection.take();
        assertThat(answers).extracting(ByteBuffer::getInt).containsExactly(1, 2);
        assertThat(connection.heldFrames()).isZero();
    }

    @Test
    void nothingMoreIsReadWhileTooManyRequestsWait() {
        SimConnection connection = connect((request, body) -> seen.add(request));
        for (int i = 0; i < 300; i++) {
            connection.deliver(request(i));
        }
        scheduler.runForMs(1);
        assertThat(connection.reading()).isFalse();
        assertThat(seen).hasSize(256);

        for (int i = 0; i < 300; i++) {
            reply(seen.get(i));
            scheduler.runForMs(1);
        }
        assertThat(connection.reading()).isTrue();
        assertThat(connection.take()).hasSize(300);
        assertThat(connection.heldFrames()).isZero();
    }

    @Test
    void aHandlersBugClosesTheConnectionAndKeepsItsBytesFromTheNextRequest() {
        SimConnection connection = connect((request, body) -> {
            throw new IllegalStateException("planted");
        });
        connection.deliver(request(1));
        scheduler.runForMs(1);

        assertThat(connection.closedBecause()).isEqualTo("request failed");
        assertThat(connection.heldFrames()).isEqualTo(1);
    }

    @Test
    void anAnswerThatCanNotBeEncodedClosesTheConnectionAndLeavesNothingHeld() {
        SimConnection connection = connect((request, body) -> seen.add(request));
        connection.deliver(request(1));
        connection.deliver(request(2));
        scheduler.runForMs(1);

        loop.execute(() -> {
            seen.get(1).reply(new ApiVersionsResponseData());
            // The encoder throws: this must not be null.
            seen.get(0).reply(new ApiVersionsResponseData().setApiKeys(null));
        });
        scheduler.runForMs(1);

        assertThat(connection.closedBecause()).isEqualTo("response failed");
        assertThat(connection.heldFrames()).isZero();
    }

    private SimConnection connect(Handler<ApiVersionsRequestData> handler) {
        Router router = new Router().serve(ApiKeys.API_VERSIONS, handler);
        var made = new SimConnection[1];
        loop.execute(() -> made[0] = new SimConnection(loop,
                connection -> router.connect(connection, Trace.SILENT, 1)));
        scheduler.runForMs(1);
        return made[0];
    }

    private void reply(Request request) {
        loop.execute(() -> request.reply(new ApiVersionsResponseData()));
        scheduler.runForMs(1);
    }

    private static ByteBuffer request(int correlationId) {
        ByteBuffer bytes = ByteBuffer.allocate(10);
        bytes.putShort(ApiKeys.API_VERSIONS.id).putShort((short) 0).putInt(correlationId)
                .putShort((short) -1).flip();
        return bytes;
    }
}
