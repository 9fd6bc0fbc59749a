package dev.tidemark.server.node;

import dev.tidemark.node.LogServer;
import dev.tidemark.server.net.AddressLimits;
import dev.tidemark.server.net.GuestList;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Whom a node lets in: what its file says, and what is set while it runs.
///
/// May be asked from any thread, and does not block: names of hosts are looked up elsewhere, and
/// until that is done the addresses that were known hold.
final class LiveGuestList implements Supplier<GuestList> {
    private static final Logger LOG = LoggerFactory.getLogger(LiveGuestList.class);

    private final Supplier<LogServer> server;
    private volatile Known known;

    /// @param file what the file says
    /// @param server gives null until it is there
    LiveGuestList(GuestList file, Supplier<LogServer> server) {
        this.server = server;
        known = new Known(null, file);
    }

    /// What follows from what is written.
    private record Known(Written written, GuestList guests) {
    }

    /// The values as they are set.
    private record Written(String most, String usual, String named, String perSecond) {
        static Written of(LogServer server) {
            return new Written(server.brokerConfig("max.connections"),
                    server.brokerConfig("max.connections.per.ip"),
                    server.brokerConfig("max.connections.per.ip.overrides"),
                    server.brokerConfig("max.connection.creation.rate"));
        }

        GuestList with(Map<InetAddress, Integer> addresses) {
            return new GuestList(Integer.parseInt(most.strip()),
                    new AddressLimits(Integer.parseInt(usual.strip()), addresses),
                    Integer.parseInt(perSecond.strip()));
        }
    }

    @Override
    public GuestList get() {
        LogServer from = server.get();
        if (from == null) {
            return known.guests();
        }
        Written written = Written.of(from);
        Known before = known;
        if (written.equals(before.written())) {
            return before.guests();
        }
        Known after = new Known(written, written.with(before.guests().addresses().named()));
        known = after;
        boolean sameHosts = before.written() != null
                && before.written().named().equals(written.named());
        if (!sameHosts) {
            Thread.ofVirtual().name("tidemark-lookup").start(() -> lookUp(written));
        }
        return after.guests();
    }

    private void lookUp(Written written) {
        Map<InetAddress, Integer> named = new HashMap<>();
        for (String override : written.named().split(",", -1)) {
            try {
                if (!override.isBlank()) {
                    named.putAll(AddressLimits.of(0, List.of(override)).named());
                }
            } catch (UnknownHostException | NumberFormatException unreadable) {
                LOG.warn("max.connections.per.ip.overrides: {} has no effect: {}", override,
                        unreadable.getMessage());
            }
        }
        Known now = known;
        if (written.named().equals(now.written().named())) {
            known = new Known(now.written(), now.written().with(Map.copyOf(named)));
        }
    }
}
