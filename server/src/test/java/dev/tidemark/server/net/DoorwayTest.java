package dev.tidemark.server.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidemark.base.Prng;
import dev.tidemark.io.Connection;
import dev.tidemark.io.Frame;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(240)
class DoorwayTest {
    private static final long BUDGET = 64 << 20;

    @Test
    void pipelinedFramesAreAnsweredInOrder() throws IOException {
        try (var node = echo(); Wire wire = node.connect()) {
            for (int i = 0; i < 1000; i++) {
                wire.send(("frame " + i).getBytes());
            }
            for (int i = 0; i < 1000; i++) {
                assertThat(wire.receive()).isEqualTo(("frame " + i).getBytes());
            }
        }
    }

    @Test
    void aFrameOfManyMegabytesComesBackWhole() throws Exception {
        byte[] body = new byte[20 << 20];
        var prng = new Prng(7);
        for (int i = 0; i < body.length; i += 101) {
            body[i] = (byte) prng.nextInt(256);
        }
        try (var node = echo(); Wire wire = node.connect()) {
            Thread sender = Thread.startVirtualThread(() -> trySend(wire, body));
            assertThat(wire.receive()).isEqualTo(body);
            sender.join();
            await(() -> node.doorway.requestBytes() == 0);
        }
    }

    @Test
    void aHalfSentFrameIsGivenUpInTimeAndOthersAreServed() throws IOException {
        var limits = limits(1 << 20, 100, 60_000, 200, 60_000);
        try (var node = new EchoNode(limits, BUDGET);
                Wire half = node.connect(); Wire whole = node.connect()) {
            half.out.write(new byte[] {0, 0, 0, 100, 1, 2, 3});
            assertThat(whole.send(new byte[5]).receive()).hasSize(5);
            assertThat(half.isClosedByPeer()).isTrue();
            assertThat(whole.send(new byte[5]).receive()).hasSize(5);
        }
    }

    @Test
    void anOversizedFrameClosesItsConnectionOnly() throws IOException {
        var limits = limits(1 << 20, 100, 60_000, 60_000, 60_000);
        try (var node = new EchoNode(limits, BUDGET);
                Wire bad = node.connect(); Wire good = node.connect()) {
            bad.out.writeInt((1 << 20) + 1);
            assertThat(bad.isClosedByPeer()).isTrue();
            assertThat(good.send(new byte[1 << 20]).receive()).hasSize(1 << 20);
        }
    }

    @Test
    void randomBytesHarmNobody() throws IOException {
        try (var node = new EchoNode(limits(1 << 16, 100, 60_000, 300, 60_000), BUDGET);
                Wire good = node.connect()) {
            for (long seed = 0; seed < 50; seed++) {
                var prng = new Prng(seed);
                byte[] noise = new byte[prng.nextInt(5000) + 1];
                for (int i = 0; i < noise.length; i++) {
                    noise[i] = (byte) prng.nextInt(256);
                }
                try (Wire bad = node.connect()) {
                    trySend(bad, noise);
                }
            }
            assertThat(good.send(new byte[9]).receive()).hasSize(9);
            await(() -> node.closed.get() == 50);
            await(() -> node.doorway.requestBytes() == 0);
            assertThat(node.doorway.connectionCount()).isEqualTo(1);
        }
    }

    @Test
    void aClientThatNeverReadsIsClosedAndOthersAreServed() throws IOException {
        var limits = limits(1 << 20, 100, 60_000, 60_000, 300);
        try (var node = new EchoNode(limits, BUDGET, DoorwayTest::answerOnlyIfItReads);
                Wire deaf = node.connect(); Wire good = node.connect()) {
            deaf.send(new byte[1]);
            assertThat(good.send(new byte[0]).receive()).isEmpty();
            await(() -> node.doorway.connectionCount() == 1);
            assertThat(good.send(new byte[0]).receive()).isEmpty();
        }
    }

    @Test
    void aSlowReaderIsToldWhenItHasDrained() throws IOException {
        try (var node = new EchoNode(ConnectionLimits.DEFAULT, BUDGET,
                DoorwayTest::answerOnlyIfItReads); Wire slow = node.connect()) {
            slow.send(new byte[1]);
            slow.in.readNBytes(64 << 20);
            await(() -> node.drained.get() == 1);
        }
    }

