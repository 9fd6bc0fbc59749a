package dev.tidemark.sim.model;

/// What a client knows, and what the model concludes, of one batch that was sent.
public enum Fate {
    /// Under way, or answered by something that leaves it open whether it was appended.
    UNSURE,
    /// Acknowledged.
    ACKNOWLEDGED,
    /// Refused by an error after which nothing may have been appended.
    REFUSED,
    /// It was found missing after a crash, as it might be: it must not come back.
    GONE
}
