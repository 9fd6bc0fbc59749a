package dev.tidemark.broker.cluster;

import dev.tidemark.control.BrokerCommand;
import dev.tidemark.control.BrokerCommand.Heartbeat;
import dev.tidemark.control.BrokerCommand.RegisterBroker;
import dev.tidemark.control.BrokerCommand.Wish;
import dev.tidemark.control.BrokerImage;
import dev.tidemark.control.ControlCommand;
import dev.tidemark.control.ControlCommand.AllocateProducerIds;
import dev.tidemark.control.ControlError;
import dev.tidemark.control.ControlReply;
import dev.tidemark.control.ControlReply.CatchUp;
import dev.tidemark.control.ControlReply.Goodbye;
import dev.tidemark.control.ControlReply.Refused;
import dev.tidemark.control.PartitionCommand;
import dev.tidemark.control.PartitionCommand.AlterPartition;
import dev.tidemark.wire.PeerClient;
import java.util.List;
import java.util.function.LongSupplier;
import org.apache.kafka.common.message.AllocateProducerIdsRequestData;
import org.apache.kafka.common.message.AllocateProducerIdsResponseData;
import org.apache.kafka.common.message.BrokerHeartbeatRequestData;
import org.apache.kafka.common.message.BrokerHeartbeatResponseData;
import org.apache.kafka.common.message.BrokerRegistrationRequestData;
import org.apache.kafka.common.message.BrokerRegistrationRequestData.Feature;
import org.apache.kafka.common.message.BrokerRegistrationRequestData.FeatureCollection;
import org.apache.kafka.common.message.BrokerRegistrationRequestData.Listener;
import org.apache.kafka.common.message.BrokerRegistrationRequestData.ListenerCollection;
import org.apache.kafka.common.message.BrokerRegistrationResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;

/// What a broker asks of the controller, as requests and back: its registration, its heartbeats,
/// who is in sync, producer ids, topics that clients want to use, and configurations.
///
/// May be used from any loop. Does no I/O.
public final class RemoteCommands {
    private final String clusterId;
    private final LongSupplier brokerEpoch;

    /// @param brokerEpoch of this broker's registration, from any loop
    public RemoteCommands(String clusterId, LongSupplier brokerEpoch) {
        this.clusterId = clusterId;
        this.brokerEpoch = brokerEpoch;
    }

    /// A command as a request.
    ///
    /// @param reply reads the response
    record Call(ApiKeys api, PeerClient.Body body, Reading reply) {
        Call(ApiKeys api, ApiMessage body, Reading reply) {
            this(api, _ -> body, reply);
        }
    }

    /// Reads a response.
    @FunctionalInterface
    interface Reading {
        ControlReply of(ApiMessage response);
    }

    /// The request that stands for the command; null if there is none.
    Call call(ControlCommand command) {
        return switch (command) {
            case RegisterBroker asked -> registration(asked);
            case Heartbeat asked -> heartbeat(asked);
            case AlterPartition asked -> new Call(ApiKeys.ALTER_PARTITION,
                    version -> RemoteIsr.request(asked, version),
                    response -> RemoteIsr.reply(asked, response));
            case AllocateProducerIds asked -> producerIds(asked);
            case ControlCommand.CreateTopics asked -> new Call(ApiKeys.CREATE_TOPICS,
                    RemoteTopics.request(asked), response -> RemoteTopics.reply(asked, response));
            case ControlCommand.AlterConfigs asked -> new Call(ApiKeys.INCREMENTAL_ALTER_CONFIGS,
                    RemoteConfigs.request(asked),
                    response -> RemoteConfigs.reply(asked, response));
            case ControlCommand.ReplaceConfigs asked -> new Call(ApiKeys.ALTER_CONFIGS,
                    RemoteConfigs.request(asked),
                    response -> RemoteConfigs.reply(asked, response));
            case ControlCommand.DeleteTopics _, ControlCommand.CreatePartitions _,
                    ControlCommand.UpdateFeatures _, ControlCommand.Tick _,
                    BrokerCommand.ContactLost _, BrokerCommand.UnregisterBroker _,
                    PartitionCommand.ElectLeaders _, PartitionCommand.Reassign _ -> null;
        };
    }

