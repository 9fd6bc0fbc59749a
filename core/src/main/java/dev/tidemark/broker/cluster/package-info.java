/// The ways between brokers and the controller: who asks it, what it is asked, and who listens
/// there.
package dev.tidemark.broker.cluster;
