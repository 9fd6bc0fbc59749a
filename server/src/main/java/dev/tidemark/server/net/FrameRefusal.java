package dev.tidemark.server.net;

/// Says why a frame's length can not be, in words that help the one who runs the client.
///
/// Stateless.
final class FrameRefusal {
    private static final int TLS_HANDSHAKE = 0x1603;
    private static final int HTTP_GET = 0x47455420;
    private static final int HTTP_POST = 0x504F5354;
    private static final int HTTP_HEAD = 0x48454144;

    private FrameRefusal() {
    }

    static String reason(int length, int maxFrameBytes) {
        if (length >>> 16 == TLS_HANDSHAKE) {
            return "it speaks TLS, this listener does not";
        }
        if (length == HTTP_GET || length == HTTP_POST || length == HTTP_HEAD) {
            return "it speaks HTTP, this is a Kafka port";
        }
        if (length < 0) {
            return "a request of " + length + " bytes";
        }
        return "a request of " + length + " bytes, socket.request.max.bytes is " + maxFrameBytes;
    }
}
