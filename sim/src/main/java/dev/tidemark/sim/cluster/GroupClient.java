package dev.tidemark.sim.cluster;

import dev.tidemark.base.Prng;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.kafka.common.message.FindCoordinatorRequestData;
import org.apache.kafka.common.message.FindCoordinatorResponseData;
import org.apache.kafka.common.message.OffsetCommitRequestData;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestPartition;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestTopic;
import org.apache.kafka.common.message.OffsetCommitResponseData;
import org.apache.kafka.common.message.OffsetFetchRequestData;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestGroup;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestTopics;
import org.apache.kafka.common.message.OffsetFetchResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;

/// A member of a group whose coordinator moves: finds it, joins, beats, commits offsets and reads
/// them back, leaves or dies without a word and begins anew. One protocol's steps are in each
/// subtype.
abstract sealed class GroupClient permits ClassicGroupClient, ModernGroupClient {
    private static final int LONGEST_PAUSE_MS = 400;
    private static final int NOBODY = -1;

    final WholeClusterWorld world;
    final ClusterRig rig;
    final Prng prng;
    final GroupBook book;
    final RoamingClient caller;
    private int coordinator = NOBODY;
    /// Commits and reads that have gone well since it was last asked to settle.
    private int unsettled;

    GroupClient(WholeClusterWorld world, Prng prng, String name, GroupBook book) {
        this.world = world;
        this.rig = world.rig();
        this.prng = prng;
        this.book = book;
        caller = new RoamingClient(rig, prng.split(), name);
        caller.repeat(LONGEST_PAUSE_MS, this::step);
    }

    private void step() {
        TopicLife topic = world.topics().get(prng.nextInt(world.topics().size()));
        if (caller.underWay() > 0) {
            return;
        }
        if (coordinator == NOBODY) {
            find();
        } else if (!isIn()) {
            join();
        } else if (world.isBusy() && prng.chance(1, 60)) {
            rig.note(caller.name() + " dies", 0);
            out(true);
        } else if (world.isBusy() && prng.chance(1, 30)) {
            leave();
        } else if (!topic.isUsable() || prng.chance(1, 2)) {
            beat();
        } else if (world.isBusy() && prng.chance(2, 3)) {
            commit(topic, prng.nextInt(topic.logs.size()));
        } else {
            fetch(topic, prng.nextInt(topic.logs.size()));
        }
    }

    private void find() {
        caller.ask(caller.anyNode(), ApiKeys.FIND_COORDINATOR, new FindCoordinatorRequestData()
                .setCoordinatorKeys(List.of(book.toString())),
                (FindCoordinatorResponseData answer) -> {
                    var found = answer.coordinators().getFirst();
                    boolean isThere = found.errorCode() == Errors.NONE.code();
                    coordinator = isThere ? found.nodeId() : NOBODY;
                }, () -> { });
    }

    /// Asks the coordinator; whoever gives no answer is it no more.
    final <R extends ApiMessage> void ask(ApiKeys api, ApiMessage request, Consumer<R> answered) {
        caller.ask(coordinator, api, request, answered, () -> coordinator = NOBODY);
    }

    private void commit(TopicLife topic, int partition) {
        ReplicatedLog log = topic.logs.get(partition);
        GroupBook.Commit commit = book.begin(log);
        rig.note("commits " + book + " " + log, commit.offset);
        var request = new OffsetCommitRequestData().setGroupId(book.toString())
                .setMemberId(memberId()).setGenerationIdOrMemberEpoch(epoch()).setTopics(List.of(
                        new OffsetCommitRequestTopic().setName(topic.name)
                                .setTopicId(topic.id()).setPartitions(List.of(
                                        new OffsetCommitRequestPartition()
                                                .setPartitionIndex(partition)
                                                .setCommittedOffset(commit.offset)
                                                .setCommittedMetadata("")))));
        this.<OffsetCommitResponseData>ask(ApiKeys.OFFSET_COMMIT, request, answer -> {
            Errors error = Errors.forCode(answer.topics().getFirst().partitions().getFirst()
                    .errorCode());
            rig.note("committed " + book + " " + log + " " + error, commit.offset);
            if (error == Errors.NONE) {
                book.end(commit, true);
            } else if (isAboutMember(error) || error == Errors.UNKNOWN_TOPIC_ID) {
                book.end(commit, false);
            } else {
                // It may have been appended before its coordinator was no more.
                coordinator = NOBODY;
            }
        });
    }

