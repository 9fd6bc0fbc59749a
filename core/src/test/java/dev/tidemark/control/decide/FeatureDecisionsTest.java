package dev.tidemark.control.decide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.control.BrokerCommand;
import dev.tidemark.control.BrokerImage;
import dev.tidemark.control.ControlCommand;
import dev.tidemark.control.ControlCommand.Effect;
import dev.tidemark.control.ControlCommand.FeatureUpdate;
import dev.tidemark.control.ControlCommand.StepBack;
import dev.tidemark.control.ControlError;
import dev.tidemark.control.ControlReply;
import dev.tidemark.control.Features;
import java.util.List;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.Test;

/// What a cluster agrees on, and how that changes.
final class FeatureDecisionsTest {
    private final ClusterWorld world = ClusterWorld.of(1);

    @Test
    void aStepBackHasToBeAskedForAsOne() {
        assertThat(update(Effect.COMMIT, new FeatureUpdate(
                "group.version", (short) 0, StepBack.NONE)))
                .containsExactly(Errors.INVALID_UPDATE_VERSION);
        assertThat(world.image().featureLevel("group.version")).isEqualTo((short) 1);
        assertThat(update(Effect.COMMIT, new FeatureUpdate(
                "group.version", (short) 0, StepBack.SAFE))).containsExactly(Errors.NONE);
        assertThat(world.image().featureLevel("group.version")).isZero();
    }

    @Test
    void levelsThatNobodyHereUnderstandsAreRefused() {
        assertThat(update(Effect.COMMIT,
                new FeatureUpdate("group.version", (short) 2, StepBack.UNSAFE),
                new FeatureUpdate("metadata.version", (short) 0, StepBack.UNSAFE),
                new FeatureUpdate("nonsense", (short) 1, StepBack.UNSAFE)))
                .containsOnly(Errors.INVALID_UPDATE_VERSION);
    }

    @Test
    void allOfACommandIsDoneOrNothing() {
        var errors = update(Effect.COMMIT,
                new FeatureUpdate("group.version", (short) 0, StepBack.SAFE),
                new FeatureUpdate("nonsense", (short) 1, StepBack.SAFE));
        assertThat(errors).containsExactly(Errors.NONE, Errors.INVALID_UPDATE_VERSION);
        assertThat(world.image().featureLevel("group.version")).isEqualTo((short) 1);
    }

    @Test
    void aLevelThatABrokerDoesNotUnderstandIsRefused() {
        update(Effect.COMMIT, new FeatureUpdate("group.version", (short) 0, StepBack.SAFE));
        world.submit(new BrokerCommand.RegisterBroker(9,
                new BrokerImage.Identity(new Uuid(9, 9), List.of()), List.of(), null,
                List.of(new Features.Feature("metadata.version", (short) 7, (short) 33),
                        new Features.Feature("tidemark.version", (short) 0, (short) 1)), -1));
        assertThat(world.image().broker(9)).isNotNull();
        assertThat(update(Effect.COMMIT, new FeatureUpdate(
                "group.version", (short) 1, StepBack.NONE)))
                .containsExactly(Errors.INVALID_UPDATE_VERSION);
    }

    @Test
    void askingOnlyChangesNothing() {
        assertThat(update(Effect.VALIDATE_ONLY, new FeatureUpdate(
                "group.version", (short) 0, StepBack.SAFE))).containsExactly(Errors.NONE);
        assertThat(world.image().featureLevel("group.version")).isEqualTo((short) 1);
    }

    private List<Errors> update(Effect effect, FeatureUpdate... updates) {
        var reply = (ControlReply.Outcomes) world.submit(
                new ControlCommand.UpdateFeatures(List.of(updates), effect));
        return reply.errors().stream().map(ControlError::code).toList();
    }
}
