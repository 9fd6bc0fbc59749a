package dev.tidemark.broker.produce;

import dev.tidemark.record.Verdict;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.message.ProduceResponseData.BatchIndexAndErrorMessage;

/// Puts a verdict's blamed records into the words of the wire.
final class RecordErrors {
    private RecordErrors() {
    }

    static List<BatchIndexAndErrorMessage> of(Verdict verdict) {
        var errors = new ArrayList<BatchIndexAndErrorMessage>(verdict.recordErrors().size());
        for (Verdict.RecordError error : verdict.recordErrors()) {
            errors.add(new BatchIndexAndErrorMessage()
                    .setBatchIndex(error.index())
                    .setBatchIndexErrorMessage(error.message()));
        }
        return errors;
    }
}
