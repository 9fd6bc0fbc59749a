package dev.tidemark.bench.report;

/// CPU seconds that a process has used since it started, user and system apart.
public record Cpu(double userSeconds, double systemSeconds) {

    /// What was used since an earlier reading of the same process.
    public Cpu since(Cpu earlier) {
        return new Cpu(userSeconds - earlier.userSeconds, systemSeconds - earlier.systemSeconds);
    }

    /// What two processes used together.
    public Cpu plus(Cpu other) {
        return new Cpu(userSeconds + other.userSeconds, systemSeconds + other.systemSeconds);
    }

    /// User and system together.
    public double totalSeconds() {
        return userSeconds + systemSeconds;
    }
}
