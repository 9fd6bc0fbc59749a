package dev.tidemark.broker.admin;

import dev.tidemark.broker.Handler;
import dev.tidemark.broker.Request;
import dev.tidemark.control.ControlCommand.Effect;
import dev.tidemark.control.ControlCommand.FeatureUpdate;
import dev.tidemark.control.ControlCommand.StepBack;
import dev.tidemark.control.ControlCommand.UpdateFeatures;
import dev.tidemark.control.ControlError;
import dev.tidemark.control.ControlReply;
import dev.tidemark.control.ControlReply.Outcomes;
import java.util.List;
import org.apache.kafka.common.message.UpdateFeaturesRequestData;
import org.apache.kafka.common.message.UpdateFeaturesRequestData.FeatureUpdateKey;
import org.apache.kafka.common.message.UpdateFeaturesResponseData;
import org.apache.kafka.common.message.UpdateFeaturesResponseData.UpdatableFeatureResult;
import org.apache.kafka.common.protocol.Errors;

/// UpdateFeatures, versions 0 to 2: sets what the whole cluster agrees on, all of it or nothing.
///
/// Confined to the request's loop. Does no I/O.
public final class UpdateFeaturesHandler implements Handler<UpdateFeaturesRequestData> {
    private static final short RESULT_PER_FEATURE_UNTIL = 1;
    private static final byte SAFE_DOWNGRADE = 2;
    private static final byte UNSAFE_DOWNGRADE = 3;

    private final ControlPort control;

    /// @param control decides
    public UpdateFeaturesHandler(ControlPort control) {
        this.control = control;
    }

    @Override
    public void handle(Request request, UpdateFeaturesRequestData body) {
        short version = request.header().requestApiVersion();
        List<FeatureUpdate> updates = body.featureUpdates().stream()
                .map(row -> new FeatureUpdate(row.feature(), row.maxVersionLevel(),
                        stepBack(row, version))).toList();
        ControlCall.send(request, control, body.timeoutMs(), new UpdateFeatures(updates,
                body.validateOnly() ? Effect.VALIDATE_ONLY : Effect.COMMIT),
                reply -> request.reply(answer(updates, reply, version)));
    }

    private static StepBack stepBack(FeatureUpdateKey row, short version) {
        if (version == 0) {
            return row.allowDowngrade() ? StepBack.SAFE : StepBack.NONE;
        }
        return switch (row.upgradeType()) {
            case SAFE_DOWNGRADE -> StepBack.SAFE;
            case UNSAFE_DOWNGRADE -> StepBack.UNSAFE;
            default -> StepBack.NONE;
        };
    }

    private static UpdateFeaturesResponseData answer(List<FeatureUpdate> updates,
            ControlReply reply, short version) {
        var response = new UpdateFeaturesResponseData();
        ControlError first = reply instanceof Outcomes outcomes
                ? outcomes.errors().stream().filter(error -> !error.isNone()).findFirst()
                        .orElse(ControlError.NONE)
                : ControlReplies.refusal(reply);
        if (version > RESULT_PER_FEATURE_UNTIL || !(reply instanceof Outcomes)) {
            // Nothing was changed if one can't be: the whole request has that error.
            return response.setErrorCode(first.code().code()).setErrorMessage(first.message());
        }
        for (int i = 0; i < updates.size(); i++) {
            ControlError own = ControlReplies.outcome(reply, i);
            ControlError error = own.isNone() && !first.isNone()
                    ? new ControlError(Errors.INVALID_UPDATE_VERSION, first.message()) : own;
            response.results().add(new UpdatableFeatureResult()
                    .setFeature(updates.get(i).name())
                    .setErrorCode(error.code().code())
                    .setErrorMessage(error.message()));
        }
        return response;
    }
}
