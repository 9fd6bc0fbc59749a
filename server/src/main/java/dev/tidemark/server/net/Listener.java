package dev.tidemark.server.net;

/// Where a node listens.
///
/// @param name as clients' metadata tell them apart, as in `PLAINTEXT`
/// @param host the address to bind; empty for all
/// @param port the port to bind; 0 for any that is free
public record Listener(String name, String host, int port) {
    /// As a client writes it: `host:port`, with brackets round an address of version 6, and `*` for
    /// all addresses.
    public String address() {
        String shown = host.isEmpty() ? "*" : host.contains(":") ? "[" + host + "]" : host;
        return shown + ":" + port;
    }
}
