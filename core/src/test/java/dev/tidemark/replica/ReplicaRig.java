package dev.tidemark.replica;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.base.Prng;
import dev.tidemark.io.Loop;
import dev.tidemark.io.sim.SimScheduler;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.kafka.common.protocol.Errors;

/// Three machines that keep one partition, and a controller that knows at once who is dead.
final class ReplicaRig implements IsrPort {
    static final int NODES = 3;
    private static final long MOST_TURNS = 100_000;

    final Prng prng;
    final SimScheduler scheduler;
    final List<ReplicaNode> nodes = new ArrayList<>();
    int minInsyncReplicas = 2;
    /// What the controller holds for true.
    Leadership state;
    /// The controller can't be reached: proposals wait.
    boolean deaf;
    /// Changes are accepted, and neither the answer nor the metadata comes to the leader.
    boolean losesAnswers;
    private final List<Runnable> unheard = new ArrayList<>();
    private int nextBrokerEpoch = 100;

    ReplicaRig(long seed) throws IOException {
        prng = new Prng(seed);
        scheduler = new SimScheduler(prng.split());
        state = new Leadership(0, 1, 0, 0, List.of(1, 2, 3), List.of(1, 2, 3));
        for (int id = 1; id <= NODES; id++) {
            nodes.add(new ReplicaNode(this, id));
        }
        for (ReplicaNode node : nodes) {
            node.start();
        }
    }

    ReplicaNode node(int id) {
        return nodes.get(id - 1);
    }

    ReplicaNode leader() {
        return node(state.leaderId());
    }

    long newBrokerEpoch() {
        return nextBrokerEpoch++;
    }

    Leadership stateFor(int localId) {
        return new Leadership(localId, state.leaderId(), state.leaderEpoch(),
                state.partitionEpoch(), state.replicas(), state.isr());
    }

    /// Another leader, or none, and these in sync: everybody hears of it, each in its own time.
    void elect(int leaderId, Integer... isr) {
        elect(leaderId, List.of(isr));
    }

    void elect(int leaderId, List<Integer> isr) {
        state = new Leadership(0, leaderId, state.leaderEpoch() + 1, state.partitionEpoch() + 1,
                state.replicas(), isr);
        tell();
    }

    private Leadership inSync(List<Integer> isr) {
        return new Leadership(0, state.leaderId(), state.leaderEpoch(),
                state.partitionEpoch() + 1, state.replicas(), isr);
    }

    private void tell() {
        nodes.forEach(node -> node.tell(prng.nextInt(3)));
    }

    /// As a controller does when a session is over.
    void fence(int id) {
        var left = new ArrayList<>(state.isr());
        left.remove(Integer.valueOf(id));
        if (left.isEmpty()) {
            elect(Leadership.NOBODY, List.of(id));
        } else if (state.isr().contains(id)) {
            boolean led = state.leaderId() == id || state.leaderId() == Leadership.NOBODY;
            int leader = led ? left.get(prng.nextInt(left.size())) : state.leaderId();
            if (led) {
                elect(leader, left);
            } else {
                state = inSync(left);
                tell();
            }
        }
    }

    /// As a controller does when a broker is back.
    void unfence(int id) {
        if (state.leaderId() == Leadership.NOBODY && state.isr().contains(id)) {
            elect(id, id);
        } else {
            node(id).tell(0);
        }
    }

    @Override
    public void propose(Proposal proposal, Loop home, Consumer<Answer> then) {
        if (deaf || node(proposal.isr().getFirst().brokerId()).cutOff) {
            unheard.add(() -> propose(proposal, home, then));
            return;
        }
        boolean current = proposal.leaderEpoch() == state.leaderEpoch()
                && proposal.partitionEpoch() == state.partitionEpoch();
        boolean eligible = proposal.isr().stream().allMatch(member ->
                node(member.brokerId()).isRunning() && (member.brokerEpoch() == -1
                        || member.brokerEpoch() == node(member.brokerId()).brokerEpoch));
        Answer answer;
        if (!current) {
            answer = Answer.refused(Errors.INVALID_UPDATE_VERSION);
        } else if (!eligible) {
            answer = Answer.refused(Errors.INELIGIBLE_REPLICA);
        } else {
            List<Integer> isr = proposal.isr().stream().map(Member::brokerId).toList();
            state = inSync(isr);
            answer = losesAnswers ? Answer.refused(Errors.INVALID_UPDATE_VERSION)
                    : new Answer(Errors.NONE, state.leaderEpoch(), state.partitionEpoch(), isr);
            if (!losesAnswers) {
                tell();
            }
        }
        home.execute(() -> then.accept(answer));
    }

    /// As a controller does: who lacks something is in sync only where nobody else is.
    @Override
    public void damaged(Partition partition) {
        Leadership told = partition.leadership();
        var others = new ArrayList<>(state.isr());
        others.remove(Integer.valueOf(told.localId()));
        if (told.leaderEpoch() == state.leaderEpoch() && !others.isEmpty()) {
            boolean stays = others.contains(state.leaderId());
            elect(stays ? state.leaderId() : others.getFirst(), others);
        }
    }

    void hear() {
        deaf = false;
        var all = List.copyOf(unheard);
        unheard.clear();
        all.forEach(Runnable::run);
    }

    Receipt acked(String value) {
        return acked(Receipt.of(value));
    }

    /// Sends it until a leader has taken it.
    Receipt acked(Receipt receipt) {
        do {
            receipt.sendTo(leader());
            await("answered " + receipt.value, () -> receipt.error != null);
            runForMs(1);
        } while (receipt.error == Errors.NOT_LEADER_OR_FOLLOWER);
        assertThat(receipt.error).isEqualTo(Errors.NONE);
        return receipt;
    }

    void runForMs(long ms) {
        scheduler.runForMs(ms);
    }

    void await(String what, BooleanSupplier condition) {
        assertThat(scheduler.runUntil(condition, MOST_TURNS)).as(what).isTrue();
    }

    /// Waits until all that run have all that the leader has, and know that it is committed.
    void settle() {
        await("replicas are level " + state, () -> {
            long end = leader().isRunning() ? leader().end() : -1;
            return end >= 0 && nodes.stream().filter(ReplicaNode::isRunning)
                    .allMatch(node -> node.end() == end && node.highWatermark() == end);
        });
    }
}
