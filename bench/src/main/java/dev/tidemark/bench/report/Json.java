package dev.tidemark.bench.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Writes maps, lists, numbers, text and booleans as JSON; enough for results, nothing more.
public final class Json {
    private final StringBuilder text = new StringBuilder();

    private Json() {}

    /// The JSON text of a value built of maps, lists, numbers, strings and booleans.
    public static String of(Object value) {
        Json json = new Json();
        json.value(value);
        return json.text.toString();
    }

    /// Results with every run, so that a script can take its own medians.
    public static String of(Map<String, String> machine, List<WorkResult> results) {
        List<Object> works = new ArrayList<>();
        for (WorkResult result : results) {
            Map<String, Object> byContender = new LinkedHashMap<>();
            for (String label : result.contenders()) {
                Map<String, Object> byMetric = new LinkedHashMap<>();
                for (Metric metric : result.metrics(label)) {
                    byMetric.put(metric.label(), result.values(label, metric));
                }
                byContender.put(label, byMetric);
            }
            Map<String, Object> work = new LinkedHashMap<>();
            work.put("work", result.work());
            work.put("runs", byContender);
            works.add(work);
        }
        Map<String, Object> whole = new LinkedHashMap<>();
        whole.put("machine", machine);
        whole.put("results", works);
        return of(whole);
    }

    private void value(Object value) {
        switch (value) {
            case Map<?, ?> map -> object(map);
            case List<?> list -> array(list);
            case Double number when number.isNaN() || number.isInfinite() -> text.append("null");
            case Number number -> text.append(number);
            case Boolean truth -> text.append(truth);
            case null -> text.append("null");
            default -> string(value.toString());
        }
    }

    private void object(Map<?, ?> map) {
        String separator = "";
        text.append('{');
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            text.append(separator);
            string(entry.getKey().toString());
            text.append(':');
            value(entry.getValue());
            separator = ",";
        }
        text.append('}');
    }

    private void array(List<?> list) {
        String separator = "";
        text.append('[');
        for (Object item : list) {
            text.append(separator);
            value(item);
            separator = ",";
        }
        text.append(']');
    }

    private void string(String raw) {
        text.append('"');
        for (int i = 0; i < raw.length(); i++) {
            char c = raw.charAt(i);
            if (c == '"' || c == '\\') {
                text.append('\\').append(c);
            } else if (c < ' ') {
                text.append("\\u00").append(Character.forDigit(c >> 4, 16))
                        .append(Character.forDigit(c & 15, 16));
            } else {
                text.append(c);
            }
        }
        text.append('"');
    }
}
