package dev.tidemark.broker.cluster;

import dev.tidemark.broker.admin.ControlPort;
import dev.tidemark.control.BrokerCommand.ContactLost;
import dev.tidemark.io.Loop;
import java.util.concurrent.ConcurrentHashMap;

/// By which connection each broker speaks to its controller: when one is gone, the controller need
/// not wait for a whole session to doubt the broker.
///
/// Shared by the loops of the controller's listener.
public final class BrokerContacts {
    private final ControlPort control;
    private final ConcurrentHashMap<Long, Contact> byConnection = new ConcurrentHashMap<>();

    /// @param control decides on this node
    public BrokerContacts(ControlPort control) {
        this.control = control;
    }

    private record Contact(int brokerId, long brokerEpoch) {
    }

    /// A broker has spoken, and was heard.
    void heard(long connectionId, int brokerId, long brokerEpoch) {
        byConnection.put(connectionId, new Contact(brokerId, brokerEpoch));
    }

    /// A connection is gone; called on its loop.
    public void closed(Loop loop, long connectionId) {
        Contact lost = byConnection.remove(connectionId);
        if (lost != null) {
            control.submit(new ContactLost(lost.brokerId, lost.brokerEpoch), reply -> { });
        }
    }
}
