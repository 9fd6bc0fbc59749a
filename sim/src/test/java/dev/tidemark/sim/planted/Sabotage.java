package dev.tidemark.sim.planted;

import dev.tidemark.log.Log;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.List;

/// What planted bugs do that no small change of a method does. Found by its methods' names.
public final class Sabotage {
    private Sabotage() {
    }

    /// A new leader knows nothing of the producers that its log has batches of.
    public static void forgetProducers(Object leader, Object... given) throws Exception {
        Log log = (Log) call(field(leader, "local"), "log");
        log.producers().restart(log.logEndOffset(), List.of());
    }

    private static Object field(Object of, String name) throws Exception {
        return open(of, name).get(of);
    }

    private static Field open(Object of, String name) throws Exception {
        Field field = of.getClass().getDeclaredField(name);
        field.setAccessible(true);
        return field;
    }

    private static Object call(Object on, String name) throws Exception {
        Method method = on.getClass().getDeclaredMethod(name);
        method.setAccessible(true);
        return method.invoke(on);
    }
}
