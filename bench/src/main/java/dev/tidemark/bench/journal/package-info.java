/// Measures the journal alone on the real disk: `JournalProbe` is a program of its own.
package dev.tidemark.bench.journal;
