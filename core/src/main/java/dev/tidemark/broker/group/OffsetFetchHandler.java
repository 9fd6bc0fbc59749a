package dev.tidemark.broker.group;

import dev.tidemark.broker.Handler;
import dev.tidemark.broker.Request;
import dev.tidemark.coord.group.command.GroupCommand.FetchOffsets;
import dev.tidemark.coord.group.command.GroupReply;
import dev.tidemark.coord.group.command.GroupReply.Fetched;
import dev.tidemark.coord.group.command.TopicsView;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.OffsetFetchRequestData;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestGroup;
import org.apache.kafka.common.message.OffsetFetchResponseData;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponseGroup;
import org.apache.kafka.common.protocol.Errors;

/// Serves OffsetFetch: one group up to version 7, several from 8 on, by topic id from 10 on.
///
/// Every version is asked of the coordinators as groups; [SingleGroupOffsets] bends the old ones.
public final class OffsetFetchHandler implements Handler<OffsetFetchRequestData> {
    private static final int BATCHED_FROM = 8;
    private static final int BY_ID_FROM = 10;

    private final GroupPort port;
    private final Supplier<TopicsView> topics;

    /// @param port the way to the coordinators
    /// @param topics the topics as of now
    public OffsetFetchHandler(GroupPort port, Supplier<TopicsView> topics) {
        this.port = port;
        this.topics = topics;
    }

    @Override
    public void handle(Request request, OffsetFetchRequestData body) {
        int version = request.header().requestApiVersion();
        if (version < BATCHED_FROM) {
            var group = SingleGroupOffsets.toGroup(body);
            fetch(request, group, answer -> request.reply(
                    SingleGroupOffsets.toResponse(group, answer, version)));
            return;
        }
        List<OffsetFetchRequestGroup> groups = withoutRepeats(body.groups());
        var answers = new GroupAnswers<OffsetFetchResponseGroup>(groups.size(), all ->
                request.reply(new OffsetFetchResponseData().setGroups(all)));
        for (int i = 0; i < groups.size(); i++) {
            int index = i;
            if (version >= BY_ID_FROM) {
                fetchById(request, groups.get(i), answer -> answers.put(index, answer));
            } else {
                fetch(request, groups.get(i), answer -> answers.put(index, answer));
            }
        }
    }

    /// A group of which everything is asked is asked once, however often it is named: a short
    /// request gets no endless answer.
    private static List<OffsetFetchRequestGroup> withoutRepeats(
            List<OffsetFetchRequestGroup> groups) {
        Set<String> whole = new HashSet<>();
        List<OffsetFetchRequestGroup> once = new ArrayList<>(groups.size());
        for (var group : groups) {
            if (group.topics() != null || whole.add(group.groupId())) {
                once.add(group);
            }
        }
        return once;
    }

    private void fetchById(Request request, OffsetFetchRequestGroup group, Answer then) {
        TopicsView view = topics.get();
        var unknown = UnknownTopics.takeOut(group, view);
        fetch(request, group, answer -> {
            answer.topics().removeIf(topic -> {
                topic.setTopicId(view.idOf(topic.name()));
                return topic.topicId().equals(Uuid.ZERO_UUID);
            });
            if (answer.errorCode() == Errors.NONE.code()) {
                answer.topics().addAll(unknown);
            }
            then.accept(answer);
        });
    }

    private void fetch(Request request, OffsetFetchRequestGroup group, Answer then) {
        Errors error = GroupNames.checkOffsets(group.groupId());
        if (error != Errors.NONE) {
            then.accept(refusal(group, error));
            return;
        }
        port.submit(group.groupId(), new FetchOffsets(group, topics.get()), request.loop(),
                answer -> then.accept(response(group, answer)));
    }

    private static OffsetFetchResponseGroup response(
            OffsetFetchRequestGroup group, GroupReply answer) {
        return answer instanceof Fetched(var response)
                ? response : refusal(group, Refusals.error(answer));
    }

    private static OffsetFetchResponseGroup refusal(OffsetFetchRequestGroup group, Errors error) {
        return new OffsetFetchResponseGroup()
                .setGroupId(group.groupId()).setErrorCode(error.code());
    }

    @FunctionalInterface
    private interface Answer {
        void accept(OffsetFetchResponseGroup answer);
    }
}
