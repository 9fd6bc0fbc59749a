package dev.tidemark.quorum;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.base.Marks;
import dev.tidemark.io.Disk;
import dev.tidemark.log.segment.CorruptFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.raft.ElectionState;
import org.apache.kafka.raft.QuorumStateStore;
import org.apache.kafka.raft.generated.QuorumStateData;
import org.apache.kafka.server.common.KRaftVersion;

/// The term and the vote: on disk before anybody hears of either.
///
/// Confined to the quorum's loop. Blocks.
final class VoteFile implements QuorumStateStore {
    static final String NAME = "quorum-state";

    private static final short WITHOUT_VOTERS = 1;
    private static final String VERSION = "0";
    private static final int NOBODY = -1;

    private final Disk disk;
    private final String directory;
    private final String path;
    private int writtenEpoch = NOBODY;
    private int votedId = NOBODY;

    VoteFile(Disk disk, String directory) {
        this.disk = disk;
        this.directory = directory;
        this.path = directory + '/' + NAME;
    }

    @Override
    public Optional<ElectionState> readElectionState() {
        try {
            byte[] bytes = SyncedFile.read(disk, path);
            return bytes == null ? Optional.empty() : Optional.of(parse(bytes));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    @Override
    public void writeElectionState(ElectionState state, KRaftVersion version) {
        QuorumStateData data = state.toQuorumStateData(WITHOUT_VOTERS);
        check(data.leaderEpoch() >= writtenEpoch, "terms rise", data.leaderEpoch(), writtenEpoch);
        check(data.leaderEpoch() > writtenEpoch || votedId == NOBODY
                || data.votedId() == NOBODY || data.votedId() == votedId,
                "there is one vote in a term", data.votedId(), votedId);
        String body = "version=" + VERSION + "\nleader.id=" + data.leaderId()
                + "\nleader.epoch=" + data.leaderEpoch() + "\nvoted.id=" + data.votedId()
                + "\nvoted.directory.id=" + data.votedDirectoryId() + "\n";
        try {
            SyncedFile.write(disk, directory, NAME,
                    (body + "crc=" + crc(body)).getBytes(StandardCharsets.UTF_8));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        remember(data);
    }

    private void remember(QuorumStateData data) {
        votedId = data.leaderEpoch() == writtenEpoch && data.votedId() == NOBODY
                ? votedId : data.votedId();
        writtenEpoch = data.leaderEpoch();
    }

    @Override
    public Path path() {
        return Path.of(path);
    }

    @Override
    public void clear() {
        throw new UnsupportedOperationException("a vote is never forgotten");
    }

    private ElectionState parse(byte[] bytes) throws IOException {
        String text = new String(bytes, StandardCharsets.UTF_8);
        int end = text.lastIndexOf("crc=");
        Map<String, String> values = new HashMap<>();
        text.lines().filter(line -> line.indexOf('=') > 0).forEach(line -> values.put(
                line.substring(0, line.indexOf('=')), line.substring(line.indexOf('=') + 1)));
        if (end < 0 || !crc(text.substring(0, end)).equals(values.get("crc"))) {
            throw new CorruptFile(path + " says no longer for whom this node has voted");
        }
        if (!VERSION.equals(values.get("version"))) {
            throw new IOException(path + " has version " + values.get("version")
                    + ", and this release reads version " + VERSION);
        }
        var data = new QuorumStateData()
                .setLeaderId(Integer.parseInt(values.get("leader.id")))
                .setLeaderEpoch(Integer.parseInt(values.get("leader.epoch")))
                .setVotedId(Integer.parseInt(values.get("voted.id")))
                .setVotedDirectoryId(Uuid.fromString(values.get("voted.directory.id")));
        remember(data);
        return ElectionState.fromQuorumStateData(withoutLostVote(data));
    }

    /// A vote for somebody else than who was elected has done its work: nobody is elected in this
    /// term any more, with it or without. kafka-raft takes a node that has voted for itself for a
    /// candidate when it starts, although it knows who leads, and even if it is a voter no more; if
    /// its log holds records of the term, the others refuse what it asks as invalid, and it stops.
    private static QuorumStateData withoutLostVote(QuorumStateData data) {
        boolean isLost = data.leaderId() != NOBODY && data.votedId() != NOBODY
                && data.votedId() != data.leaderId();
        if (isLost) {
            Marks.hit("a vote that was lost is forgotten");
            data.setVotedId(NOBODY).setVotedDirectoryId(Uuid.ZERO_UUID);
        }
        return data;
    }

    private static String crc(String body) {
        var crc = new CRC32C();
        crc.update(body.getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().toHexDigits((int) crc.getValue());
    }
}
