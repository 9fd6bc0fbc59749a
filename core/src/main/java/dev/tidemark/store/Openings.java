package dev.tidemark.store;

import static dev.tidemark.base.Invariant.check;

import dev.tidemark.base.Marks;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// The names of the logs that are being opened off their loops, and what waits for that: a name is
/// opened, deleted and opened for another topic in the order in which that was asked for.
///
/// Each name is confined to the loop of its owners, which is one and the same.
final class Openings {
    private final Map<String, List<Runnable>> waiting = new ConcurrentHashMap<>();

    /// The log's files are another thread's until [#end].
    void begin(String name) {
        check(DirNames.isLog(name), "a log is opened");
        List<Runnable> before = waiting.put(name, new ArrayList<>(1));
        check(before == null, "one opening of a name at a time");
    }

    /// Runs the task once nobody opens that name: inside of the call if that is so now.
    void after(String name, Runnable task) {
        List<Runnable> queue = waiting.get(name);
        if (queue == null) {
            task.run();
        } else {
            Marks.hit("log is wanted while it is being opened");
            queue.add(task);
        }
    }

    /// The opening is over. A task that waited may begin another, for which the rest then waits.
    void end(String name) {
        List<Runnable> due = waiting.remove(name);
        check(due != null, "an opening that ends was begun");
        due.forEach(task -> after(name, task));
    }
}
