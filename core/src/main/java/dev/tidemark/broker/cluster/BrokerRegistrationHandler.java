package dev.tidemark.broker.cluster;

import dev.tidemark.broker.Handler;
import dev.tidemark.broker.Request;
import dev.tidemark.broker.admin.ControlCall;
import dev.tidemark.broker.admin.ControlPort;
import dev.tidemark.broker.admin.ControlReplies;
import dev.tidemark.control.BrokerCommand.RegisterBroker;
import dev.tidemark.control.BrokerImage.Endpoint;
import dev.tidemark.control.BrokerImage.Identity;
import dev.tidemark.control.ControlReply.Registered;
import dev.tidemark.control.Features;
import java.util.List;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.BrokerRegistrationRequestData;
import org.apache.kafka.common.message.BrokerRegistrationResponseData;
import org.apache.kafka.common.protocol.Errors;

/// BrokerRegistration: a broker says who and where it is.
///
/// May run on any loop. Does no I/O.
public final class BrokerRegistrationHandler implements Handler<BrokerRegistrationRequestData> {
    private static final int TIMEOUT_MS = 5_000;

    private final String clusterId;
    private final ControlPort control;
    private final BrokerContacts contacts;

    /// @param clusterId of this cluster: brokers of another are refused
    /// @param control decides
    public BrokerRegistrationHandler(String clusterId, ControlPort control,
            BrokerContacts contacts) {
        this.clusterId = clusterId;
        this.control = control;
        this.contacts = contacts;
    }

    @Override
    public void handle(Request request, BrokerRegistrationRequestData body) {
        if (!clusterId.equals(body.clusterId())) {
            request.reply(failed(Errors.INCONSISTENT_CLUSTER_ID));
            return;
        }
        if (body.incarnationId().equals(Uuid.ZERO_UUID)) {
            request.reply(failed(Errors.INVALID_REQUEST));
            return;
        }
        ControlCall.send(request, control, TIMEOUT_MS, command(body), reply -> {
            if (reply instanceof Registered registered) {
                contacts.heard(request.connectionId(), body.brokerId(), registered.brokerEpoch());
                request.reply(new BrokerRegistrationResponseData()
                        .setBrokerEpoch(registered.brokerEpoch()));
            } else {
                request.reply(failed(ControlReplies.refusal(reply).code()));
            }
        });
    }

    private static RegisterBroker command(BrokerRegistrationRequestData body) {
        List<Endpoint> endpoints = body.listeners().stream().map(listener -> new Endpoint(
                listener.name(), listener.host(), listener.port(),
                listener.securityProtocol())).toList();
        List<Features.Feature> features = body.features().stream().map(
                feature -> new Features.Feature(feature.name(), feature.minSupportedVersion(),
                        feature.maxSupportedVersion())).toList();
        return new RegisterBroker(body.brokerId(),
                new Identity(body.incarnationId(), body.logDirs()), endpoints, body.rack(),
                features, body.previousBrokerEpoch());
    }

    private static BrokerRegistrationResponseData failed(Errors error) {
        return new BrokerRegistrationResponseData().setErrorCode(error.code());
    }
}
