package dev.tidemark.sim.planted;

/// One change of the code of one method of `core`, or of kafka-raft, made as its class is loaded.
///
/// Classes are named as below `dev.tidemark`; those of kafka-raft, by their whole names.
sealed interface Mutation {
    /// Whose code changes.
    String owner();

    /// What its name is.
    String method();

    /// The method does nothing but answer: a number, a truth as 0 or 1, an enum's constant by its
    /// name, or null.
    record Answers(String owner, String method, Object constant) implements Mutation {
    }

    /// The method answers what it was given.
    ///
    /// @param index which of what it was given; -1 for the object itself
    record AnswersArgument(String owner, String method, int index) implements Mutation {
    }

    /// The method answers what another of the same class without arguments does.
    record AnswersAs(String owner, String method, String other) implements Mutation {
    }

    /// The method leaves out each call of a method, and goes on with a constant as its answer.
    record Skips(String owner, String method, String call, Object constant) implements Mutation {
    }

    /// The method calls another method in place of one.
    record CallsInstead(String owner, String method, String call, String other)
            implements Mutation {
    }

    /// The method takes a number where it would read a field.
    record Takes(String owner, String method, String field, long constant) implements Mutation {
    }

    /// The method does something of [Sabotage] before anything else.
    record Begins(String owner, String method, String deed) implements Mutation {
    }
}
