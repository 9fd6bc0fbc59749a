/// The real disk: files of one data directory, descriptors opened on use, one process at a time.
package dev.tidemark.server.disk;
