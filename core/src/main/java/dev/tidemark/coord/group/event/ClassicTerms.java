package dev.tidemark.coord.group.event;

import java.util.List;

/// What a member said that speaks the classic protocol in a consumer group (KIP-848, migration).
///
/// @param sessionMs between two signs of life, in milliseconds
/// @param protocols what it supports, the dearest first; never empty
public record ClassicTerms(int sessionMs, List<ClassicProtocol> protocols) {
    /// The protocol that it is told to be in: the one that it likes best, as its assignment comes
    /// from the server whatever it is called.
    public ClassicProtocol first() {
        return protocols.getFirst();
    }
}
