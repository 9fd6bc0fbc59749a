package dev.tidemark.broker.cluster;

import java.util.StringJoiner;

/// A client's address between the form for people and the one that an envelope carries.
///
/// Stateless. Does no I/O.
final class ClientAddress {
    private static final int V4_BYTES = 4;
    private static final byte[] UNTOLD = {};

    private ClientAddress() {
    }

    /// The bytes of an address of version 4; none for any other, which nobody asks for.
    static byte[] bytes(String text) {
        String[] parts = text.split("\\.", -1);
        byte[] bytes = new byte[V4_BYTES];
        if (parts.length != V4_BYTES) {
            return UNTOLD;
        }
        for (int i = 0; i < V4_BYTES; i++) {
            if (parts[i].isEmpty() || !parts[i].chars().allMatch(c -> c >= '0' && c <= '9')) {
                return UNTOLD;
            }
            bytes[i] = (byte) Integer.parseInt(parts[i]);
        }
        return bytes;
    }

    /// The address for people; empty if it was not told.
    static String text(byte[] bytes) {
        if (bytes.length != V4_BYTES) {
            return "";
        }
        var text = new StringJoiner(".");
        for (byte part : bytes) {
            text.add(Integer.toString(Byte.toUnsignedInt(part)));
        }
        return text.toString();
    }
}