    private Call registration(RegisterBroker asked) {
        var listeners = new ListenerCollection();
        for (BrokerImage.Endpoint endpoint : asked.endpoints()) {
            listeners.add(new Listener().setName(endpoint.listenerName())
                    .setHost(endpoint.host()).setPort(endpoint.port())
                    .setSecurityProtocol(endpoint.securityProtocol()));
        }
        var features = new FeatureCollection();
        asked.features().forEach(feature -> features.add(new Feature().setName(feature.name())
                .setMinSupportedVersion(feature.lowest())
                .setMaxSupportedVersion(feature.highest())));
        var request = new BrokerRegistrationRequestData()
                .setBrokerId(asked.brokerId())
                .setClusterId(clusterId)
                .setIncarnationId(asked.identity().incarnationId())
                .setListeners(listeners)
                .setFeatures(features)
                .setRack(asked.rack())
                .setLogDirs(asked.identity().directories())
                .setPreviousBrokerEpoch(asked.previousEpoch());
        return new Call(ApiKeys.BROKER_REGISTRATION, request, response -> {
            var answer = (BrokerRegistrationResponseData) response;
            return answer.errorCode() == Errors.NONE.code()
                    ? new ControlReply.Registered(answer.brokerEpoch())
                    : refused(answer.errorCode());
        });
    }

    private static Call heartbeat(Heartbeat asked) {
        var request = new BrokerHeartbeatRequestData()
                .setBrokerId(asked.brokerId())
                .setBrokerEpoch(asked.brokerEpoch())
                .setCurrentMetadataOffset(asked.metadataOffset())
                .setWantFence(asked.wish() == Wish.BE_FENCED)
                .setWantShutDown(asked.wish() == Wish.SHUT_DOWN);
        DamagedRows.put(request, asked.damaged());
        return new Call(ApiKeys.BROKER_HEARTBEAT, request, response -> {
            var answer = (BrokerHeartbeatResponseData) response;
            return answer.errorCode() == Errors.NONE.code() ? heard(asked, answer)
                    : refused(answer.errorCode());
        });
    }

    private static ControlReply heard(Heartbeat asked, BrokerHeartbeatResponseData answer) {
        var registration = new BrokerImage(asked.brokerId(), asked.brokerEpoch(), List.of(), null,
                answer.isFenced() ? BrokerImage.Standing.FENCED : BrokerImage.Standing.ACTIVE,
                BrokerImage.Identity.ALONE, List.of());
        return new ControlReply.Heard(registration,
                answer.isCaughtUp() ? CatchUp.CAUGHT_UP : CatchUp.BEHIND,
                answer.shouldShutDown() ? Goodbye.NOW : Goodbye.NOT_YET);
    }

    private Call producerIds(AllocateProducerIds asked) {
        long epoch = asked.brokerEpoch() == ControlCommand.UNKNOWN_EPOCH
                ? brokerEpoch.getAsLong() : asked.brokerEpoch();
        var request = new AllocateProducerIdsRequestData()
                .setBrokerId(asked.brokerId()).setBrokerEpoch(epoch);
        return new Call(ApiKeys.ALLOCATE_PRODUCER_IDS, request, response -> {
            var answer = (AllocateProducerIdsResponseData) response;
            return answer.errorCode() == Errors.NONE.code()
                    ? new ControlReply.ProducerIdBlock(answer.producerIdStart(),
                            answer.producerIdStart() + answer.producerIdLen())
                    : refused(answer.errorCode());
        });
    }

    static ControlReply refused(short code) {
        return new Refused(ControlError.of(Errors.forCode(code)));
    }
}
