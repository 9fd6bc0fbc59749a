package dev.tidemark.server.config;

import dev.tidemark.server.net.Listener;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Reads `listeners` and what belongs to it.
///
/// Stateless. Looks up the host's own name where nothing else is told.
final class Endpoints {
    private static final String FORM = "NAME://HOST:PORT is expected";
    private static final String SERVED = "PLAINTEXT";
    private static final int MAX_PORT = 65_535;

    private Endpoints() {
    }

    /// The listeners of controllers among all.
    static List<Listener> controllers(List<String> texts, List<String> controllerNames) {
        return texts.stream().map(text -> parse(ShellKeys.LISTENERS, text))
                .filter(listener -> controllerNames.contains(listener.name())).toList();
    }

    /// Where others reach that listener.
    static Listener told(Listener listener) {
        return new Listener(listener.name(), ownName(listener.host()), listener.port());
    }

    /// The listeners to bind for clients: those of controllers are left out, of other protocols
    /// refused.
    static List<Listener> listeners(List<String> texts, List<String> protocolMap,
            Set<String> controllerNames) {
        Map<String, String> protocols = protocols(protocolMap);
        List<Listener> listeners = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (String text : texts) {
            Listener listener = parse(ShellKeys.LISTENERS, text);
            if (!names.add(listener.name())) {
                throw InvalidConfig.of(ShellKeys.LISTENERS, text, "the name is there twice");
            }
            if (controllerNames.contains(listener.name())) {
                continue;
            }
            String protocol = protocols.get(listener.name());
            if (protocol == null) {
                throw InvalidConfig.of(ShellKeys.LISTENERS, text, listener.name()
                        + " has no protocol in " + ShellKeys.PROTOCOL_MAP);
            }
            if (!protocol.equals(SERVED)) {
                throw InvalidConfig.of(ShellKeys.LISTENERS, text, protocol
                        + " is not served yet, " + SERVED + " is");
            }
            listeners.add(listener);
        }
        return List.copyOf(listeners);
    }

    /// Where clients are told to connect, one for each listener; ports may still be 0.
    static List<Listener> advertised(List<String> texts, List<Listener> listeners,
            Set<String> controllerNames) {
        Map<String, Listener> told = new HashMap<>();
        for (String text : texts) {
            Listener listener = parse(ShellKeys.ADVERTISED_LISTENERS, text);
            if (isEverywhere(listener.host())) {
                throw InvalidConfig.of(ShellKeys.ADVERTISED_LISTENERS, text,
                        "clients cannot connect to it; give a name or address of this host");
            }
            told.put(listener.name(), listener);
        }
        List<Listener> advertised = new ArrayList<>();
        for (Listener listener : listeners) {
            Listener given = told.remove(listener.name());
            advertised.add(given != null ? given
                    : new Listener(listener.name(), ownName(listener.host()), listener.port()));
        }
        told.keySet().removeAll(controllerNames);
        for (Listener unheard : told.values()) {
            throw InvalidConfig.of(ShellKeys.ADVERTISED_LISTENERS, unheard.name() + "://"
                    + unheard.address(), "no listener of that name is in " + ShellKeys.LISTENERS);
        }
        return List.copyOf(advertised);
    }

    private static Map<String, String> protocols(List<String> map) {
        Map<String, String> protocols = new HashMap<>();
        for (String entry : map) {
            int colon = entry.indexOf(':');
            if (colon < 1) {
                throw InvalidConfig.of(ShellKeys.PROTOCOL_MAP, entry, "NAME:PROTOCOL is expected");
            }
            protocols.put(entry.substring(0, colon).strip(), entry.substring(colon + 1).strip());
        }
        return protocols;
    }

    private static Listener parse(String key, String text) {
        int slashes = text.indexOf("://");
        int colon = text.lastIndexOf(':');
        if (slashes < 1 || colon < slashes + 3) {
            throw InvalidConfig.of(key, text, FORM);
        }
        String host = text.substring(slashes + 3, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        return new Listener(text.substring(0, slashes).strip(), host, port(key, text, colon));
    }

    private static int port(String key, String text, int colon) {
        try {
            int port = Integer.parseInt(text.substring(colon + 1).strip());
            if (port >= 0 && port <= MAX_PORT) {
                return port;
            }
        } catch (NumberFormatException notANumber) {
            // Said below.
        }
        throw InvalidConfig.of(key, text, "a port is a number from 0 to " + MAX_PORT);
    }

    private static boolean isEverywhere(String host) {
        return host.isEmpty() || host.equals("0.0.0.0") || host.equals("::");
    }

    private static String ownName(String host) {
        if (!isEverywhere(host)) {
            return host;
        }
        try {
            return InetAddress.getLocalHost().getCanonicalHostName();
        } catch (UnknownHostException nameless) {
            return "localhost";
        }
    }
}
