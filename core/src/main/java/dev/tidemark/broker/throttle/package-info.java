/// How much of a second's bytes replication may take, while partitions are being moved.
package dev.tidemark.broker.throttle;
