package dev.tidemark.server.config;

import dev.tidemark.server.term.FileTrouble;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/// Reads `server.properties` and `key=value` from the command line.
///
/// Stateless. Reads files.
public final class ConfigFile {
    private ConfigFile() {
    }

    /// The keys and values of a Java properties file.
    ///
    /// @throws InvalidConfig if there is no such file, or it cannot be read
    public static Map<String, String> read(Path path) {
        var properties = new Properties();
        try (Reader reader = Files.newBufferedReader(path, StandardCharsets.UTF_8)) {
            properties.load(reader);
        } catch (NoSuchFileException missing) {
            throw new InvalidConfig("there is no configuration file " + path);
        } catch (IOException | IllegalArgumentException unreadable) {
            throw new InvalidConfig("the configuration file " + path + " cannot be read: "
                    + (unreadable instanceof IOException failure ? FileTrouble.reason(failure)
                            : unreadable.getMessage()));
        }
        Map<String, String> values = new HashMap<>();
        properties.forEach((key, value) -> values.put((String) key, ((String) value).strip()));
        return values;
    }

    /// Puts each `key=value` over what is there.
    ///
    /// @throws InvalidConfig for one that is not of that form
    public static void override(Map<String, String> values, List<String> assignments) {
        for (String assignment : assignments) {
            int equals = assignment.indexOf('=');
            if (equals < 1) {
                throw new InvalidConfig("-o " + assignment + ": key=value is expected");
            }
            values.put(assignment.substring(0, equals).strip(),
                    assignment.substring(equals + 1).strip());
        }
    }
}
