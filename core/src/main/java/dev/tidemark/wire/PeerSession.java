package dev.tidemark.wire;

import dev.tidemark.io.Connection;
import dev.tidemark.io.Frame;
import dev.tidemark.io.Loop;
import dev.tidemark.wire.RequestDecoder.Malformed;
import java.util.ArrayDeque;
import org.apache.kafka.common.message.ApiVersionsRequestData;
import org.apache.kafka.common.message.ApiVersionsResponseData;
import org.apache.kafka.common.message.ApiVersionsResponseData.ApiVersion;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;

/// One connection of a [PeerClient], from its opening to its end: what is on its way, in order,
/// and which versions the peer speaks.
///
/// Confined to the connection's loop.
final class PeerSession implements Connection.Session {
    private static final short ASK_VERSIONS_IN = 3;
    private static final long GREETING_TIMEOUT_MS = 2_000;

    private final PeerClient client;
    private final Connection connection;
    private final RequestEncoder encoder;
    private final ArrayDeque<PeerClient.Call> underWay = new ArrayDeque<>();
    private ApiVersionsResponseData versions;
    private Loop.Timer greeting;
    private int nextCorrelationId;
    private String closedBecause;

    PeerSession(PeerClient client, Connection connection, String clientId) {
        this.client = client;
        this.connection = connection;
        encoder = new RequestEncoder(connection, clientId);
    }

    int underWay() {
        return underWay.size();
    }

    /// Asks what the peer speaks; then it is [PeerClient#ready].
    void askVersions() {
        var question = new ApiVersionsRequestData().setClientSoftwareName("tidemark")
                .setClientSoftwareVersion("1");
        var call = new PeerClient.Call(ApiKeys.API_VERSIONS, _ -> question,
                new PeerClient.Answer() {
                    @Override
                    public void answered(ApiMessage body, Frame frame) {
                        learn((ApiVersionsResponseData) body);
                    }

                    @Override
                    public void failed(String why) {
                        // The connection is gone, and the client hears of that by itself.
                    }
                });
        sendIn(ASK_VERSIONS_IN, call);
        greeting = connection.loop().schedule(GREETING_TIMEOUT_MS,
                () -> close("the peer does not tell its versions in time"));
    }

    private void learn(ApiVersionsResponseData told) {
        greeting.cancel();
        if (told.errorCode() != Errors.NONE.code()) {
            close("the peer does not tell its versions: " + Errors.forCode(told.errorCode()));
            return;
        }
        versions = told;
        client.ready();
    }

    /// Sends a request in the highest version that both know; fails it if there is none.
    void send(PeerClient.Call call) {
        ApiVersion theirs = versions.apiKeys().find(call.api.id);
        if (theirs == null) {
            refuse(call, "does not serve " + call.api.name);
            return;
        }
        short version = (short) Math.min(theirs.maxVersion(), call.api.latestVersion());
        if (version < theirs.minVersion() || version < call.api.oldestVersion()) {
            refuse(call, "serves no version of " + call.api.name + " that is known here");
            return;
        }
        sendIn(version, call);
    }

    private void refuse(PeerClient.Call call, String why) {
        connection.loop().execute(() -> call.fail(client.address() + " " + why));
    }

    private void sendIn(short version, PeerClient.Call call) {
        call.version = version;
        call.correlationId = nextCorrelationId++;
        underWay.add(call);
        if (closedBecause == null) {
            encoder.send(call.api, version, call.correlationId, call.body.in(version));
        }
    }

    void close(String reason) {
        if (closedBecause == null) {
            closedBecause = reason;
            connection.close(reason);
        }
    }

    /// Closes because nobody asks it anything any more.
    void end(String reason) {
        if (closedBecause == null) {
            closedBecause = reason;
            connection.end();
        }
    }

    @Override
    public void frame(Frame frame) {
        PeerClient.Call call = underWay.poll();
        if (call == null || closedBecause != null) {
            close("an answer to nothing");
            frame.release();
            return;
        }
        ApiMessage body;
        try {
            body = ResponseDecoder.body(call.api, call.version, call.correlationId,
                    frame.bytes());
        } catch (Malformed malformed) {
            underWay.addFirst(call);
            close(malformed.getMessage());
            frame.release();
            return;
        }
        try {
            call.answer(body, frame);
        } finally {
            frame.release();
        }
    }

    @Override
    public void drained() {
        // Requests are few and small: none waits for room.
    }

    @Override
    public void closed() {
        String why = closedBecause != null ? closedBecause
                : client.address() + " closed the connection";
        closedBecause = why;
        if (greeting != null) {
            greeting.cancel();
        }
        client.lost(why);
        while (!underWay.isEmpty()) {
            underWay.remove().fail(why);
        }
    }
}