    private void fetch(TopicLife topic, int partition) {
        ReplicatedLog log = topic.logs.get(partition);
        fetch(topic, List.of(partition), offsets -> rig.note("finds " + book + " " + log,
                offsets.get(partition)));
    }

    private void fetch(TopicLife topic, List<Integer> partitions,
            Consumer<Map<Integer, Long>> then) {
        long since = book.present();
        var request = new OffsetFetchRequestData().setGroups(List.of(
                new OffsetFetchRequestGroup().setGroupId(book.toString()).setTopics(List.of(
                        new OffsetFetchRequestTopics().setName(topic.name)
                                .setTopicId(topic.id()).setPartitionIndexes(partitions)))));
        this.<OffsetFetchResponseData>ask(ApiKeys.OFFSET_FETCH, request, answer -> {
            var found = answer.groups().getFirst();
            Errors error = Errors.forCode(found.errorCode());
            if (error != Errors.NONE) {
                goesOn("finds", error, 0);
                return;
            }
            Map<Integer, Long> offsets = new TreeMap<>();
            for (var offset : found.topics().getFirst().partitions()) {
                if (offset.errorCode() == Errors.NONE.code() && topic.isUsable()) {
                    book.found(topic.logs.get(offset.partitionIndex()), since,
                            offset.committedOffset());
                    offsets.put(offset.partitionIndex(), offset.committedOffset());
                }
            }
            if (offsets.size() == partitions.size()) {
                then.accept(offsets);
            }
        });
    }

    /// Reads all that is committed, until it has been told.
    ///
    /// @param into by log; empty until then
    void readAll(Map<ReplicatedLog, Long> into) {
        into.clear();
        unsettled = 0;
        for (TopicLife topic : world.topics()) {
            List<Integer> all = new ArrayList<>();
            for (int i = 0; i < topic.logs.size(); i++) {
                all.add(i);
            }
            unsettled++;
            readAll(topic, all, into);
        }
    }

    private void readAll(TopicLife topic, List<Integer> partitions,
            Map<ReplicatedLog, Long> into) {
        caller.insist(() -> {
            if (coordinator != NOBODY) {
                fetch(topic, partitions, offsets -> {
                    boolean isNew = false;
                    for (int partition : partitions) {
                        isNew |= into.put(topic.logs.get(partition), offsets.get(partition))
                                == null;
                    }
                    unsettled -= isNew ? 1 : 0;
                });
            }
        }, () -> topic.isUsable() && !into.containsKey(topic.logs.getFirst()));
    }

    /// True when what [#readAll] asked for has been told.
    boolean hasReadAll() {
        return unsettled == 0;
    }

    /// True if it is a member, as far as it knows.
    abstract boolean isIn();

    abstract void join();

    abstract void beat();

    abstract void leave();

    /// It is no member any more, as far as it knows.
    ///
    /// @param forgotten true if nothing is left by which the group would know it
    abstract void out(boolean forgotten);

    abstract String memberId();

    /// Its generation, or member epoch.
    abstract int epoch();

    /// The group has gone on without it.
    abstract void mustCatchUp();

    /// @return true if the error says that it has to join again, which it then will
    private boolean isAboutMember(Errors error) {
        switch (error) {
            case UNKNOWN_MEMBER_ID -> out(true);
            case ILLEGAL_GENERATION, FENCED_MEMBER_EPOCH -> out(false);
            case REBALANCE_IN_PROGRESS, STALE_MEMBER_EPOCH -> mustCatchUp();
            default -> {
                return false;
            }
        }
        return true;
    }

    /// @return true if the answer is one to go on with
    final boolean goesOn(String what, Errors error, long value) {
        rig.note(caller.name() + " of " + book + " " + what + " " + error, value);
        if (error != Errors.NONE && !isAboutMember(error)) {
            coordinator = NOBODY;
        }
        return error == Errors.NONE;
    }
}
