package dev.tidemark.coord.group.offset;

import dev.tidemark.base.RowSpread;
import org.apache.kafka.common.message.OffsetDeleteResponseData.OffsetDeleteResponsePartition;

/// A partition's row in the answer to OffsetDelete, which lies in the answer's table by its
/// number: nobody looks it up by partition, and a request that names one partition many times
/// would take minutes to be answered.
///
/// Confined to its maker.
public final class DeletionRow extends OffsetDeleteResponsePartition {
    private final int number;

    /// @param number of the row in its table
    public DeletionRow(int number) {
        this.number = number;
    }

    @Override
    public int hashCode() {
        return RowSpread.of(number);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof DeletionRow row && row.number == number && super.equals(row);
    }
}
