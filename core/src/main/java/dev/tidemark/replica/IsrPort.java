package dev.tidemark.replica;

import dev.tidemark.io.Loop;
import java.util.List;
import java.util.function.Consumer;
import org.apache.kafka.common.protocol.Errors;

/// Where a leader asks the controller to change the replicas in sync (`AlterPartition`).
///
/// Called on the partition's loop; tries again by itself as long as the controller can't be
/// reached, and answers exactly once.
@FunctionalInterface
public interface IsrPort {
    /// Where nobody decides: a node that keeps every partition alone.
    IsrPort NONE = (proposal, home, then) -> { };

    /// The partition has taken over who leads it: it may have to be fetched from somebody else.
    /// Called on its loop.
    default void assumed(Partition partition) {
    }

    /// The partition's log lacks what it once had: the controller is to hear of it, under the
    /// present leadership, until [#mended]. Called on its loop.
    default void damaged(Partition partition) {
    }

    /// It is whole again as far as it goes, or gone. Called on its loop.
    default void mended(Partition partition) {
    }

    /// Asks for it.
    ///
    /// @param home the loop on which `then` is told
    void propose(Proposal proposal, Loop home, Consumer<Answer> then);

    /// What is asked for.
    ///
    /// @param leaderEpoch the leadership that asks
    /// @param partitionEpoch the state that it is to follow
    /// @param isr the replicas in sync from then on, the leader first
    record Proposal(PartitionId partition, int leaderEpoch, int partitionEpoch,
            List<Member> isr) {
    }

    /// A replica in sync.
    ///
    /// @param brokerEpoch the registration that it fetched under, or -1 if that is not known
    record Member(int brokerId, long brokerEpoch) {
    }

    /// What the controller says.
    ///
    /// @param error `NONE` if the rest holds
    /// @param leaderEpoch the leadership as the controller knows it
    /// @param partitionEpoch the state's number now
    /// @param isr the replicas in sync now
    record Answer(Errors error, int leaderEpoch, int partitionEpoch, List<Integer> isr) {
        /// The controller refuses.
        public static Answer refused(Errors error) {
            return new Answer(error, -1, -1, List.of());
        }
    }
}
