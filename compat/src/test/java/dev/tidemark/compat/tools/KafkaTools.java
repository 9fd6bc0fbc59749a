package dev.tidemark.compat.tools;

import dev.tidemark.bench.server.KafkaLibs;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/// Kafka's own command line tools, of the version that the benchmarks measure against.
///
/// They have a class path of their own, because they come with another version of the client than
/// ours, and run in this process, because starting a JVM for each would take most of the time.
/// What they print is caught; the end of the process that they ask for is the end of their run.
///
/// One at a time: a run takes `System.out` for itself.
final class KafkaTools implements AutoCloseable {
    private static final long PATIENCE_MS = 180_000;
    private static final int RUNNING = -1;
    private static final String EXIT = "org.apache.kafka.common.utils.Exit";
    private final URLClassLoader loader;
    private final ConcurrentLinkedQueue<Runnable> hooks = new ConcurrentLinkedQueue<>();
    private final AtomicInteger ended = new AtomicInteger();

    private KafkaTools(URLClassLoader loader) {
        this.loader = loader;
    }

    static KafkaTools open() throws Exception {
        File[] jars = Path.of(KafkaLibs.resolve(null).classPath()).getParent().toFile()
                .listFiles((_, name) -> name.endsWith(".jar"));
        URL[] urls = new URL[jars.length];
        for (int i = 0; i < jars.length; i++) {
            urls[i] = url(jars[i]);
        }
        // What would be printed of the tools' own logging is no part of what is tested.
        System.setProperty("log4j2.level", "OFF");
        var tools = new KafkaTools(new URLClassLoader("kafka-tools", urls,
                ClassLoader.getPlatformClassLoader()));
        tools.catchEnds();
        return tools;
    }

    /// What a run left behind.
    ///
    /// @param status of the process that the tool believed itself to be
    record Outcome(int status, String out, String err) {
        List<String> lines() {
            return out.lines().toList();
        }
    }

    /// A tool ended its process: nothing of it may run on.
    private static final class Ended extends Error {
        private static final long serialVersionUID = 1L;

        Ended() {
            super("the tool has ended", null, false, false);
        }
    }

    /// Runs a tool with nothing to read.
    Outcome run(String main, String... args) throws Exception {
        return run("", main, args);
    }

    /// Runs a tool to its end.
    ///
    /// @param input what it reads
    /// @param main the class's full name
    Outcome run(String input, String main, String... args) throws Exception {
        InputStream in = System.in;
        PrintStream out = System.out;
        PrintStream err = System.err;
        var caughtOut = new ByteArrayOutputStream();
        var caughtErr = new ByteArrayOutputStream();
        var status = new AtomicInteger(RUNNING);
        Thread tool = Thread.ofPlatform().daemon().name(main).unstarted(
                () -> status.set(status(main, args)));
        tool.setContextClassLoader(loader);
        System.setIn(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)));
        System.setOut(new PrintStream(caughtOut, true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(caughtErr, true, StandardCharsets.UTF_8));
        try {
            tool.start();
            tool.join(PATIENCE_MS);
        } finally {
            System.setIn(in);
            System.setOut(out);
            System.setErr(err);
        }
        var outcome = new Outcome(status.get(), caughtOut.toString(StandardCharsets.UTF_8),
                caughtErr.toString(StandardCharsets.UTF_8));
        if (tool.isAlive()) {
            tool.interrupt();
            throw new AssertionError(main + " does not end: " + outcome);
        }
        return outcome;
    }

    /// Runs a tool that must succeed.
    Outcome succeed(String main, String... args) throws Exception {
        Outcome outcome = run(main, args);
        if (outcome.status() != 0) {
            throw new AssertionError(main + " failed: " + outcome);
        }
        return outcome;
    }

    @Override
    public void close() throws IOException {
        loader.close();
    }

    private int status(String main, String... args) {
        ended.set(RUNNING);
        try {
            Method method = loader.loadClass(main).getMethod("main", String[].class);
            method.invoke(null, (Object) args);
            end(0);
        } catch (InvocationTargetException failure) {
            if (!(failure.getCause() instanceof Ended)) {
                failure.getCause().printStackTrace();
                end(1);
            }
        } catch (ReflectiveOperationException noTool) {
            throw new AssertionError(noTool);
        }
        for (Runnable hook = hooks.poll(); hook != null; hook = hooks.poll()) {
            hook.run();
        }
        return ended.get();
    }

    /// The first end counts: a tool that catches its own end may end once more.
    private void end(int status) {
        ended.compareAndSet(RUNNING, status);
    }

    private void catchEnds() throws ReflectiveOperationException {
        InvocationHandler end = (_, _, args) -> {
            end((Integer) args[0]);
            throw new Ended();
        };
        set("setExitProcedure", EXIT + "$Procedure", end);
        set("setHaltProcedure", EXIT + "$Procedure", end);
        set("setShutdownHookAdder", EXIT + "$ShutdownHookAdder", (_, _, args) -> {
            hooks.add((Runnable) args[1]);
            return null;
        });
    }

    private void set(String setter, String type, InvocationHandler handler)
            throws ReflectiveOperationException {
        Class<?> face = loader.loadClass(type);
        Object proxy = Proxy.newProxyInstance(loader, new Class<?>[] {face}, handler);
        loader.loadClass(EXIT).getMethod(setter, face).invoke(null, proxy);
    }

    private static URL url(File jar) throws MalformedURLException {
        return jar.toURI().toURL();
    }
}
