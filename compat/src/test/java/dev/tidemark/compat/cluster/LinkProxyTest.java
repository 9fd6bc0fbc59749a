package dev.tidemark.compat.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A proxy before node 1, which gives back each byte that it gets; this process is node 7.
@Timeout(60)
final class LinkProxyTest {
    private static final int SHORT_MS = 200;
    private static final int LONG_MS = 30_000;

    private final CutLinks links = new CutLinks();
    private final BlockingQueue<Integer> received = new LinkedBlockingQueue<>();
    private ServerSocket node;
    private LinkProxy proxy;

    @BeforeEach
    void start() throws IOException {
        node = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        Thread.startVirtualThread(this::serve);
        proxy = new LinkProxy(1, node.getLocalPort(), links,
                () -> Map.of(7, ProcessHandle.current().pid()));
    }

    @AfterEach
    void end() throws IOException {
        links.heal();
        proxy.close();
        node.close();
    }

    private void serve() {
        try {
            while (true) {
                Socket client = node.accept();
                Thread.startVirtualThread(() -> echo(client));
            }
        } catch (IOException closed) {
            // The test is over.
        }
    }

    private void echo(Socket client) {
        try (client) {
            for (int one = client.getInputStream().read(); one >= 0;
                    one = client.getInputStream().read()) {
                received.add(one);
                client.getOutputStream().write(one);
            }
        } catch (IOException closed) {
            // The test is over.
        }
    }

    private Socket connect() throws IOException {
        var socket = new Socket(InetAddress.getLoopbackAddress(), proxy.port());
        socket.setSoTimeout(LONG_MS);
        return socket;
    }

    private static void assertNothingComes(Socket socket) throws IOException {
        socket.setSoTimeout(SHORT_MS);
        assertThatThrownBy(() -> socket.getInputStream().read())
                .isInstanceOf(SocketTimeoutException.class);
        socket.setSoTimeout(LONG_MS);
    }

    @Test
    void whatComesToACutWaitsThereUntilItIsHealed() throws Exception {
        try (Socket socket = connect()) {
            socket.getOutputStream().write('a');
            assertThat(socket.getInputStream().read()).isEqualTo('a');
            assertThat(received.take()).isEqualTo('a');
            links.cut(7, 1);
            socket.getOutputStream().write('b');
            assertNothingComes(socket);
            assertThat(received).isEmpty();
            assertThat(links.heldCount()).isPositive();
            links.heal();
            assertThat(socket.getInputStream().read()).isEqualTo('b');
        }
    }

    @Test
    void oneDirectionIsCutAndTheOtherIsNot() throws Exception {
        try (Socket socket = connect()) {
            socket.getOutputStream().write('a');
            assertThat(socket.getInputStream().read()).isEqualTo('a');
            received.clear();
            links.cut(1, 7);
            socket.getOutputStream().write('b');
            assertThat(received.poll(LONG_MS, TimeUnit.MILLISECONDS)).isEqualTo('b');
            assertNothingComes(socket);
            links.heal();
            assertThat(socket.getInputStream().read()).isEqualTo('b');
        }
    }

    @Test
    void theWaysOfOthersStayOpen() throws Exception {
        links.cutBothWays(2, 1);
        links.cutBothWays(7, 2);
        try (Socket socket = connect()) {
            socket.getOutputStream().write('a');
            assertThat(socket.getInputStream().read()).isEqualTo('a');
        }
        assertThat(links.heldCount()).isZero();
    }
}
