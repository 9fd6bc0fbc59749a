package dev.tidemark.server.term;

import java.util.Iterator;
import java.util.Map;

/// Writes maps, lists, strings, numbers, booleans and null as JSON on one line.
///
/// Stateless.
public final class JsonText {
    private JsonText() {
    }

    /// The value's text.
    ///
    /// @param value also of values within: a map is written in its own order
    public static String of(Object value) {
        var text = new StringBuilder();
        write(text, value);
        return text.toString();
    }

    private static void write(StringBuilder text, Object value) {
        switch (value) {
            case null -> text.append("null");
            case Map<?, ?> map -> writeMap(text, map);
            case Iterable<?> list -> writeList(text, list);
            case Number number -> text.append(number);
            case Boolean flag -> text.append(flag);
            default -> writeString(text, value.toString());
        }
    }

    private static void writeMap(StringBuilder text, Map<?, ?> map) {
        text.append('{');
        String separator = "";
        for (var entry : map.entrySet()) {
            text.append(separator);
            writeString(text, entry.getKey().toString());
            text.append(':');
            write(text, entry.getValue());
            separator = ",";
        }
        text.append('}');
    }

    private static void writeList(StringBuilder text, Iterable<?> list) {
        text.append('[');
        for (Iterator<?> values = list.iterator(); values.hasNext();) {
            write(text, values.next());
            if (values.hasNext()) {
                text.append(',');
            }
        }
        text.append(']');
    }

    private static void writeString(StringBuilder text, String value) {
        text.append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '"' -> text.append("\\\"");
                case '\\' -> text.append("\\\\");
                case '\n' -> text.append("\\n");
                case '\r' -> text.append("\\r");
                case '\t' -> text.append("\\t");
                default -> {
                    if (c < ' ') {
                        text.append(String.format("\\u%04x", (int) c));
                    } else {
                        text.append(c);
                    }
                }
            }
        }
        text.append('"');
    }
}
