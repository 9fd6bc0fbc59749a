package dev.tidemark.replica;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.base.Prng;
import dev.tidemark.record.Batch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// One walk from a seed: an idempotent producer with `acks=all`, and machines that crash, are cut
/// off and come back meanwhile. Checked all along: nobody ever sees two records in one place below
/// a high watermark. Checked in the end: all that was acknowledged is there, once, everywhere.
final class ReplicaWalk {
    private static final int PATIENCE_MS = 400;
    private static final long LAG_NS = 300_000_000;

    private final ReplicaRig rig;
    private final Prng prng;
    private final List<Receipt> acked = new ArrayList<>();
    private final Map<Long, Long> committed = new HashMap<>();
    private final boolean[] fenced = new boolean[ReplicaRig.NODES + 1];
    private Receipt underWay;
    private int sentMs;

    ReplicaWalk(long seed) throws IOException {
        rig = new ReplicaRig(seed);
        prng = new Prng(seed * 31);
        rig.nodes.forEach(node -> node.repeatedPercent = prng.nextInt(2) * 20);
    }

    void run(int steps) throws IOException {
        for (int step = 0; step < steps; step++) {
            produce();
            switch (prng.nextInt(30)) {
                case 0, 1 -> crash(1 + prng.nextInt(ReplicaRig.NODES));
                case 2, 3, 4, 5 -> restart(1 + prng.nextInt(ReplicaRig.NODES));
                case 6 -> cutOff(1 + prng.nextInt(ReplicaRig.NODES));
                case 7, 8, 9 -> heal(1 + prng.nextInt(ReplicaRig.NODES));
                case 10, 11 -> checkLag();
                case 12, 13 -> observe(rig.node(1 + prng.nextInt(ReplicaRig.NODES)));
                case 14 -> prefer();
                default -> { }
            }
            int ms = prng.nextInt(10) == 0 ? prng.nextInt(300) : prng.nextInt(12);
            rig.runForMs(ms);
            sentMs += ms;
        }
        end();
    }

    int ackedCount() {
        return acked.size();
    }

    private void produce() {
        if (underWay != null && underWay.isAcked()) {
            acked.add(underWay);
            underWay = null;
        }
        boolean again = underWay != null && (underWay.error != null || sentMs > PATIENCE_MS);
        if (underWay == null || again) {
            int sequence = acked.size();
            // A new object: what an earlier attempt is told does not count any more.
            var attempt = new Receipt("record " + sequence, sequence);
            ReplicaNode target = rig.state.leaderId() > 0 && prng.nextInt(8) > 0 ? rig.leader()
                    : rig.node(1 + prng.nextInt(ReplicaRig.NODES));
            if (target.isRunning() && !target.cutOff) {
                underWay = attempt.sendTo(target);
                sentMs = 0;
            }
        }
    }

    private void crash(int id) {
        ReplicaNode node = rig.node(id);
        if (node.isRunning()) {
            if (prng.nextInt(3) == 0) {
                node.kill();
            } else {
                node.losePower();
            }
            if (prng.nextInt(2) == 0) {
                fence(id);
            }
        }
    }

    private void fence(int id) {
        if (!fenced[id]) {
            fenced[id] = true;
            rig.fence(id);
        }
    }

    private void restart(int id) throws IOException {
        ReplicaNode node = rig.node(id);
        if (!node.isRunning()) {
            // A registration ends the session of the process before.
            fence(id);
            node.start();
            if (!node.cutOff) {
                fenced[id] = false;
                rig.unfence(id);
            }
        }
    }

    private void cutOff(int id) {
        ReplicaNode node = rig.node(id);
        node.cutOff = true;
        if (prng.nextInt(2) == 0) {
            fence(id);
        }
    }

    private void heal(int id) {
        ReplicaNode node = rig.node(id);
        if (node.cutOff) {
            node.cutOff = false;
            if (node.isRunning()) {
                fenced[id] = false;
                rig.unfence(id);
                rig.hear();
            }
        }
    }

    private void checkLag() {
        for (ReplicaNode node : rig.nodes) {
            if (node.isRunning()) {
                node.loop().execute(() -> node.partition().checkLag(LAG_NS));
            }
        }
    }

    /// Another leader although the present one is well.
    private void prefer() {
        List<Integer> isr = rig.state.isr();
        int leader = isr.get(prng.nextInt(isr.size()));
        if (rig.state.leaderId() > 0 && rig.node(leader).isRunning() && !fenced[leader]) {
            rig.elect(leader, isr);
        }
    }

    private void observe(ReplicaNode node) throws IOException {
        if (node.isRunning() && node.highWatermark() > 0) {
            ByteBuffer bytes = node.bytesBelow(node.highWatermark());
            for (int at = 0; at < bytes.limit(); at += Batch.sizeInBytes(bytes, at)) {
                long offset = Batch.baseOffset(bytes, at);
                Long before = committed.putIfAbsent(offset, Batch.crc(bytes, at));
                assertThat(before == null || before == Batch.crc(bytes, at))
                        .as("what is committed at %d stays", offset).isTrue();
            }
        }
    }

    private void end() throws IOException {
        for (int id = 1; id <= ReplicaRig.NODES; id++) {
            heal(id);
            restart(id);
        }
        for (int i = 0; i < 200 && (underWay == null || !underWay.isAcked()); i++) {
            rig.runForMs(50);
            produce();
        }
        produce();
        for (int i = 0; i < 100 && rig.state.isr().size() < ReplicaRig.NODES; i++) {
            rig.runForMs(100);
        }
        assertThat(rig.state.isr()).as("all are in sync").hasSize(ReplicaRig.NODES);
        underWay = null;
        rig.runForMs(PATIENCE_MS);
        rig.settle();
        ByteBuffer all = rig.leader().bytesBelow(rig.leader().end());
        for (ReplicaNode node : rig.nodes) {
            observe(node);
            assertThat(node.bytesBelow(node.end())).as("node " + node.id).isEqualTo(all);
            assertThat(node.dir().damages()).as("node " + node.id).isEmpty();
        }
        int found = 0;
        for (int at = 0; at < all.limit(); at += Batch.sizeInBytes(all, at)) {
            long offset = Batch.baseOffset(all, at);
            if (found < acked.size()) {
                assertThat(acked.get(found).isAt(all, at)).as("record " + found).isTrue();
                assertThat(acked.get(found).offset).as("record " + found).isEqualTo(offset);
            }
            found++;
        }
        assertThat(found).as("acknowledged " + acked.size())
                .isBetween(acked.size(), acked.size() + 1);
    }
}
