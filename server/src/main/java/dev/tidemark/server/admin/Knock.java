package dev.tidemark.server.admin;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;

/// Asks an address whether Kafka's protocol is spoken there.
///
/// A Kafka client tries for a minute where nobody answers, and takes the first bytes of another
/// protocol's answer for the length of a gigabyte; a person should hear of both at once.
///
/// Stateless. Blocks for as long as its time-outs.
final class Knock {
    private static final int CONNECT_TIMEOUT_MS = 3_000;
    private static final int ANSWER_TIMEOUT_MS = 10_000;
    private static final int REQUEST_BYTES = 10;
    private static final short API_VERSIONS = 18;
    private static final int CORRELATION = 0x7469_6465;
    private static final int MAX_ANSWER_BYTES = 1 << 20;

    private Knock() {
    }

    /// Returns when somebody answers properly.
    ///
    /// @param isEncrypted then it is enough that somebody takes the connection
    /// @throws IOException says why nobody does
    static void at(InetSocketAddress address, boolean isEncrypted) throws IOException {
        try (var socket = new Socket()) {
            connect(socket, address);
            if (!isEncrypted) {
                ask(socket);
            }
        }
    }

    private static void connect(Socket socket, InetSocketAddress address) throws IOException {
        try {
            socket.connect(address, CONNECT_TIMEOUT_MS);
        } catch (SocketTimeoutException _) {
            throw new IOException("no connection within " + CONNECT_TIMEOUT_MS + " ms");
        }
    }

    /// The oldest version of ApiVersions, which every server answers.
    private static void ask(Socket socket) throws IOException {
        socket.setSoTimeout(ANSWER_TIMEOUT_MS);
        var request = new DataOutputStream(socket.getOutputStream());
        request.writeInt(REQUEST_BYTES);
        request.writeShort(API_VERSIONS);
        request.writeShort(0);
        request.writeInt(CORRELATION);
        request.writeShort(-1);
        request.flush();
        var answer = new DataInputStream(socket.getInputStream());
        try {
            int bytes = answer.readInt();
            if (bytes < Integer.BYTES || bytes > MAX_ANSWER_BYTES
                    || answer.readInt() != CORRELATION) {
                throw new IOException("what listens there does not speak Kafka's protocol");
            }
        } catch (EOFException _) {
            throw new IOException("what listens there hung up");
        } catch (SocketTimeoutException _) {
            throw new IOException("what listens there did not answer within "
                    + ANSWER_TIMEOUT_MS + " ms");
        }
    }
}
