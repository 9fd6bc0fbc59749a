package dev.tidemark.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BenchHelpTest {
    @Test
    void helpNamesTheCommandAsItIsTyped() {
        var line = Main.line();
        assertThat(line.getUsageMessage()).startsWith("Usage: ./tidemark bench ");
        line.getSubcommands().forEach((name, command) -> assertThat(command.getUsageMessage())
                .startsWith("Usage: ./tidemark bench " + name));
    }
}
