package dev.tidemark.base;

/// What has happened to a record when it is acknowledged (`tidemark.durability`).
public enum Durability {
    /// It is on disk: the journal's round that holds it is synced.
    SYNC,
    /// It is in the system's page cache: a power cut may lose it, a crash of the process does not.
    OS
}
