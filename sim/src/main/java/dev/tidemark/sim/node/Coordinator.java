package dev.tidemark.sim.node;

import static dev.tidemark.sim.model.Finding.require;

import java.util.List;
import org.apache.kafka.common.message.FindCoordinatorRequestData;
import org.apache.kafka.common.message.FindCoordinatorResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;

/// One client's knowledge of its group's coordinator: it is asked for first, and may be away for a
/// while after each start.
final class Coordinator {
    private static final long NEVER = -1;
    private static final long LONGEST_LOAD_MS = 60_000;

    private final NodeWorld world;
    private final String group;
    private boolean isKnown;
    private long refusedSinceMs = NEVER;

    Coordinator(NodeWorld world, String group) {
        this.world = world;
        this.group = group;
    }

    boolean isKnown() {
        return isKnown;
    }

    void find(Link link) {
        link.ask(ApiKeys.FIND_COORDINATOR, 6, new FindCoordinatorRequestData()
                .setCoordinatorKeys(List.of(group)), (FindCoordinatorResponseData answer) ->
                        isKnown = goesOn(Errors.forCode(
                                answer.coordinators().getFirst().errorCode())), () -> { });
    }

    /// @return true if that is no error; false if it is one that passes
    boolean goesOn(Errors error) {
        long nowMs = world.rig().passedMs();
        switch (error) {
            case NONE -> refusedSinceMs = NEVER;
            case COORDINATOR_NOT_AVAILABLE, COORDINATOR_LOAD_IN_PROGRESS, NOT_COORDINATOR -> {
                refusedSinceMs = refusedSinceMs == NEVER ? nowMs : refusedSinceMs;
                require(world.plan().mayFail() || nowMs - refusedSinceMs < LONGEST_LOAD_MS,
                        "a coordinator is there in the end", "group", group, "error", error);
            }
            default -> require(world.plan().mayFail() && error == Errors.KAFKA_STORAGE_ERROR,
                    "a coordinator answers", "group", group, "error", error);
        }
        return error == Errors.NONE;
    }

    /// The line broke, or the process has ended: it may load anew.
    void interrupted() {
        refusedSinceMs = NEVER;
    }
}
