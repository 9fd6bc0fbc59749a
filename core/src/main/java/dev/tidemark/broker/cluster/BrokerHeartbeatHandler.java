package dev.tidemark.broker.cluster;

import dev.tidemark.broker.Handler;
import dev.tidemark.broker.Request;
import dev.tidemark.broker.admin.ControlCall;
import dev.tidemark.broker.admin.ControlPort;
import dev.tidemark.broker.admin.ControlReplies;
import dev.tidemark.control.BrokerCommand.Heartbeat;
import dev.tidemark.control.BrokerCommand.Wish;
import dev.tidemark.control.ControlReply.Heard;
import org.apache.kafka.common.message.BrokerHeartbeatRequestData;
import org.apache.kafka.common.message.BrokerHeartbeatResponseData;

/// BrokerHeartbeat: a broker says that it lives, and what it wants.
///
/// May run on any loop. Does no I/O.
public final class BrokerHeartbeatHandler implements Handler<BrokerHeartbeatRequestData> {
    private static final int TIMEOUT_MS = 5_000;

    private final ControlPort control;
    private final BrokerContacts contacts;

    /// @param control decides
    public BrokerHeartbeatHandler(ControlPort control, BrokerContacts contacts) {
        this.control = control;
        this.contacts = contacts;
    }

    @Override
    public void handle(Request request, BrokerHeartbeatRequestData body) {
        var command = new Heartbeat(body.brokerId(), body.brokerEpoch(),
                body.currentMetadataOffset(), wish(body), DamagedRows.of(body));
        ControlCall.send(request, control, TIMEOUT_MS, command, reply -> {
            if (reply instanceof Heard heard) {
                contacts.heard(request.connectionId(), body.brokerId(), body.brokerEpoch());
                request.reply(new BrokerHeartbeatResponseData()
                        .setIsCaughtUp(heard.isCaughtUp())
                        .setIsFenced(heard.isFenced())
                        .setShouldShutDown(heard.shouldShutDown()));
            } else {
                request.reply(new BrokerHeartbeatResponseData()
                        .setErrorCode(ControlReplies.refusal(reply).code().code()));
            }
        });
    }

    private static Wish wish(BrokerHeartbeatRequestData body) {
        if (body.wantShutDown()) {
            return Wish.SHUT_DOWN;
        }
        return body.wantFence() ? Wish.BE_FENCED : Wish.SERVE;
    }
}
