package dev.tidemark.bench.report;

import java.util.Locale;

/// Numbers as people read them in a table: three significant digits, thousands set apart.
public final class Numbers {
    private Numbers() {}

    /// `279113.4` as `279 113`, `12.34` as `12.3`, `0.0371` as `0.037`.
    public static String table(double value) {
        double size = Math.abs(value);
        if (size >= 1000) {
            return String.format(Locale.ROOT, "%,d", Math.round(value)).replace(',', ' ');
        }
        String digits = size >= 100 ? "%.0f" : size >= 10 ? "%.1f" : size >= 1 ? "%.2f" : "%.3f";
        return String.format(Locale.ROOT, digits, value);
    }

    /// The shortest text of a value given by hand: `1` stays `1.0`, `0.05` stays `0.05`.
    public static String plain(double value) {
        return Double.toString(value);
    }
}
