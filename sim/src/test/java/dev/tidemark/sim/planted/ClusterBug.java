package dev.tidemark.sim.planted;

import dev.tidemark.sim.cluster.ClusterFault;
import dev.tidemark.sim.planted.Mutation.Answers;
import dev.tidemark.sim.planted.Mutation.AnswersArgument;
import dev.tidemark.sim.planted.Mutation.AnswersAs;
import dev.tidemark.sim.planted.Mutation.Begins;
import dev.tidemark.sim.planted.Mutation.CallsInstead;
import dev.tidemark.sim.planted.Mutation.Skips;
import java.util.List;

/// Bugs that clusters have had, here or elsewhere, and the promise by which each is caught.
enum ClusterBug {
    /// A producer that wants all in sync is answered by the leader alone.
    ACKNOWLEDGES_BEFORE_OTHERS_HAVE_IT(Promises.LOST,
            List.of(new Skips("broker.produce.ProduceHandler", "handle", "acks", 1)),
            ClusterFault.LEADER_LOSS, ClusterFault.LEADER_ISOLATION),
    /// What the leader has on disk counts as committed.
    HIGH_WATERMARK_OF_THE_LEADER_ALONE(Promises.LOST,
            List.of(new AnswersArgument("replica.Followers", "slowestEnd", 0)),
            ClusterFault.LEADER_LOSS, ClusterFault.LEADER_ISOLATION),
    /// A follower tells the leader where its log ends, synced or not.
    TELLS_ENDS_THAT_ARE_NOT_SYNCED(Promises.LOST,
            List.of(new AnswersAs("replica.FollowerReplica", "durableEnd", "fetchOffset")),
            ClusterFault.BLACKOUT, ClusterFault.SLOW_DISK),
    /// A follower keeps what its leader never had.
    NEVER_CUTS("a record once read stays|replicas are alike|only an empty log goes back",
            List.of(new Answers("replica.Divergence", "of", null)),
            ClusterFault.LEADER_ISOLATION, ClusterFault.LEADER_LOSS),
    /// Any replica may lead.
    ELECTS_WHO_IS_NOT_IN_SYNC("a leader is in sync",
            List.of(new Skips("control.decide.PartitionChange", "mayLead", "contains", 1)),
            ClusterFault.LEADER_LOSS, ClusterFault.ISOLATION, ClusterFault.PAUSE),
    /// Consumers read up to the log's end.
    READS_ABOVE_THE_HIGH_WATERMARK("nobody reads above the high watermark",
            List.of(new CallsInstead("broker.fetch.FetchEnd", "in", "highWatermark",
                    "logEndOffset")),
            ClusterFault.LEADER_LOSS),
    /// What a log knows of producers is not there any more when its replica is elected.
    FORGETS_PRODUCERS_WHEN_ELECTED("a batch that follows the last is taken"
            + "|a stream keeps its order|a batch stands at one place",
            List.of(new Begins("replica.LeaderReplica", "lead", "forgetProducers")),
            ClusterFault.LEADER_LOSS, ClusterFault.RESET),
    /// Two brokers hand out the same producer ids.
    GIVES_PRODUCER_IDS_TWICE("producer ids differ",
            List.of(new Answers("control.MetadataImage", "nextProducerId", 0L)),
            ClusterFault.RECREATION),
    /// A leadership gets a number that another one had.
    COUNTS_LEADERSHIPS_FROM_NOTHING("epochs rise|an epoch has one leader|leader epochs rise",
            List.of(new Skips("control.decide.PartitionChange", "result", "leaderEpoch", 0)),
            ClusterFault.LEADER_LOSS);

    private final String promises;
    private final List<Mutation> mutations;
    private final ClusterFault[] faults;

    ClusterBug(String promises, List<Mutation> mutations, ClusterFault... faults) {
        this.promises = promises;
        this.mutations = mutations;
        this.faults = faults;
    }

    /// True if one of its promises is among what was found broken.
    boolean isCaughtBy(List<String> broken) {
        for (String promise : promises.split("\\|", -1)) {
            if (broken.stream().anyMatch(found -> found.startsWith(promise))) {
                return true;
            }
        }
        return false;
    }

    List<Mutation> mutations() {
        return mutations;
    }

    List<ClusterFault> faults() {
        return List.of(faults);
    }

    /// Those that several bugs break.
    private static final class Promises {
        /// An acknowledged record is gone: what is noticed first differs.
        static final String LOST = "what was acknowledged is there|what was committed is there"
                + "|a leader has what was committed|an offset belongs to one batch"
                + "|a batch stands at one place|a batch that follows the last is taken"
                + "|a record once read stays|the end that clients are told does not go back";
    }
}
