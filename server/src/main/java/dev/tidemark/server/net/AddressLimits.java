package dev.tidemark.server.net;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.Map;

/// How many connections one address may have open at a time.
///
/// @param usual for an address that is not named (`max.connections.per.ip`)
/// @param named for those that are (`max.connections.per.ip.overrides`)
public record AddressLimits(int usual, Map<InetAddress, Integer> named) {
    /// No limits.
    public static final AddressLimits NONE = new AddressLimits(Integer.MAX_VALUE, Map.of());

    /// Reads `host:count,host:count`; hosts are looked up now.
    ///
    /// @throws UnknownHostException for a host that has no address
    /// @throws NumberFormatException for what is no `host:count`
    public static AddressLimits of(int usual, Iterable<String> overrides)
            throws UnknownHostException {
        Map<InetAddress, Integer> named = new HashMap<>();
        for (String override : overrides) {
            int colon = override.lastIndexOf(':');
            if (colon <= 0) {
                throw new NumberFormatException(override);
            }
            int count = Integer.parseUnsignedInt(override.substring(colon + 1).strip());
            for (InetAddress address : InetAddress.getAllByName(
                    override.substring(0, colon).strip())) {
                named.put(address, count);
            }
        }
        return new AddressLimits(usual, Map.copyOf(named));
    }

    /// The limit of one address.
    int of(InetAddress address) {
        return named.getOrDefault(address, usual);
    }
}