    @Test
    void twoThousandConnectionsAreServedAtATime() throws IOException {
        List<Wire> wires = new ArrayList<>();
        try (var node = echo()) {
            for (int i = 0; i < 2000; i++) {
                wires.add(node.connect());
            }
            for (Wire wire : wires) {
                wire.send(new byte[10]);
            }
            for (Wire wire : wires) {
                assertThat(wire.receive()).hasSize(10);
            }
            assertThat(node.doorway.connectionCount()).isEqualTo(2000);
            for (Wire wire : wires) {
                wire.close();
            }
            await(() -> node.doorway.connectionCount() == 0);
        }
    }

    @Test
    void moreThanMaxConnectionsWaitUntilOthersLeave() throws IOException {
        List<Wire> wires = new ArrayList<>();
        try (var node = new EchoNode(limits(1 << 20, 2, 60_000, 60_000, 60_000), BUDGET)) {
            for (int i = 0; i < 2; i++) {
                wires.add(node.connect());
                assertThat(wires.getLast().send(new byte[1]).receive()).hasSize(1);
            }
            for (int i = 2; i < 5; i++) {
                wires.add(node.connect().send(new byte[i]));
            }
            for (int i = 2; i < 5; i++) {
                assertThat(wires.get(1).send(new byte[1]).receive()).hasSize(1);
                assertThat(node.doorway.connectionCount()).isEqualTo(2);
                wires.get(i == 2 ? 0 : i - 1).close();
                assertThat(wires.get(i).receive()).hasSize(i);
            }
        }
    }

    @Test
    void limitsChangeWhileClientsComeAndWait() throws IOException {
        var now = new AtomicReference<>(new GuestList(1, AddressLimits.NONE, Integer.MAX_VALUE));
        try (var node = new EchoNode(ConnectionLimits.DEFAULT, now::get, BUDGET, EchoNode::echo,
                FileSender.COPYING); Wire first = node.connect(); Wire second = node.connect()) {
            assertThat(first.send(new byte[1]).receive()).hasSize(1);
            second.send(new byte[2]);
            assertThat(node.doorway.connectionCount()).isEqualTo(1);
            now.set(GuestList.ALL);
            assertThat(second.receive()).hasSize(2);
            now.set(new GuestList(9, new AddressLimits(2, Map.of()), Integer.MAX_VALUE));
            try (Wire third = node.connect()) {
                assertThat(third.isClosedByPeer()).as("who came before the limit counts").isTrue();
            }
            assertThat(first.send(new byte[1]).receive()).hasSize(1);
        }
    }

    @Test
    void connectionsAreMadeNoQuickerThanTheyMayBe() throws IOException {
        var guests = new GuestList(100, AddressLimits.NONE, 10);
        List<Wire> wires = new ArrayList<>();
        long startNs = System.nanoTime();
        try (var node = new EchoNode(ConnectionLimits.DEFAULT, () -> guests, BUDGET,
                EchoNode::echo, FileSender.COPYING)) {
            for (int i = 0; i < 20; i++) {
                wires.add(node.connect().send(new byte[1]));
            }
            for (Wire wire : wires) {
                assertThat(wire.receive()).hasSize(1);
            }
            // A second's worth comes at once, and one more; the other nine take their time.
            assertThat(System.nanoTime() - startNs).isGreaterThan(800_000_000L);
            for (Wire wire : wires) {
                wire.close();
            }
        }
    }

    @Test
    void oneAddressHasAsManyConnectionsAsItMayAndAnotherAsItMay() throws IOException {
        var addresses = AddressLimits.of(2, List.of("127.0.0.3:1", "127.0.0.4:0"));
        var guests = new GuestList(100, addresses, Integer.MAX_VALUE);
        try (var node = new EchoNode(ConnectionLimits.DEFAULT, () -> guests, BUDGET,
                EchoNode::echo, FileSender.COPYING)) {
            Wire first = new Wire(node.port);
            assertThat(first.send(new byte[1]).receive()).hasSize(1);
            try (Wire second = new Wire(node.port); Wire other = new Wire(node.port, "127.0.0.2");
                    Wire named = new Wire(node.port, "127.0.0.3")) {
                for (Wire welcome : List.of(second, other, named)) {
                    assertThat(welcome.send(new byte[1]).receive()).hasSize(1);
                }
                for (String from : List.of("127.0.0.1", "127.0.0.3", "127.0.0.4")) {
                    try (Wire tooMany = new Wire(node.port, from)) {
                        assertThat(tooMany.isClosedByPeer()).as(from).isTrue();
                    }
                }
                first.close();
                await(() -> node.doorway.connectionCount() == 3);
                try (Wire again = new Wire(node.port)) {
                    assertThat(again.send(new byte[1]).receive()).hasSize(1);
                }
            }
        }
    }

