package dev.tidemark.server.disk;

import static dev.tidemark.base.Invariant.check;
import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import dev.tidemark.base.Limits;
import dev.tidemark.io.Disk;
import dev.tidemark.io.DiskFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The real [Disk]: one data directory, held for this process while it is open.
///
/// Files are opened on use and closed by [OpenFiles]; handles follow renames through [Handles].
/// May be called from any thread.
public final class FileDisk implements Disk, AutoCloseable {
    private static final Set<OpenOption> CREATE_OPTIONS = Set.of(CREATE, READ, WRITE);
    private static final Set<OpenOption> OPEN_OPTIONS = Set.of(READ, WRITE);
    private static final Logger LOG = LoggerFactory.getLogger(FileDisk.class);

    private final Path root;
    private final DirectoryLock lock;
    private final OpenFiles openFiles;
    private final Handles handles = new Handles();

    private FileDisk(Path root, DirectoryLock lock, int openLimit) {
        this.root = root;
        this.lock = lock;
        openFiles = new OpenFiles(openLimit);
    }

    /// Takes the directory, creating it if it is missing.
    ///
    /// @throws DirectoryLocked if another process holds it
    public static FileDisk open(Path root) throws IOException {
        return open(root, Limits.OPEN_FILES);
    }

    /// As [#open(Path)].
    ///
    /// @param openLimit how many descriptors it keeps between uses, at least one
    public static FileDisk open(Path root, int openLimit) throws IOException {
        check(openLimit > 0, "a disk keeps at least one file open", openLimit);
        Files.createDirectories(root);
        return new FileDisk(root, DirectoryLock.take(root), openLimit);
    }

    /// Lends the channel of a file of this disk, to send from it.
    public FileLease borrow(DiskFile file) throws IOException {
        check(file instanceof StoredFile, "a borrowed file is one of a real disk");
        StoredFile stored = (StoredFile) file;
        return new FileLease(stored, stored.acquire());
    }

    /// How many descriptors are open, those on loan included.
    public int openCount() {
        return openFiles.count();
    }

    @Override
    public DiskFile open(String path) throws IOException {
        StoredFile file = new StoredFile(this, openFiles, path);
        boolean created = handles.changing(() -> {
            Path at = resolve(path);
            boolean missing = !Files.isRegularFile(at);
            if (missing) {
                // Who makes a file is about to write it.
                file.adopt(FileChannel.open(at, CREATE_OPTIONS));
            }
            handles.add(file);
            return missing;
        });
        if (created) {
            openFiles.opened(file);
        }
        return file;
    }

    @Override
    public List<String> list(String directory) throws IOException {
        try (Stream<Path> entries = Files.list(resolve(directory))) {
            return entries.map(entry -> entry.getFileName().toString())
                    .filter(name -> !name.equals(DirectoryLock.NAME))
                    .sorted()
                    .toList();
        } catch (NoSuchFileException missing) {
            return List.of();
        }
    }

    @Override
    public boolean exists(String path) throws IOException {
        return attributes(resolve(path)) != null;
    }

    @Override
    public void createDirectories(String directory) throws IOException {
        Files.createDirectories(resolve(directory));
    }

    @Override
    public void rename(String from, String to) throws IOException {
        handles.changing(() -> {
            Files.move(resolve(from), resolve(to), ATOMIC_MOVE);
            handles.moved(from, to);
            return to;
        });
    }

    @Override
    public void delete(String path) throws IOException {
        Path at = resolve(path);
        handles.changing(() -> {
            handles.lost(path);
            return path;
        });
        // Not with the names held: a large file takes long to free.
        deleteAll(at);
    }

    @Override
    public void syncDirectory(String directory) throws IOException {
        Path at = resolve(directory);
        if (!Files.isDirectory(at)) {
            throw new NotDirectoryException(directory);
        }
        try (FileChannel channel = FileChannel.open(at, READ)) {
            channel.force(true);
        }
    }

    @Override
    public long usableBytes() {
        return root.toFile().getUsableSpace();
    }

    @Override
    public String location() {
        return root.toAbsolutePath().normalize().toString();
    }

    @Override
    public long totalBytes() {
        return root.toFile().getTotalSpace();
    }

    /// Closes every file and lets go of the directory.
    @Override
    public void close() throws IOException {
        handles.all().forEach(StoredFile::close);
        lock.close();
    }

    /// Opens a file that must be there, under the name that it has now.
    FileChannel openChannel(StoredFile file) throws IOException {
        return handles.holdingStill(() -> {
            if (file.isLost()) {
                throw new NoSuchFileException(file.path(), null, "deleted or replaced");
            }
            return FileChannel.open(resolve(file.path()), OPEN_OPTIONS);
        });
    }

    void forget(StoredFile file) {
        handles.remove(file);
    }

    void closeFailed(String path, IOException failure) {
        LOG.warn("file={} close failed reason={}", path, failure.toString());
    }

    private Path resolve(String path) {
        Path resolved = root.resolve(path);
        // Most names have no dots in a row, and cannot lead out.
        check(!path.startsWith("/") && (!path.contains("..")
                || resolved.normalize().startsWith(root.normalize())), "a path stays on its disk");
        return resolved;
    }

    /// Null if nothing is there: without an exception, of which a new log would cost several.
    private static BasicFileAttributes attributes(Path path) throws IOException {
        return path.getFileSystem().provider().readAttributesIfExists(path,
                BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    }

    private static void deleteAll(Path path) throws IOException {
        if (attributes(path) == null) {
            return;
        }
        Files.walkFileTree(path, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                    throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, IOException failure)
                    throws IOException {
                if (failure != null) {
                    throw failure;
                }
                Files.delete(directory);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
