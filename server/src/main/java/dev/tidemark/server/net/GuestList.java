package dev.tidemark.server.net;

/// Whom the node lets in, as it is configured now.
///
/// @param most connections at a time (`max.connections`); those beyond it wait
/// @param addresses how many each address may have; those beyond it are closed
/// @param perSecond new connections (`max.connection.creation.rate`); those beyond it wait
public record GuestList(int most, AddressLimits addresses, int perSecond) {
    /// Everybody.
    public static final GuestList ALL =
            new GuestList(Integer.MAX_VALUE, AddressLimits.NONE, Integer.MAX_VALUE);
}
