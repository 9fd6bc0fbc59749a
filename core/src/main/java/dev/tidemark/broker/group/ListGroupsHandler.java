package dev.tidemark.broker.group;

import dev.tidemark.broker.Handler;
import dev.tidemark.broker.Request;
import dev.tidemark.coord.group.command.GroupCommand.ListGroups;
import dev.tidemark.coord.group.command.GroupReply;
import dev.tidemark.coord.group.command.GroupReply.Listed;
import java.util.List;
import org.apache.kafka.common.message.ListGroupsRequestData;
import org.apache.kafka.common.message.ListGroupsResponseData;
import org.apache.kafka.common.protocol.Errors;

/// Serves ListGroups: the groups of all coordinators of this node.
public final class ListGroupsHandler implements Handler<ListGroupsRequestData> {
    private final GroupPort port;

    /// @param port the way to the coordinators
    public ListGroupsHandler(GroupPort port) {
        this.port = port;
    }

    @Override
    public void handle(Request request, ListGroupsRequestData body) {
        port.submitAll(new ListGroups(body.statesFilter(), body.typesFilter()), request.loop(),
                answers -> request.reply(response(answers)));
    }

    private static ListGroupsResponseData response(List<GroupReply> answers) {
        var response = new ListGroupsResponseData();
        for (var answer : answers) {
            if (answer instanceof Listed(var groups)) {
                response.groups().addAll(groups);
            } else if (Refusals.error(answer) != Errors.NOT_COORDINATOR) {
                // A list with a hole in it would pass for the whole.
                return new ListGroupsResponseData()
                        .setErrorCode(Refusals.error(answer).code());
            }
        }
        return response;
    }
}
