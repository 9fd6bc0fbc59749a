package dev.tidemark.control.decide;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.control.PartitionImage;
import dev.tidemark.control.PartitionImage.Move;
import dev.tidemark.control.PartitionImage.Past;
import dev.tidemark.control.PartitionImage.Recovery;
import dev.tidemark.control.decide.Terms.Unclean;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;

/// The next state of one partition. First it is said what has changed, then [#settled] draws the
/// conclusions, always in the same order:
///
/// 1. Who may not be in sync leaves the ISR; but if nobody would be left, nobody leaves, because
///    those are the ones that have everything.
/// 2. A reassignment whose replicas are all in sync is completed.
/// 3. If the ISR is below `min.insync.replicas`, those that left it stay eligible (KIP-966);
///    otherwise nobody is.
/// 4. The leader stays if it may. Else the first replica leads that is in sync; else the first
///    that is eligible, alone; else, where that is allowed, one that may lack records; else nobody.
///
/// An acknowledged record is on every replica of the ISR and of the ELR, so by 4 it is lost only
/// where [Unclean#ALLOWED] says that it may be.
///
/// Confined to one call of decide. Does no I/O.
final class PartitionChange {
    private final PartitionImage before;
    private final Terms terms;
    private List<Integer> replicas;
    private List<Integer> isr;
    private List<Integer> elr;
    private Move move;
    private Recovery recovery;
    private int leader;
    private int lastLeader;
    /// A new leadership begins, whoever leads.
    private boolean begins;

    PartitionChange(PartitionImage before, Terms terms) {
        this.before = before;
        this.terms = terms;
        replicas = before.replicas();
        isr = before.isr();
        elr = before.elr();
        move = before.move();
        recovery = before.recovery();
        leader = before.leader();
        lastLeader = before.isOffline() ? before.lastKnownLeader() : before.leader();
    }

    /// These are in sync now. Who left may be eligible.
    PartitionChange inSync(List<Integer> brokers) {
        var left = kept(isr, broker -> !brokers.contains(broker));
        isr = brokers;
        elr = joined(elr, left);
        return this;
    }

    /// The broker has nothing any more.
    PartitionChange emptied(int broker) {
        isr = kept(isr, other -> other != broker);
        elr = kept(elr, other -> other != broker);
        if (lastLeader == broker) {
            // Whoever else had a copy lacks less.
            lastLeader = first(replicas, other -> other != broker
                    && !move.adding().contains(other));
        }
        return this;
    }

    /// The broker may lack what it once had: it is in sync only if nobody has more.
    PartitionChange doubted(int broker) {
        var others = kept(isr, other -> other != broker);
        elr = kept(elr, other -> other != broker);
        isr = others.isEmpty() && elr.isEmpty() ? isr : others;
        return this;
    }

    /// The broker has said that it lacks what it once had. If somebody has more, it is in sync no
    /// longer, and a new leadership begins: what it has said in this one counts no more.
    PartitionChange damaged(int broker) {
        doubted(broker);
        begins = !isr.contains(broker);
        return this;
    }

    /// The partition's replicas are others now.
    PartitionChange assigned(List<Integer> brokers, Move newMove) {
        replicas = brokers;
        move = newMove;
        isr = kept(isr, brokers::contains);
        return this;
    }

    /// The leader is done with what it may have lacked, or not yet.
    PartitionChange recovered(Recovery state) {
        recovery = state;
        return this;
    }

    /// The first replica leads if it is in sync.
    PartitionChange preferred() {
        int first = replicas.getFirst();
        if (isr.contains(first) && terms.active().test(first)) {
            leader = first;
        }
        return this;
    }

    /// What follows.
    ///
    /// @return the very same object if nothing changed
    PartitionImage settled() {
        var present = kept(isr, terms.active());
        if (!present.isEmpty()) {
            inSync(present);
        }
        completeMove();
        settleEligible();
        settleLeader();
        settleEligible();
        return result();
    }

