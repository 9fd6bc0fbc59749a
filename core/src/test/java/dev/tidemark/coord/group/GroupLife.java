package dev.tidemark.coord.group;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.coord.group.command.GroupReply.Joined;
import dev.tidemark.coord.group.command.GroupReply.Synced;
import org.apache.kafka.common.protocol.Errors;

/// What members of groups do by themselves, whatever they are told.
final class GroupLife {
    private GroupLife() {
    }

    /// What a client of the classic protocol does with a heartbeat's answer.
    static void live(ClassicClient client) {
        Errors error = client.beat();
        if (error == Errors.NONE) {
            return;
        }
        assertThat(error).isIn(Errors.REBALANCE_IN_PROGRESS, Errors.ILLEGAL_GENERATION);
        if (!client.cooperative) {
            client.owned.clear();
        }
        rejoin(client);
    }

    /// One step of a client that may be anywhere in a rebalance.
    static void goOn(DrivenGroups groups, ClassicClient client) {
        switch (groups.answer(client.ticket)) {
            case null -> { }
            case Joined _ -> {
                client.joined();
                client.sync();
            }
            case Synced _ -> {
                if (client.syncError() == Errors.NONE) {
                    client.take();
                }
                if (client.beat() != Errors.NONE) {
                    client.owned.clear();
                    client.join();
                }
            }
            default -> throw new AssertionError(client.ticket);
        }
    }

    static void rejoin(ClassicClient client) {
        client.join();
        if (client.isAnswered() && client.joinError() == Errors.NONE) {
            client.sync();
            if (client.isAnswered() && client.syncError() == Errors.NONE) {
                client.take();
            }
        }
    }

    static void live(ConsumerClient client) {
        assertThat(client.beat()).isEqualTo(Errors.NONE);
        if (client.told != null && !client.told.equals(client.owned)) {
            assertThat(client.reconcile()).isEqualTo(Errors.NONE);
        }
    }
}
