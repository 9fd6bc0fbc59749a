/// Cleaning: keeps of each key only the latest record, and swaps the result in.
package dev.tidemark.log.clean;
