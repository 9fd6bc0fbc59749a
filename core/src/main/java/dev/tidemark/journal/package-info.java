/// Group commit for a whole data directory: what many partitions append is made durable by one
/// write and one sync, a *round*.
///
/// Reading order: [dev.tidemark.journal.Journaled] and [dev.tidemark.journal.JournalLane] are what
/// a partition sees; [dev.tidemark.journal.Journal] runs the rounds.
package dev.tidemark.journal;
