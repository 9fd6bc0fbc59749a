package dev.tidemark.coord.group.command;

/// Where a request came from.
///
/// @param clientId as the client calls itself; never null
/// @param clientHost as in `/127.0.0.1`
/// @param apiVersion version of the request
public record ClientInfo(String clientId, String clientHost, int apiVersion) {
}
