package dev.tidemark.sim.planted;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.MethodModel;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Loads all of Tidemark and kafka-raft anew, with mutations in it; what else is Kafka's is the
/// parent's.
final class MutantLoader extends ClassLoader {
    private static final String PACKAGE = "dev.tidemark.";
    private static final List<String> OF_RAFT =
            List.of("org.apache.kafka.raft.", "org.apache.kafka.snapshot.");

    private final List<Mutation> mutations;
    private final Set<Mutation> made = new HashSet<>();

    MutantLoader(ClassLoader parent, List<Mutation> mutations) {
        super(parent);
        this.mutations = mutations;
    }

    /// True if every method that is to change has been loaded, and was changed.
    boolean hasMadeAll() {
        return made.containsAll(mutations);
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (!name.startsWith(PACKAGE) && OF_RAFT.stream().noneMatch(name::startsWith)) {
            return super.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
            Class<?> loaded = findLoadedClass(name);
            return loaded != null ? loaded : define(name);
        }
    }

    private Class<?> define(String name) throws ClassNotFoundException {
        try (InputStream in = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
            if (in == null) {
                throw new ClassNotFoundException(name);
            }
            byte[] bytes = mutated(name, in.readAllBytes());
            return defineClass(name, bytes, 0, bytes.length);
        } catch (IOException unreadable) {
            throw new ClassNotFoundException(name, unreadable);
        }
    }

    private byte[] mutated(String name, byte[] bytes) {
        byte[] now = bytes;
        for (Mutation mutation : mutations) {
            if (name.equals(PACKAGE + mutation.owner()) || name.equals(mutation.owner())) {
                now = mutated(mutation, now);
            }
        }
        return now;
    }

    private byte[] mutated(Mutation mutation, byte[] bytes) {
        ClassFile file = ClassFile.of();
        ClassModel model = file.parse(bytes);
        return file.transformClass(model, (out, element) -> {
            if (element instanceof MethodModel method
                    && method.methodName().equalsString(mutation.method())) {
                made.add(mutation);
                out.transformMethod(method, MutantCode.of(mutation, model, method));
            } else {
                out.with(element);
            }
        });
    }
}
