/// Group commit for a whole data directory: what many partitions append is made durable by one
/// write and one sync, a *round*.
///
/// Reading order: [dev.tidemark.journal.Journaled] and [dev.tidemark.journal.JournalLane] are what
/// a partition sees; [dev.tidemark.journal.Journal] runs the rounds; `JournalFormat` and
/// `RoundWriter` say what the bytes are; `JournalRing` and `JournalFiles` keep the files;
/// [dev.tidemark.journal.JournalScan] reads it all back after a crash.
package dev.tidemark.journal;
