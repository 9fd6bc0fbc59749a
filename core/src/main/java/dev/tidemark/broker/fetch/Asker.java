package dev.tidemark.broker.fetch;

import org.apache.kafka.common.message.FetchRequestData;

/// Who fetches: a consumer, or another broker that follows.
///
/// @param replicaId the broker, or [#CONSUMER]
/// @param brokerEpoch the broker's registration, or -1
/// @param rack where a consumer is; empty if it does not say
/// @param end how far it may read
/// @param version of the request
record Asker(int replicaId, long brokerEpoch, String rack, FetchEnd end, short version) {
    private static final int CONSUMER = -1;
    private static final short FIRST_VERSION_WITH_RACK = 11;
    private static final short FIRST_VERSION_WITH_LEADER = 12;

    static Asker of(FetchRequestData asked, short version) {
        int replicaId = asked.replicaId() == CONSUMER
                ? asked.replicaState().replicaId() : asked.replicaId();
        if (replicaId >= 0) {
            return new Asker(replicaId, asked.replicaState().replicaEpoch(), "",
                    FetchEnd.LOG_END, version);
        }
        return new Asker(CONSUMER, -1, asked.rackId(),
                asked.isolationLevel() == 1 ? FetchEnd.STABLE : FetchEnd.COMMITTED,
                version);
    }

    boolean isReplica() {
        return replicaId >= 0;
    }

    /// True for a consumer that may be served by any replica (KIP-392).
    boolean readsFollowers() {
        return !isReplica() && version >= FIRST_VERSION_WITH_RACK;
    }

    /// True if an answer may name the leader (KIP-951).
    boolean hearsOfLeaders() {
        return version >= FIRST_VERSION_WITH_LEADER;
    }

    boolean hasRack() {
        return !rack.isEmpty();
    }
}
