package dev.tidemark.control;

import java.util.List;
import org.apache.kafka.common.Uuid;

/// What brokers ask of the control machine for themselves, and what is asked about a broker.
///
/// Immutable. Does no I/O.
public sealed interface BrokerCommand extends ControlCommand {
    /// A broker says who and where it is (BrokerRegistration). The first one of a cluster also
    /// finalizes the features. Answered by [ControlReply.Registered]; [ControlReply.Refused] with
    /// `DUPLICATE_BROKER_REGISTRATION` while another run of the broker has a session.
    ///
    /// A broker is fenced until its first heartbeat that says that it has caught up; one that is
    /// alone ([BrokerImage.Identity#ALONE]) is active at once and sends none.
    ///
    /// @param rack null if it has none
    /// @param features the levels that it understands; empty if it does not say
    /// @param previousEpoch the broker epoch that its last run wrote down when it was stopped in
    ///     good order; [#UNKNOWN_EPOCH] if there is none, and [#DAMAGED_EPOCH] if it has lost
    ///     records and can't tell which
    record RegisterBroker(
            int brokerId,
            BrokerImage.Identity identity,
            List<BrokerImage.Endpoint> endpoints,
            String rack,
            List<Features.Feature> features,
            long previousEpoch) implements BrokerCommand {
        /// A node that is alone.
        public RegisterBroker(int brokerId, List<BrokerImage.Endpoint> endpoints, String rack) {
            this(brokerId, BrokerImage.Identity.ALONE, endpoints, rack, List.of(),
                    UNKNOWN_EPOCH);
        }
    }

    /// A broker says that it lives (BrokerHeartbeat). Answered by [ControlReply.Heard];
    /// [ControlReply.Refused] with `STALE_BROKER_EPOCH` if it has to register anew.
    ///
    /// @param metadataOffset of the last event in the broker's image
    /// @param damaged its replicas that may lack what they once had; said again until the metadata
    ///     shows what follows
    record Heartbeat(int brokerId, long brokerEpoch, long metadataOffset, Wish wish,
            List<Damaged> damaged) implements BrokerCommand {
        /// Copies the list.
        public Heartbeat {
            damaged = List.copyOf(damaged);
        }

        /// Of a broker whose replicas are whole.
        public Heartbeat(int brokerId, long brokerEpoch, long metadataOffset, Wish wish) {
            this(brokerId, brokerEpoch, metadataOffset, wish, List.of());
        }
    }

    /// A replica whose log is damaged.
    ///
    /// @param leaderEpoch the leadership that the broker knew when it said so: in a later one it
    ///     says so again
    record Damaged(Uuid topicId, int partition, int leaderEpoch) {
    }

    /// What a broker wants of its controller.
    enum Wish {
        /// To take part.
        SERVE,
        /// To be fenced, or to stay so (`wantFence`).
        BE_FENCED,
        /// To stop as soon as nobody needs it (`wantShutDown`).
        SHUT_DOWN
    }

    /// The controller lost its connection to a broker, or took over from the controller on that
    /// broker, which went silent: the session ends sooner unless a heartbeat comes. Answered by
    /// [ControlReply.Done].
    ///
    /// @param brokerEpoch of the connection's registration; [#UNKNOWN_EPOCH] for whichever it has
    record ContactLost(int brokerId, long brokerEpoch) implements BrokerCommand {
    }

    /// Removes a broker from the cluster (UnregisterBroker). Answered by [ControlReply.Outcomes]
    /// with one error.
    record UnregisterBroker(int brokerId) implements BrokerCommand {
    }
}
