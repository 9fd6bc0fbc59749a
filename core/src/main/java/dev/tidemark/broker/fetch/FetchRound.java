package dev.tidemark.broker.fetch;

import dev.tidemark.base.Limits;
import dev.tidemark.base.Marks;
import dev.tidemark.broker.Request;
import dev.tidemark.broker.throttle.ReplicationThrottle;
import dev.tidemark.io.Loop;
import dev.tidemark.io.Offload;
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
/// Near the end of a log it reads on the connection's loop, without a hop; where files have to be
/// looked at, all of the request is read through Offload, bytes to be sent included.
///
/// Confined to the connection's loop, but for the reading of files.
final class FetchRound {
    private final Request request;
    private final FetchRequestData asked;
    private final FetchSession session;
    private final FetchWatch watch;
    private final boolean incremental;
    private final Asker asker;
    private final FetchHandler.Cluster cluster;
    private final int maxBytes;
    private final Offload offload;
    private final Parking parking;
    /// The room that it has taken in the parking.
    private long parkedBytes;
    private Loop.Timer timer;
    private Stage stage = Stage.NEW;
    /// It has been looked for records: all logs are open, or it has waited for them long enough.
    private boolean begun;
    /// True while files are read: the items are not this loop's.
    private boolean reading;
    /// Somebody has woken the round while files were read.
    private boolean woken;

    /// How far it is.
    private enum Stage {
        /// Not looked yet.
        NEW,
        /// Looks again when there is more.
        PARKED,
        /// Whatever there is, is the answer.
        OVERDUE,
        ANSWERED
    }

    FetchRound(Request request, FetchRequestData asked, FetchSession session, FetchWatch watch,
            boolean incremental, Answering means) {
        this.request = request;
        this.asked = asked;
        this.session = session;
        this.watch = watch;
        this.incremental = incremental;
        this.asker = Asker.of(asked, request.header().requestApiVersion());
        this.cluster = means.cluster();
        this.maxBytes = Math.clamp(asked.maxBytes(), 0, means.maxBytes());
        this.offload = means.offload();
        this.parking = means.parking();
    }

    /// What a node answers fetches with.
    ///
    /// @param maxBytes the most that one answer holds, unless a single batch is longer
    /// @param offload where files are read
    /// @param parking where the loop's fetches wait
    /// @param cluster what there is besides this node
    record Answering(int maxBytes, Offload offload, Parking parking,
            FetchHandler.Cluster cluster) {
    }

    /// Serves it: at once if all logs are open, else as soon as their loops have opened them.
    void start() {
        session.begin(this);
        watch.take();
        List<Partition> closed = new ArrayList<>(0);
        for (FetchItem item : session.items()) {
            Partition partition = item.partition();
            if (partition != null && partition.view() == null) {
                closed.add(partition);
            }
        }
        if (closed.isEmpty()) {
            begin();
        } else {
            openAll(closed);
        }
    }

    private void openAll(List<Partition> closed) {
        var left = new AtomicInteger(closed.size());
        for (Partition partition : closed) {
            partition.loop().execute(() -> partition.whenOpen(() -> {
                if (left.decrementAndGet() == 0) {
                    request.loop().execute(this::begin);
                }
            }));
        }
        timer = request.loop().schedule(Math.max(asked.maxWaitMs(), Limits.LEAST_TIMEOUT_MS),
                this::beginWithout);
    }

    /// What is still being opened keeps the other partitions waiting no longer.
    private void beginWithout() {
        if (!begun) {
            Marks.hit("fetch goes on without a log that is being opened");
            begin();
        }
    }

    private void begin() {
        if (begun) {
            return;
        }
        begun = true;
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
        if (asker.isReplica()) {
            var report = new ReplicaReport(asker);
            for (FetchItem item : session.items()) {
                item.report(asker, report);
            }
            report.send();
        }
        look();
    }

    private void look() {
        hold();
        if (!needsFiles()) {
            looked(readAll());
            return;
        }
        Marks.hit("fetch reads files");
        reading = true;
        offload.<Long>run(request.loop(), this::readFiles, (bytes, failure) -> {
            reading = false;
            if (failure != null) {
                session.items().forEach(FetchItem::fail);
            }
            looked(failure == null ? bytes : 0);
        });
    }

