package dev.tidemark.control;

import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;

/// What is known about one configuration key.
///
/// Immutable. Does no I/O.
///
/// @param name the key
/// @param type how its text is read
/// @param defaultValue parsed; null if there is none
/// @param validator what is allowed, or null for anything of the type
/// @param synonyms the broker keys that give a topic key its default, the strongest first
/// @param mutability whether a running broker takes a new value
/// @param documentation for a person
public record ConfigSpec(
        String name,
        ConfigDef.Type type,
        Object defaultValue,
        ConfigDef.Validator validator,
        List<Synonym> synonyms,
        Mutability mutability,
        String documentation) {
    /// A broker key that a topic key takes its default from.
    ///
    /// @param key the broker's key
    /// @param factor what its value is multiplied with: 60 000 for minutes where the topic has ms
    public record Synonym(String key, long factor) {
        /// The broker's text in the topic's unit. A negative number stands for no bound in every
        /// unit.
        String convert(String text) {
            if (factor == 1) {
                return text;
            }
            long value = Long.parseLong(text.trim());
            return Long.toString(value < 0 ? -1 : Math.multiplyExact(value, factor));
        }
    }

    /// Whether a running broker takes a new value.
    public enum Mutability {
        /// By DescribeConfigs and IncrementalAlterConfigs, at run time.
        DYNAMIC,
        /// Only in the file, at the next start.
        READ_ONLY
    }

    /// A key that may change at run time.
    static ConfigSpec of(String name, ConfigDef.Type type, Object defaultValue,
            ConfigDef.Validator validator, String documentation) {
        return new ConfigSpec(name, type, defaultValue, validator, List.of(),
                Mutability.DYNAMIC, documentation);
    }

    /// This key with a broker key behind those that it already takes its default from.
    ConfigSpec orBroker(String key, long factor) {
        var all = new ArrayList<>(synonyms);
        all.add(new Synonym(key, factor));
        return new ConfigSpec(name, type, defaultValue, validator, List.copyOf(all), mutability,
                documentation);
    }

    /// This key, taking its default from the broker key.
    ConfigSpec orBroker(String key) {
        return orBroker(key, 1);
    }

    /// This key, settable only in the file.
    ConfigSpec readOnly() {
        return new ConfigSpec(name, type, defaultValue, validator, synonyms,
                Mutability.READ_ONLY, documentation);
    }

    /// Reads and checks a value.
    ///
    /// @throws ConfigException if it is not of the type, or not allowed; says key, value and why
    public Object parse(String text) {
        var value = ConfigDef.parseType(name, text, type);
        if (validator != null) {
            validator.ensureValid(name, value);
        }
        return value;
    }

    /// The default as text; null if there is none.
    public String defaultText() {
        return ConfigDef.convertToString(defaultValue, type);
    }

    /// True for values that are never shown.
    public boolean isSensitive() {
        return type == ConfigDef.Type.PASSWORD;
    }
}
