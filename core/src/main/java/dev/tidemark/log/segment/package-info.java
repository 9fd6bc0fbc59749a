/// The files of a log: segments with their sparse indexes, and the directory that they lie in.
///
/// For `log` and what it is made of; others see a log.
package dev.tidemark.log.segment;
