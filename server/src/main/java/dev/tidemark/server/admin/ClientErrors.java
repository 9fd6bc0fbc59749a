package dev.tidemark.server.admin;

import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.GroupNotEmptyException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownMemberIdException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/// Kafka's errors in words that say what to do.
///
/// Stateless.
final class ClientErrors {
    private static final String HAS_MEMBERS = "the group has members: stop its consumers first";

    private ClientErrors() {
    }

    static String say(Throwable error) {
        return switch (error) {
            case TopicExistsException _ -> "it is there already";
            case UnknownTopicOrPartitionException _ ->
                    "there is no such topic or partition (./tidemark topic list shows all)";
            case GroupIdNotFoundException _ ->
                    "there is no such group (./tidemark group list shows all)";
            case GroupNotEmptyException _ -> HAS_MEMBERS;
            case UnknownMemberIdException _ -> HAS_MEMBERS;
            case TimeoutException late -> "no answer in time (" + late.getMessage() + ")";
            default -> error.getMessage() == null
                    ? error.getClass().getSimpleName() : error.getMessage();
        };
    }
}