    @Test
    void anIdleConnectionIsClosedAndABusyOneIsNot() throws Exception {
        try (var node = new EchoNode(limits(1 << 20, 100, 400, 60_000, 60_000), BUDGET);
                Wire idle = node.connect(); Wire busy = node.connect()) {
            while (node.closed.get() == 0) {
                assertThat(busy.send(new byte[1]).receive()).hasSize(1);
                Thread.sleep(10);
            }
            assertThat(idle.isClosedByPeer()).isTrue();
            assertThat(busy.send(new byte[1]).receive()).hasSize(1);
        }
    }

    @Test
    void nothingMoreIsReadWhileTheBudgetIsSpent() throws IOException {
        Queue<Runnable> held = new ConcurrentLinkedQueue<>();
        var arrived = new AtomicInteger();
        try (var node = new EchoNode(ConnectionLimits.DEFAULT, 100_000, (connection, frame) -> {
            arrived.incrementAndGet();
            held.add(() -> connection.loop().execute(() -> EchoNode.echo(connection, frame)));
        }); Wire first = node.connect(); Wire second = node.connect()) {
            first.send(new byte[60_000]).send(new byte[60_000]);
            await(() -> arrived.get() == 2);
            second.send(new byte[10]).send(new byte[10]);
            await(() -> node.doorway.requestBytes() > 120_000);
            assertThat(arrived).hasValue(2);
            letGo(held);
            await(() -> arrived.get() == 4);
            assertThat(first.receive()).hasSize(60_000);
            letGo(held);
            assertThat(second.receive()).hasSize(10);
        }
    }

    @Test
    void aPausedConnectionDeliversNothingUntilItIsResumed() throws IOException {
        Queue<Connection> paused = new ConcurrentLinkedQueue<>();
        try (var node = new EchoNode(ConnectionLimits.DEFAULT, BUDGET, (connection, frame) -> {
            connection.pauseReading();
            paused.add(connection);
            EchoNode.echo(connection, frame);
        }); Wire wire = node.connect()) {
            for (int i = 0; i < 5; i++) {
                wire.send(new byte[] {(byte) i});
            }
            for (int i = 0; i < 5; i++) {
                assertThat(wire.receive()).containsExactly(i);
                assertThat(wire.in.available()).isZero();
                Connection connection = paused.remove();
                connection.loop().execute(connection::resumeReading);
            }
        }
    }

    @Test
    void aBrokenInvariantReachesWhoeverHalts() throws IOException {
        try (var node = new EchoNode(ConnectionLimits.DEFAULT, BUDGET, (connection, frame) -> {
            throw new AssertionError("impossible");
        }); Wire wire = node.connect()) {
            wire.send(new byte[1]);
            await(() -> node.bug.get() != null);
            assertThat(node.bug.get()).hasMessage("impossible");
        }
    }

    @Test
    void aTakenPortIsSaidSo() throws IOException {
        try (var node = echo()) {
            assertThatThrownBy(() -> node.doorway.bind(
                    new Listener("PLAINTEXT", "127.0.0.1", node.port)))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("cannot listen on 127.0.0.1:" + node.port + ": another");
        }
    }

    private static void letGo(Queue<Runnable> held) {
        for (Runnable next = held.poll(); next != null; next = held.poll()) {
            next.run();
        }
    }

    private static EchoNode echo() throws IOException {
        return new EchoNode(ConnectionLimits.DEFAULT, BUDGET);
    }

    /// Floods a client that sent a byte with 64 MiB; answers an empty frame with itself.
    private static void answerOnlyIfItReads(Connection connection, Frame frame) {
        if (frame.bytes().remaining() == 0) {
            EchoNode.echo(connection, frame);
            return;
        }
        frame.release();
        for (int i = 0; i < 64; i++) {
            connection.send(connection.allocate(1 << 20));
        }
    }

    private static ConnectionLimits limits(int maxRequestBytes, int maxConnections, long idleMs,
            long requestTimeoutMs, long writeTimeoutMs) {
        return new ConnectionLimits(maxRequestBytes, maxConnections, idleMs, requestTimeoutMs,
                writeTimeoutMs, -1, -1, 100);
    }

    private static void trySend(Wire wire, byte[] bytes) {
        try {
            wire.send(bytes);
        } catch (IOException closed) {
            // The node may close before it has taken all: what counts is asserted elsewhere.
        }
    }

    private static void await(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            Thread.onSpinWait();
            Thread.yield();
        }
    }
}
