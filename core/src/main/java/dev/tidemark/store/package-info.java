/// One data directory: its logs, its journal, its checkpoint files, and what becomes of them after
/// a crash.
package dev.tidemark.store;
