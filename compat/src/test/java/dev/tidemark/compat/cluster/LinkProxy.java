package dev.tidemark.compat.cluster;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/// Stands before one port of one node: whoever wants to talk to it, other nodes above all, comes
/// through here, and gets as far as [CutLinks] lets it.
///
/// A connection that ends on one side ends on the other one as soon as the way is open.
final class LinkProxy implements AutoCloseable {
    private static final int BUFFER_BYTES = 64 << 10;

    private final int node;
    private final int targetPort;
    private final CutLinks links;
    private final Supplier<Map<Integer, Long>> pids;
    private final ServerSocket listener;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    /// @param node       the number of the node that it stands before
    /// @param targetPort where that listens
    /// @param pids       of the nodes that run, by number
    LinkProxy(int node, int targetPort, CutLinks links, Supplier<Map<Integer, Long>> pids)
            throws IOException {
        this.node = node;
        this.targetPort = targetPort;
        this.links = links;
        this.pids = pids;
        listener = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
        Thread.startVirtualThread(this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        open.forEach(LinkProxy::end);
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket near = listener.accept();
                open.add(near);
                Thread.startVirtualThread(() -> serve(near));
            } catch (IOException closed) {
                // Nobody comes any more, or somebody did not wait.
            }
        }
    }

    private void serve(Socket near) {
        var far = new Socket();
        open.add(far);
        try {
            int from = SocketOwners.ownerOf(near.getPort(), port(), pids.get());
            links.pass(from, node);
            far.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), targetPort));
            near.setTcpNoDelay(true);
            far.setTcpNoDelay(true);
            Thread back = Thread.startVirtualThread(() -> pump(far, near, node, from));
            pump(near, far, from, node);
            back.join();
        } catch (IOException refused) {
            // As the node has refused it, so do we.
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } finally {
            end(near);
            end(far);
            open.remove(near);
            open.remove(far);
        }
    }

    private void pump(Socket source, Socket sink, int from, int to) {
        byte[] buffer = new byte[BUFFER_BYTES];
        try {
            InputStream in = source.getInputStream();
            OutputStream out = sink.getOutputStream();
            int count = in.read(buffer);
            while (count >= 0) {
                links.pass(from, to);
                out.write(buffer, 0, count);
                count = in.read(buffer);
            }
        } catch (IOException gone) {
            // One of the two has ended it.
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        try {
            links.pass(from, to);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        end(source);
        end(sink);
    }

    private static void end(Socket socket) {
        try {
            socket.close();
        } catch (IOException ended) {
            // It is over in any case.
        }
    }
}
