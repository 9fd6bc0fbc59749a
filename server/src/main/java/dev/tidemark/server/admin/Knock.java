package dev.tidemark.server.admin;

import dev.tidemark.server.term.CommandFailed;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;

/// Asks an address whether Kafka's protocol is spoken there.
///
/// A Kafka client tries for a minute where nobody answers, and takes the first bytes of another
/// protocol's answer for the length of a gigabyte; a person should hear of both at once.
///
/// Stateless. Blocks for as long as its time-outs.
public final class Knock {
    private static final int CONNECT_TIMEOUT_MS = 3_000;
    private static final int ANSWER_TIMEOUT_MS = 10_000;
    private static final int REQUEST_BYTES = 10;
    private static final short API_VERSIONS = 18;
    private static final short METADATA = 3;
    private static final int CORRELATION = 0x7469_6465;
    private static final int MAX_ANSWER_BYTES = 1 << 20;

    private Knock() {
    }

    /// Returns when somebody answers properly at one of the addresses, as in `a:9092,b:9092`.
    ///
    /// @param isEncrypted then it is enough that somebody takes the connection
    /// @throws CommandFailed if nobody does
    public static void atAny(String bootstrap, boolean isEncrypted) {
        List<String> reasons = new ArrayList<>();
        for (String address : List.of(bootstrap.split(",", -1))) {
            try {
                at(parse(address.strip()), isEncrypted);
                return;
            } catch (IOException unreachable) {
                reasons.add(unreachable.getMessage());
            }
        }
        throw new CommandFailed("no node answers at " + bootstrap + " ("
                + String.join("; ", reasons)
                + "): start one with ./tidemark start, or name another with --bootstrap");
    }

    private static InetSocketAddress parse(String address) throws IOException {
        int colon = address.lastIndexOf(':');
        try {
            var parsed = new InetSocketAddress(address.substring(0, Math.max(0, colon))
                    .replace("[", "").replace("]", ""),
                    Integer.parseInt(address.substring(colon + 1)));
            if (parsed.isUnresolved()) {
                throw new IOException("there is no host of that name");
            }
            return parsed;
        } catch (IllegalArgumentException malformed) {
            throw CommandFailed.misused("--bootstrap " + address + ": HOST:PORT is expected");
        }
    }

    /// Returns when somebody answers properly.
    ///
    /// @param isEncrypted then it is enough that somebody takes the connection
    /// @throws IOException says why nobody does
    private static void at(InetSocketAddress address, boolean isEncrypted) throws IOException {
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

    /// True if what it serves is what clients begin with.
    private static boolean answersClients(DataInputStream answer) throws IOException {
        short error = answer.readShort();
        boolean isFound = error != 0;
        for (int left = answer.readInt(); left > 0 && !isFound; left--) {
            isFound = answer.readShort() == METADATA;
            answer.skipNBytes(2 * Short.BYTES);
        }
        return isFound;
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
            if (!answersClients(answer)) {
                throw new IOException("what listens there is for controllers alone: clients and"
                        + " commands are served on another port, or by other nodes");
            }
        } catch (EOFException _) {
            throw new IOException("what listens there hung up");
        } catch (SocketTimeoutException _) {
            throw new IOException("what listens there did not answer within "
                    + ANSWER_TIMEOUT_MS + " ms");
        }
    }
}
