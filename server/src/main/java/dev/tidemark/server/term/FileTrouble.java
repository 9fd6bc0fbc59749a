package dev.tidemark.server.term;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/// What is wrong with a file, in words: many of Java's own messages are the file's name alone.
///
/// Stateless.
public final class FileTrouble {
    private FileTrouble() {
    }

    /// The file, where it is known, and what is wrong with it.
    public static String say(IOException failure) {
        return failure instanceof FileSystemException trouble && trouble.getFile() != null
                ? trouble.getFile() + ": " + reason(failure) : reason(failure);
    }

    /// What is wrong, for those who named the file already.
    public static String reason(IOException failure) {
        return switch (failure) {
            case NoSuchFileException _ -> "there is no such file or directory";
            case AccessDeniedException _ -> "permission denied";
            case FileAlreadyExistsException _ -> "it is a file, and no directory";
            case NotDirectoryException _ -> "it is no directory";
            case FileSystemException trouble when trouble.getReason() != null ->
                    trouble.getReason();
            default -> failure.getMessage() == null
                    ? failure.getClass().getSimpleName() : failure.getMessage();
        };
    }
}
