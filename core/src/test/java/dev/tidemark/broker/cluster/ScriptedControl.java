package dev.tidemark.broker.cluster;

import dev.tidemark.broker.admin.ControlPort;
import dev.tidemark.control.ControlCommand;
import dev.tidemark.control.ControlError;
import dev.tidemark.control.ControlReply;
import dev.tidemark.io.Loop;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.kafka.common.protocol.Errors;

/// A controller that writes down what it is asked, and answers as it is told to.
final class ScriptedControl implements ControlPort {
    final List<ControlCommand> asked = new ArrayList<>();
    final List<Runnable> held = new ArrayList<>();
    Function<ControlCommand, ControlReply> answers;
    boolean isHolding;
    private final Loop loop;

    ScriptedControl(Loop loop, Function<ControlCommand, ControlReply> answers) {
        this.loop = loop;
        this.answers = answers;
    }

    static ControlReply refused(Errors error) {
        return new ControlReply.Refused(ControlError.of(error));
    }

    @Override
    public void submit(ControlCommand command, Consumer<ControlReply> whenCommitted) {
        asked.add(command);
        ControlReply reply = answers.apply(command);
        Runnable told = () -> whenCommitted.accept(reply);
        if (isHolding) {
            held.add(told);
        } else {
            loop.execute(told);
        }
    }

    @SuppressWarnings("unchecked")
    <C extends ControlCommand> C last() {
        return (C) asked.getLast();
    }
}
