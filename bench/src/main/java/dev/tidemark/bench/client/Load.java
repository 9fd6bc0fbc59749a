package dev.tidemark.bench.client;

/// How many records of what size a run moves.
public record Load(long records, int recordBytes) {

    /// Bytes of all values together.
    public long bytes() {
        return records * recordBytes;
    }

    /// A part of it, for short runs: at least one record.
    public Load dividedBy(int divisor) {
        return new Load(Math.max(1, records / divisor), recordBytes);
    }
}