    /// Says once for each look what is held back: time goes on while files are read.
    private void hold() {
        ReplicationThrottle throttle = cluster.throttle();
        boolean isOn = asker.isReplica() && throttle.isOn();
        if (session.isThrottled(isOn)) {
            boolean full = isOn && throttle.waitMs(request.loop().clock()) > 0;
            for (FetchItem item : session.items()) {
                item.hold(asker, throttle, full);
            }
        }
    }

    private boolean needsFiles() {
        for (FetchItem item : session.items()) {
            if (item.needsFiles(asker.end())) {
                return true;
            }
        }
        return false;
    }

    private long readFiles() {
        long bytes = readAll();
        for (FetchItem item : session.items()) {
            item.warm(request.loop().clock());
            if (asker.isReplica()) {
                item.verify();
            }
        }
        return bytes;
    }

    private long readAll() {
        long bytes = 0;
        for (FetchItem item : session.items()) {
            bytes += item.read((int) (maxBytes - bytes), bytes == 0, asker, cluster);
        }
        return bytes;
    }

    private void looked(long bytes) {
        if (stage == Stage.OVERDUE || enough(bytes) || asked.maxWaitMs() <= 0
                || watch.isClosed()) {
            answer();
        } else if (stage == Stage.NEW) {
            park();
        } else if (woken) {
            awaitMore();
        }
    }

    private void park() {
        long cost = Parking.cost(request.frame().bytes().remaining());
        if (!parking.enter(cost)) {
            Marks.hit("a fetch finds no place to wait");
            answer();
            return;
        }
        parkedBytes = cost;
        request.park();
        stage = Stage.PARKED;
        watch.watchAll(session.items(), session.items().size(), asker.end());
        timer = request.loop().schedule(waitMs(), this::timedOut);
        awaitMore();
    }

    /// No longer than until there is room again for what is held back.
    private long waitMs() {
        for (FetchItem item : session.items()) {
            if (item.isHeldBack()) {
                Marks.hit("a fetch waits for its throttle");
                return Math.clamp(cluster.throttle().waitMs(request.loop().clock()), 1,
                        asked.maxWaitMs());
            }
        }
        return asked.maxWaitMs();
    }

    /// Arms the watch, then looks once more: what came in between would not be told.
    private void awaitMore() {
        woken = false;
        watch.arm(this::advanced);
        look();
    }

    private void advanced() {
        if (stage == Stage.ANSWERED) {
            return;
        }
        woken = true;
        if (!reading) {
            look();
        }
    }

    private void timedOut() {
        timer = null;
        hurry();
    }

    /// Whatever there is, is the answer.
    void hurry() {
        // One whose logs are still being opened looks when they are.
        boolean parked = stage == Stage.PARKED;
        if (stage != Stage.ANSWERED) {
            stage = Stage.OVERDUE;
            if (parked && !reading) {
                look();
            }
        }
    }

    private boolean enough(long bytes) {
        if (bytes >= asked.minBytes() || session.items().isEmpty()) {
            return true;
        }
        for (FetchItem item : session.items()) {
            if (item.failed() || item.isElsewhere() || (asker.isReplica() && item.isNews())) {
                return true;
            }
        }
        return false;
    }

    private void answer() {
        stage = Stage.ANSWERED;
        parking.leave(parkedBytes);
        watch.release();
        if (timer != null) {
            timer.cancel();
        }
        FetchResponseData response = response();
        if (isElsewhere()) {
            cluster.hints().addTo(request, response);
        }
        request.reply(response);
        session.rotate();
        session.end();
    }

    private boolean isElsewhere() {
        for (FetchItem item : session.items()) {
            if (item.failed()) {
                return true;
            }
        }
        return false;
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
            topic.partitions().add(item.answer(asker));
            if (item.isThrottled() && item.hasRecords()) {
                cluster.throttle().took(item.length(), request.loop().clock());
            }
        }
        return new FetchResponseData().setSessionId(session.id()).setResponses(topics);
    }
}
