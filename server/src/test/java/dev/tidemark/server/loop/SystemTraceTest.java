package dev.tidemark.server.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidemark.base.LogLevels;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

class SystemTraceTest {
    private final List<String> logged = new ArrayList<>();

    @Test
    void linesReachTheLoggerAtTheirLevel() {
        var trace = new SystemTrace(recording());

        trace.info("partition=a-0 opened");
        trace.warn("partition=a-0 failed");

        assertThat(logged).containsExactly("info partition=a-0 opened",
                "warn partition=a-0 failed");
    }

    @Test
    void levelsOfLoggersAreReadAndChanged() {
        String name = "dev.tidemark.levels.of";
        LoggerFactory.getLogger(name);
        LogLevels levels = new SystemTrace(recording()).levels();
        String usual = levels.all().get(name);
        assertThat(levels.all()).containsKey(LogLevels.ROOT);
        assertThat(usual).isEqualTo(levels.all().get(LogLevels.ROOT));

        levels.set(name, "TRACE");
        assertThat(levels.all()).containsEntry(name, "TRACE");
        assertThat(LoggerFactory.getLogger(name).isTraceEnabled()).isTrue();
        levels.clear(name);
        assertThat(levels.all()).containsEntry(name, usual);
    }

    private Logger recording() {
        return (Logger) Proxy.newProxyInstance(Logger.class.getClassLoader(),
                new Class<?>[] {Logger.class}, (self, method, arguments) -> {
                    logged.add(method.getName() + " " + arguments[0]);
                    return null;
                });
    }
}
