package dev.tidemark.broker.group;

import dev.tidemark.base.RowSpread;
import dev.tidemark.broker.Handler;
import dev.tidemark.broker.Request;
import dev.tidemark.broker.Slices;
import dev.tidemark.coord.group.command.GroupCommand.DeleteGroup;
import dev.tidemark.coord.group.command.GroupReply;
import dev.tidemark.coord.group.command.GroupReply.Deleted;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import org.apache.kafka.common.message.DeleteGroupsRequestData;
import org.apache.kafka.common.message.DeleteGroupsResponseData;
import org.apache.kafka.common.message.DeleteGroupsResponseData.DeletableGroupResult;

/// Serves DeleteGroups. A group that is named twice is deleted once.
public final class DeleteGroupsHandler implements Handler<DeleteGroupsRequestData> {
    private final GroupPort port;

    /// @param port the way to the coordinators
    public DeleteGroupsHandler(GroupPort port) {
        this.port = port;
    }

    @Override
    public void handle(Request request, DeleteGroupsRequestData body) {
        List<String> groups = new ArrayList<>(new LinkedHashSet<>(body.groupsNames()));
        var answers = new GroupAnswers<DeletableGroupResult>(groups.size(), results ->
                request.reply(response(results)));
        Slices.each(request.loop(), groups.size(), index -> {
            String groupId = groups.get(index);
            port.submit(groupId, new DeleteGroup(groupId), request.loop(),
                    answer -> answers.put(index, result(groupId, answer)));
        }, () -> { });
    }

    private static DeleteGroupsResponseData response(List<DeletableGroupResult> results) {
        var response = new DeleteGroupsResponseData();
        for (var result : results) {
            response.results().add(new Row(response.results().size())
                    .setGroupId(result.groupId())
                    .setErrorCode(result.errorCode())
                    .setErrorMessage(result.errorMessage()));
        }
        return response;
    }

    private static DeletableGroupResult result(String groupId, GroupReply answer) {
        return answer instanceof Deleted(var result)
                ? result
                : new DeletableGroupResult().setGroupId(groupId)
                        .setErrorCode(Refusals.error(answer).code());
    }

    /// A row that lies in the answer's table by its number, see [RowSpread].
    private static final class Row extends DeletableGroupResult {
        private final int number;

        Row(int number) {
            this.number = number;
        }

        @Override
        public int hashCode() {
            return RowSpread.of(number);
        }

        @Override
        public boolean equals(Object other) {
            return this == other;
        }
    }
}
