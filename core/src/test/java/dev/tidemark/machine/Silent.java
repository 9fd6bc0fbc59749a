package dev.tidemark.machine;

import java.util.ArrayList;
import java.util.List;

/// Answers every command, and changes nothing.
final class Silent implements StateMachine<String, String, String> {
    final List<Command<String>> decided = new ArrayList<>();
    long nextDeadlineMs = Long.MAX_VALUE;

    @Override
    public Decision<String, String> decide(Command<String> command) {
        decided.add(command);
        if (command.body().equals("tick")) {
            nextDeadlineMs = Long.MAX_VALUE;
        }
        return new Decision<>(List.of(), List.of(new Decision.Reply<>(command.ticket(), "done")));
    }

    @Override
    public void apply(long offset, String event) {
        throw new AssertionError("nothing can be applied");
    }

    @Override
    public long nextDeadlineMs() {
        return nextDeadlineMs;
    }

    @Override
    public String tick() {
        return "tick";
    }

    @Override
    public boolean isSoft(String event) {
        return false;
    }

    @Override
    public List<String> snapshot() {
        return List.of();
    }

    @Override
    public void becomeLeader(long nowMs) {
        // It knows nothing.
    }

    @Override
    public List<Decision.Reply<String>> resign() {
        return List.of();
    }
}
