package dev.tidemark.broker.group;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.broker.Handler;
import dev.tidemark.broker.HandlerStage;
import dev.tidemark.broker.Request;
import dev.tidemark.coord.group.DrivenGroups;
import dev.tidemark.coord.group.command.GroupCommand;
import dev.tidemark.coord.group.command.GroupReply;
import dev.tidemark.io.Frame;
import dev.tidemark.io.Loop;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.common.message.RequestHeaderData;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.MessageUtil;

/// A client, a handler and a coordinator: requests and responses go through their bytes in the
/// version asked for.
final class WireProbe implements GroupPort {
    final DrivenGroups groups = new DrivenGroups();
    /// What the coordinator was asked, in order.
    final List<GroupCommand> submitted = new ArrayList<>();
    private final HandlerStage stage = new HandlerStage(1);
    private final Map<Long, Consumer<GroupReply>> waiting = new LinkedHashMap<>();
    private ApiMessage answer;

    @Override
    public void submit(
            String groupId, GroupCommand body, Loop home, Consumer<GroupReply> then) {
        submitted.add(body);
        waiting.put(groups.submit(body), then);
    }

    @Override
    public void submitAll(GroupCommand body, Loop home, Consumer<List<GroupReply>> then) {
        submit("", body, home, reply -> then.accept(List.of(reply)));
    }

    /// Sends a request and returns the response as the client reads it.
    ///
    /// @param response an empty one, to be filled
    <Q extends ApiMessage, A extends ApiMessage> A ask(
            Handler<Q> handler, Q request, A response, int version) {
        send(handler, request, version);
        return read(response, version);
    }

    /// Sends a request whose answer may wait.
    <Q extends ApiMessage> void send(Handler<Q> handler, Q request, int version) {
        ByteBuffer bytes =
                MessageUtil.toByteBufferAccessor(request, (short) version).buffer();
        @SuppressWarnings("unchecked")
        Q received = (Q) request.duplicate();
        received.read(new ByteBufferAccessor(bytes), (short) version);
        answer = null;
        handler.handle(new Sent(version), received);
        deliver();
    }

    /// The response, once it is there.
    <A extends ApiMessage> A read(A response, int version) {
        deliver();
        assertThat(answer).as("answered").isNotNull();
        ByteBuffer bytes = MessageUtil.toByteBufferAccessor(answer, (short) version).buffer();
        response.read(new ByteBufferAccessor(bytes), (short) version);
        return response;
    }

    /// The response as the handler made it; null while there is none.
    ApiMessage answer() {
        return answer;
    }

    private void deliver() {
        boolean goesOn = true;
        while (goesOn) {
            goesOn = false;
            stage.scheduler().runForMs(1);
            for (long ticket : List.copyOf(waiting.keySet())) {
                GroupReply reply = groups.answer(ticket);
                if (reply != null) {
                    waiting.remove(ticket).accept(reply);
                    goesOn = true;
                }
            }
        }
    }

    private final class Sent implements Request {
        private final RequestHeaderData header;

        Sent(int version) {
            header = new RequestHeaderData()
                    .setRequestApiVersion((short) version).setClientId("app");
        }

        @Override
        public RequestHeaderData header() {
            return header;
        }

        @Override
        public Loop loop() {
            return stage.loops().getFirst();
        }

        @Override
        public String clientHost() {
            return "10.0.0.1";
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
            return null;
        }

        @Override
        public void reply(ApiMessage response) {
            assertThat(answer).as("answered once").isNull();
            answer = response;
        }

        @Override
        public void noReply() {
            throw new AssertionError("every group request has an answer");
        }

        @Override
        public void close(String reason) {
            throw new AssertionError(reason);
        }
    }
}
