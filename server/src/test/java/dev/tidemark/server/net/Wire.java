package dev.tidemark.server.net;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;

/// A client's end of a connection, in plain blocking calls that give up after a minute.
final class Wire implements AutoCloseable {
    private static final int TIMEOUT_MS = 60_000;

    private final Socket socket = new Socket();
    final DataOutputStream out;
    final DataInputStream in;

    Wire(int port) throws IOException {
        this(port, "127.0.0.1");
    }

    /// @param from the address that it comes from
    Wire(int port, String from) throws IOException {
        socket.setSoTimeout(TIMEOUT_MS);
        socket.setTcpNoDelay(true);
        socket.bind(new InetSocketAddress(from, 0));
        socket.connect(new InetSocketAddress("127.0.0.1", port), TIMEOUT_MS);
        out = new DataOutputStream(socket.getOutputStream());
        in = new DataInputStream(socket.getInputStream());
    }

    Wire send(byte[] body) throws IOException {
        byte[] framed = new byte[body.length + 4];
        java.nio.ByteBuffer.wrap(framed).putInt(body.length).put(body);
        out.write(framed);
        return this;
    }

    byte[] receive() throws IOException {
        return in.readNBytes(in.readInt());
    }

    /// True if the node closes, be it in the middle of a frame.
    boolean isClosedByPeer() {
        try {
            return in.read() < 0;
        } catch (IOException reset) {
            return !(reset instanceof java.net.SocketTimeoutException);
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
