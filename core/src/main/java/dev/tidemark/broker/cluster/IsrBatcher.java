package dev.tidemark.broker.cluster;

import dev.tidemark.broker.admin.ControlPort;
import dev.tidemark.control.ControlReply;
import dev.tidemark.control.ControlReply.Altered;
import dev.tidemark.control.ControlReply.PartitionResult;
import dev.tidemark.control.ControlReply.Refused;
import dev.tidemark.control.PartitionCommand.AlterPartition;
import dev.tidemark.control.PartitionCommand.InSync;
import dev.tidemark.control.PartitionCommand.IsrProposal;
import dev.tidemark.control.PartitionImage.Recovery;
import dev.tidemark.io.Loop;
import dev.tidemark.replica.IsrPort;
import dev.tidemark.replica.Partition;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/// Asks the controller to change the replicas in sync: what partitions propose while one request
/// is under way leaves together with the next.
///
/// Asks until it is answered. Proposals may come from any of the node's loops; it lives on one.
public final class IsrBatcher implements IsrPort {
    private static final int MOST_AT_ONCE = 10_000;
    private static final long PAUSE_MS = 50;

    private final int nodeId;
    private final ControlPort control;
    private final Loop loop;
    private final LongSupplier brokerEpoch;
    private final DamagedReplicas damaged;
    private final List<Waiting> waiting = new ArrayList<>();
    private boolean isAsking;

    /// @param control the way to the controller; asks once
    /// @param loop on which it lives
    /// @param brokerEpoch of this broker's registration
    /// @param damaged takes note of damaged replicas, for the heartbeats
    public IsrBatcher(int nodeId, ControlPort control, Loop loop, LongSupplier brokerEpoch,
            DamagedReplicas damaged) {
        this.damaged = damaged;
        this.nodeId = nodeId;
        this.control = control;
        this.loop = loop;
        this.brokerEpoch = brokerEpoch;
    }

    private record Waiting(Proposal proposal, Loop home, Consumer<Answer> then) {
        void answer(Answer answer) {
            home.execute(() -> then.accept(answer));
        }
    }

    @Override
    public void propose(Proposal proposal, Loop home, Consumer<Answer> then) {
        loop.execute(() -> {
            waiting.add(new Waiting(proposal, home, then));
            if (!isAsking && waiting.size() == 1) {
                loop.atEndOfTurn(this::ask);
            }
        });
    }

    @Override
    public void damaged(Partition partition) {
        damaged.add(partition);
    }

    @Override
    public void mended(Partition partition) {
        damaged.remove(partition);
    }

    private void ask() {
        if (isAsking || waiting.isEmpty()) {
            return;
        }
        isAsking = true;
        List<Waiting> asked = List.copyOf(
                waiting.subList(0, Math.min(MOST_AT_ONCE, waiting.size())));
        waiting.subList(0, asked.size()).clear();
        List<IsrProposal> proposals = asked.stream().map(one -> row(one.proposal)).toList();
        control.submit(new AlterPartition(nodeId, brokerEpoch.getAsLong(), proposals),
                reply -> answered(asked, reply));
    }

    private static IsrProposal row(Proposal proposal) {
        List<InSync> isr = proposal.isr().stream()
                .map(member -> new InSync(member.brokerId(), member.brokerEpoch())).toList();
        return new IsrProposal(proposal.partition().topicId(), proposal.partition().index(),
                proposal.leaderEpoch(), proposal.partitionEpoch(), isr, Recovery.RECOVERED);
    }

    private void answered(List<Waiting> asked, ControlReply reply) {
        isAsking = false;
        if (reply instanceof Altered altered) {
            for (int i = 0; i < asked.size(); i++) {
                asked.get(i).answer(answer(altered.results().get(i)));
            }
            ask();
        } else {
            waiting.addAll(0, asked);
            loop.schedule(PAUSE_MS, this::ask);
        }
    }

    private static Answer answer(PartitionResult result) {
        return result.error().isNone()
                ? new Answer(result.error().code(), result.state().leaderEpoch(),
                        result.state().partitionEpoch(), result.state().isr())
                : Answer.refused(result.error().code());
    }
}
