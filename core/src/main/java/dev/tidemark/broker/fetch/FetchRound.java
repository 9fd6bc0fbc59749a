package dev.tidemark.broker.fetch;

import dev.tidemark.broker.Request;
import dev.tidemark.io.Loop;
import dev.tidemark.replica.Partition;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.FetchResponseData.FetchableTopicResponse;

/// One fetch request being served: reads, and if that is too little waits for more or for its
/// time to be over.
///
/// Confined to the connection's loop.
final class FetchRound {
    private final Request request;
    private final FetchRequestData asked;
    private final FetchSession session;
    private final FetchWatch watch;
    private final boolean incremental;
    private final boolean committedOnly;
    private final int maxBytes;
    private Loop.Timer timer;
    private boolean answered;

    FetchRound(Request request, FetchRequestData asked, FetchSession session, FetchWatch watch,
            boolean incremental, int maxBytes) {
        this.request = request;
        this.asked = asked;
        this.session = session;
        this.watch = watch;
        this.incremental = incremental;
        this.committedOnly = asked.isolationLevel() == 1;
        this.maxBytes = Math.clamp(asked.maxBytes(), 0, maxBytes);
    }

    /// Serves it: at once if all logs are open, else as soon as their loops have opened them.
    void start() {
        session.busy(true);
        watch.take();
        List<Partition> closed = new ArrayList<>(0);
        for (FetchItem item : session.items()) {
            Partition partition = item.partition();
            if (partition != null && partition.view() == null) {
                closed.add(partition);
            }
        }
        if (closed.isEmpty()) {
            attempt();
        } else {
            openAll(closed);
        }
    }

    private void openAll(List<Partition> closed) {
        var left = new AtomicInteger(closed.size());
        for (Partition partition : closed) {
            partition.loop().execute(() -> {
                partition.open();
                if (left.decrementAndGet() == 0) {
                    request.loop().execute(this::attempt);
                }
            });
        }
    }

    private void attempt() {
        if (enough(readAll()) || asked.maxWaitMs() <= 0 || watch.isClosed()) {
            answer();
            return;
        }
        watch.watchAll(session.items(), session.items().size());
        timer = request.loop().schedule(asked.maxWaitMs(), this::timedOut);
        awaitMore();
    }

    /// Arms the watch, then looks once more: what came in between would not be told.
    private void awaitMore() {
        watch.arm(this::advanced);
        if (enough(readAll())) {
            answer();
        }
    }

    private void advanced() {
        if (answered) {
            return;
        }
        if (enough(readAll()) || watch.isClosed()) {
            answer();
        } else {
            awaitMore();
        }
    }

    private void timedOut() {
        timer = null;
        if (!answered) {
            readAll();
            answer();
        }
    }

    private long readAll() {
        long bytes = 0;
        for (FetchItem item : session.items()) {
            bytes += item.read((int) (maxBytes - bytes), committedOnly, bytes == 0);
        }
        return bytes;
    }

    private boolean enough(long bytes) {
        if (bytes >= asked.minBytes() || session.items().isEmpty()) {
            return true;
        }
        for (FetchItem item : session.items()) {
            if (item.failed()) {
                return true;
            }
        }
        return false;
    }

    private void answer() {
        answered = true;
        watch.release();
        if (timer != null) {
            timer.cancel();
        }
        session.busy(false);
        request.reply(response());
        session.rotate();
    }

    private FetchResponseData response() {
        var topics = new ArrayList<FetchableTopicResponse>();
        FetchableTopicResponse topic = null;
        for (FetchItem item : session.items()) {
            if (incremental && !item.isNews()) {
                continue;
            }
            if (topic == null || !topic.topicId().equals(item.topicId)
                    || !topic.topic().equals(item.topic)) {
                topic = new FetchableTopicResponse().setTopic(item.topic)
                        .setTopicId(item.topicId);
                topics.add(topic);
            }
            topic.partitions().add(item.answer(committedOnly));
        }
        return new FetchResponseData().setSessionId(session.id()).setResponses(topics);
    }
}
