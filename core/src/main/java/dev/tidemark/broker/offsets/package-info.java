/// Where partitions begin and end: offsets by time and by leadership, records deleted from the
/// front, producers and directories described. One handler per API.
package dev.tidemark.broker.offsets;
