package dev.tidemark.broker.group;

import dev.tidemark.broker.Handler;
import dev.tidemark.broker.Request;
import dev.tidemark.broker.Slices;
import dev.tidemark.coord.group.command.GroupCommand.DescribeClassic;
import dev.tidemark.coord.group.command.GroupReply;
import dev.tidemark.coord.group.command.GroupReply.Described;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import org.apache.kafka.common.message.DescribeGroupsRequestData;
import org.apache.kafka.common.message.DescribeGroupsResponseData;
import org.apache.kafka.common.message.DescribeGroupsResponseData.DescribedGroup;
import org.apache.kafka.common.protocol.Errors;

/// Serves DescribeGroups. A group that is named many times is described once.
public final class DescribeGroupsHandler implements Handler<DescribeGroupsRequestData> {
    private static final int TELLS_NOT_FOUND_FROM = 6;

    private final GroupPort port;

    /// @param port the way to the coordinators
    public DescribeGroupsHandler(GroupPort port) {
        this.port = port;
    }

    @Override
    public void handle(Request request, DescribeGroupsRequestData body) {
        List<String> ids = new ArrayList<>(new LinkedHashSet<>(body.groups()));
        var answers = new GroupAnswers<DescribedGroup>(ids.size(), groups ->
                request.reply(new DescribeGroupsResponseData().setGroups(groups)));
        int version = request.header().requestApiVersion();
        Slices.each(request.loop(), ids.size(), index -> {
            String groupId = ids.get(index);
            port.submit(groupId, new DescribeClassic(groupId), request.loop(), answer -> {
                var group = inVersion(group(groupId, answer), version);
                if (body.includeAuthorizedOperations() && isThere(group)) {
                    group.setAuthorizedOperations(GroupOperations.ALL);
                }
                answers.put(index, group);
            });
        }, () -> { });
    }

    private static boolean isThere(DescribedGroup group) {
        return group.errorCode() == Errors.NONE.code();
    }

    private static DescribedGroup group(String groupId, GroupReply answer) {
        return answer instanceof Described(var group)
                ? group
                : new DescribedGroup().setGroupId(groupId)
                        .setErrorCode(Refusals.error(answer).code());
    }

    /// Up to version 5, a group that is not there is a dead one, and no error.
    private static DescribedGroup inVersion(DescribedGroup group, int version) {
        if (version >= TELLS_NOT_FOUND_FROM) {
            return group;
        }
        boolean notFound = group.errorCode() == Errors.GROUP_ID_NOT_FOUND.code();
        return group.setErrorMessage(null)
                .setErrorCode(notFound ? Errors.NONE.code() : group.errorCode());
    }
}
