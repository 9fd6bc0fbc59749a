package dev.tidemark.server.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.io.Connection;
import dev.tidemark.io.Frame;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Clients that hold the node's memory, with times of patience that no test waits for.
@Timeout(240)
class SqueezeTest {
    private static final int MIB = 1 << 20;
    private static final long BUDGET = 8 * MIB;
    private static final int MANY = 40;

    @Test
    void largeFramesThatStopHalfWayGiveTheirMemoryBackToOthers() throws Exception {
        List<Wire> halves = new ArrayList<>();
        try (var node = new EchoNode(ConnectionLimits.DEFAULT, BUDGET);
                Wire good = node.connect()) {
            for (int i = 0; i < 5; i++) {
                Wire half = node.connect();
                half.out.writeInt(90 * MIB);
                trySend(half, new byte[2 * MIB]);
                halves.add(half);
            }
            while (node.doorway.requestBytes() < BUDGET) {
                Thread.onSpinWait();
            }
            assertThat(good.send(new byte[3 * MIB]).receive()).hasSize(3 * MIB);
            assertThat(good.send(new byte[1]).receive()).hasSize(1);
            assertThat(node.doorway.requestBytes()).isLessThan(BUDGET);
        } finally {
            close(halves);
        }
    }

    @Test
    void largeFramesThatDripEndWhenOthersHaveWaitedLongEnough() throws Exception {
        List<Wire> drips = new ArrayList<>();
        try (var node = new EchoNode(ConnectionLimits.DEFAULT, BUDGET);
                Wire good = node.connect()) {
            for (int i = 0; i < 5; i++) {
                Wire drip = node.connect();
                drip.out.writeInt(90 * MIB);
                trySend(drip, new byte[2 * MIB]);
                Thread.ofVirtual().start(() -> drip(drip));
                drips.add(drip);
            }
            while (node.doorway.requestBytes() < BUDGET) {
                Thread.onSpinWait();
            }
            for (int i = 0; i < 3; i++) {
                assertThat(good.send(new byte[MIB]).receive()).hasSize(MIB);
            }
        } finally {
            close(drips);
        }
    }

    @Test
    void answersThatNobodyTakesAreBoundedInAllAndTheirClientsEnd() throws Exception {
        List<Wire> deaf = new ArrayList<>();
        try (var node = new EchoNode(ConnectionLimits.DEFAULT, BUDGET, SqueezeTest::answerMuch);
                Wire good = node.connect()) {
            for (int i = 0; i < MANY; i++) {
                Wire one = node.connect();
                for (int j = 0; j < MANY; j++) {
                    one.send(new byte[1]);
                }
                deaf.add(one);
                // What a connection was asked for before the budget was spent: one answer each.
                assertThat(node.doorway.unsentBytes()).isLessThan(BUDGET + MANY * MIB);
                assertThat(good.send(new byte[1]).receive()).hasSize(MIB);
            }
            while (node.doorway.unsentBytes() >= BUDGET) {
                assertThat(good.send(new byte[1]).receive()).hasSize(MIB);
            }
        } finally {
            close(deaf);
        }
    }

    @Test
    void answersThatNobodyTakesAreGivenBackWithTheirConnection() throws Exception {
        try (var node = new EchoNode(ConnectionLimits.DEFAULT, BUDGET, SqueezeTest::answerMuch)) {
            try (Wire deaf = node.connect()) {
                for (int j = 0; j < 20; j++) {
                    deaf.send(new byte[1]);
                }
                while (node.doorway.unsentBytes() < 4 * MIB) {
                    Thread.onSpinWait();
                }
            }
            while (node.doorway.unsentBytes() > 0) {
                Thread.onSpinWait();
            }
        }
    }

    @Test
    void aFrameThatBeginsWhileTheBudgetIsSpentWaitsAndComesWhole() throws Exception {
        Queue<Runnable> held = new ConcurrentLinkedQueue<>();
        var arrived = new AtomicInteger();
        try (var node = new EchoNode(ConnectionLimits.DEFAULT, BUDGET, (connection, frame) -> {
            held.add(() -> connection.loop().execute(() -> EchoNode.echo(connection, frame)));
            arrived.incrementAndGet();
        }); Wire first = node.connect(); Wire second = node.connect()) {
            first.send(new byte[(int) BUDGET]);
            while (arrived.get() == 0) {
                Thread.onSpinWait();
            }
            Thread sender = Thread.startVirtualThread(() -> send(second, new byte[4 * MIB]));
            for (int i = 0; i < 20; i++) {
                // Some rounds: nobody is at fault, nobody is closed, little is held.
                Thread.sleep(50);
                assertThat(node.doorway.requestBytes()).isLessThan(BUDGET + MIB / 8);
            }
            held.remove().run();
            assertThat(first.receive()).hasSize((int) BUDGET);
            sender.join();
            while (arrived.get() == 1) {
                Thread.onSpinWait();
            }
            held.remove().run();
            assertThat(second.receive()).hasSize(4 * MIB);
        }
    }

    @Test
    void framesThatFillTheBudgetTogetherAllComeThrough() throws Exception {
        List<Wire> wires = new ArrayList<>();
        List<Thread> senders = new ArrayList<>();
        try (var node = new EchoNode(ConnectionLimits.DEFAULT, BUDGET)) {
            for (int i = 0; i < MANY; i++) {
                Wire wire = node.connect();
                wires.add(wire);
                wire.out.writeInt(MIB);
                wire.out.write(new byte[MIB / 4]);
            }
            for (Wire wire : wires) {
                senders.add(Thread.startVirtualThread(
                        () -> trySend(wire, new byte[MIB - MIB / 4])));
            }
            for (Wire wire : wires) {
                assertThat(wire.receive()).hasSize(MIB);
            }
            for (Thread sender : senders) {
                sender.join();
            }
        } finally {
            close(wires);
        }
    }

    private static void answerMuch(Connection connection, Frame frame) {
        frame.release();
        Frame answer = connection.allocate(4 + MIB);
        answer.bytes().putInt(MIB);
        connection.send(answer);
    }

    private static void drip(Wire wire) {
        try {
            while (true) {
                wire.out.write(new byte[64 << 10]);
                Thread.sleep(100);
            }
        } catch (IOException | InterruptedException closed) {
            // As it should be.
        }
    }

    private static void trySend(Wire wire, byte[] bytes) {
        try {
            wire.out.write(bytes);
            wire.out.flush();
        } catch (IOException closed) {
            // The node may close before it has taken all: what counts is asserted elsewhere.
        }
    }

    private static void send(Wire wire, byte[] body) {
        try {
            wire.send(body);
        } catch (IOException closed) {
            throw new AssertionError(closed);
        }
    }

    private static void close(List<Wire> wires) throws IOException {
        for (Wire wire : wires) {
            wire.close();
        }
    }
}
