package dev.tidemark.sim.cluster;

/// What may go wrong in a cluster. The numbers are those of the list of faults.
public enum ClusterFault {
    /// A process is killed (18).
    KILL,
    /// A machine loses its power, and what was not synced (2, 3).
    POWER_LOSS,
    /// A machine loses its power inside of one of the next operations of its disk (2, 3).
    POWER_LOSS_SOON,
    /// All machines lose their power at once (1).
    BLACKOUT,
    /// The controller is killed, or loses its power.
    CONTROLLER_LOSS,
    /// A node that leads a partition is killed, or loses its power (3, 22).
    LEADER_LOSS,
    /// A node takes leave, and is closed.
    SHUTDOWN,
    /// A process stands still for a while (16, 21).
    PAUSE,
    /// A calendar is set forwards or back by up to some hours, or runs at another speed (17).
    CLOCK,
    /// Two machines can't reach each other (14).
    CUT,
    /// One machine can't reach another, which can reach it (14).
    ONE_WAY_CUT,
    /// Each machine reaches only its neighbours in a ring (14).
    RING,
    /// A machine can't be reached by anybody (13, 14).
    ISOLATION,
    /// A node that leads can't be reached by the other nodes, but by clients (13).
    LEADER_ISOLATION,
    /// All connections between two machines break (15, 22).
    RESET,
    /// A link is slow (15).
    SLOW_LINK,
    /// A link lets little through (21).
    CLOGGED_LINK,
    /// A disk takes long to sync (8).
    SLOW_DISK,
    /// A disk refuses to sync (7).
    SYNC_FAILURE,
    /// A node loses its disk and comes back with an empty one (10).
    WIPED_DISK,
    /// A node ends, a bit of one of its files flips, and it is started again (5).
    BIT_ROT,
    /// A node that does not always vote is made a voter, or is one no more (19).
    VOTER_CHANGE,
    /// A topic is deleted, and another of its name created (30).
    RECREATION
}