    private void completeMove() {
        var target = kept(replicas, broker -> !move.removing().contains(broker));
        boolean moving = !move.adding().isEmpty() || !move.removing().isEmpty();
        if (moving && !target.isEmpty() && isr.containsAll(target)
                && kept(target, terms.active()).size() == target.size()) {
            replicas = target;
            isr = target;
            move = Move.NONE;
        }
    }

    private void settleEligible() {
        int needed = Math.min(terms.minInsync(), replicas.size());
        elr = isr.size() >= needed ? List.of()
                : kept(replicas, broker -> elr.contains(broker) && !isr.contains(broker));
    }

    private void settleLeader() {
        if (mayLead(leader)) {
            return;
        }
        leader = first(kept(replicas, broker -> !move.removing().contains(broker)),
                this::mayLead);
        if (leader == PartitionImage.NO_LEADER) {
            leader = first(replicas, this::mayLead);
        }
        if (leader == PartitionImage.NO_LEADER) {
            leader = first(elr, terms.active());
            leadAlone();
        }
        if (leader == PartitionImage.NO_LEADER && terms.unclean() == Unclean.ALLOWED) {
            leader = leastLacking();
            loseTheRest();
        }
    }

    private boolean mayLead(int broker) {
        return broker != PartitionImage.NO_LEADER && isr.contains(broker)
                && terms.active().test(broker);
    }

    private void leadAlone() {
        if (leader != PartitionImage.NO_LEADER) {
            inSync(List.of(leader));
        }
    }

    private int leastLacking() {
        if (replicas.contains(lastLeader) && terms.active().test(lastLeader)) {
            return lastLeader;
        }
        var old = kept(replicas, broker -> !move.adding().contains(broker));
        int chosen = first(old, terms.active());
        return chosen != PartitionImage.NO_LEADER ? chosen : first(replicas, terms.active());
    }

    private void loseTheRest() {
        if (leader != PartitionImage.NO_LEADER) {
            isr = List.of(leader);
            elr = List.of();
            recovery = Recovery.RECOVERING;
        }
    }

    private PartitionImage result() {
        isr = kept(replicas, isr::contains);
        boolean away = !replicas.containsAll(before.replicas());
        boolean anew = begins || away || leader != before.leader();
        int leaderEpoch = before.leaderEpoch() + (anew ? 1 : 0);
        var after = new PartitionImage(replicas, isr, elr, leader, leaderEpoch,
                before.partitionEpoch(), move, new Past(lastKnownLeader(), recovery));
        if (after.equals(before)) {
            return before;
        }
        check(replicas.containsAll(elr), "who is eligible is a replica");
        return new PartitionImage(replicas, isr, elr, leader, leaderEpoch,
                before.partitionEpoch() + 1, move, after.past());
    }

    private int lastKnownLeader() {
        return leader == PartitionImage.NO_LEADER ? lastLeader : PartitionImage.NO_LEADER;
    }

    private static int first(List<Integer> brokers, IntPredicate wanted) {
        for (int broker : brokers) {
            if (wanted.test(broker)) {
                return broker;
            }
        }
        return PartitionImage.NO_LEADER;
    }

    /// Those of the list that are wanted; the list itself if all are.
    private static List<Integer> kept(List<Integer> brokers, IntPredicate wanted) {
        ArrayList<Integer> kept = null;
        for (int i = 0; i < brokers.size(); i++) {
            boolean stays = wanted.test(brokers.get(i));
            if (!stays && kept == null) {
                kept = new ArrayList<>(brokers.subList(0, i));
            } else if (stays && kept != null) {
                kept.add(brokers.get(i));
            }
        }
        return kept == null ? brokers : kept;
    }

    private static List<Integer> joined(List<Integer> some, List<Integer> more) {
        if (more.isEmpty()) {
            return some;
        }
        var all = new ArrayList<>(some);
        all.addAll(more);
        return all;
    }
}
