package dev.tidemark.server.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;

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

    private Logger recording() {
        return (Logger) Proxy.newProxyInstance(Logger.class.getClassLoader(),
                new Class<?>[] {Logger.class}, (self, method, arguments) -> {
                    logged.add(method.getName() + " " + arguments[0]);
                    return null;
                });
    }
}
