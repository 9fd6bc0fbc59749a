package dev.tidemark.server.net;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.tidemark.io.Connection;
import dev.tidemark.io.Loop;
import dev.tidemark.io.Net;
import dev.tidemark.io.NetContract;
import dev.tidemark.server.loop.Loops;
import dev.tidemark.server.loop.SystemClock;
import io.netty.buffer.PooledByteBufAllocator;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

/// Sockets of our own, over the loopback.
@Timeout(120)
class NettyNetTest {
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final long BUDGET_BYTES = 16 << 20;

    private abstract static class Sockets extends NetContract {
        private final SystemClock clock = new SystemClock();
        private final AtomicReference<Throwable> bug = new AtomicReference<>();
        private final Loops loops = new Loops(2, clock, (where, thrown) -> bug.set(thrown));
        private final Loops quorum =
                Loops.single(3, "test-quorum", clock, (where, thrown) -> bug.set(thrown));
        private final NettyNet net = new NettyNet(loops, quorum, clock, ConnectionLimits.DEFAULT,
                BUDGET_BYTES, PooledByteBufAllocator.DEFAULT);
        private final List<Doorway> doorways = new ArrayList<>();

        Loop home(boolean isQuorum) {
            return isQuorum ? quorum.all().getFirst() : loops.all().get(1);
        }

        @AfterEach
        void close() {
            net.close();
            doorways.forEach(Doorway::close);
            loops.close();
            quorum.close();
            assertThat(net.answerBytes()).isZero();
            assertThat(bug.get()).isNull();
        }

        @Override
        protected Net net() {
            return net;
        }

        @Override
        protected String host() {
            return "127.0.0.1";
        }

        @Override
        protected int listen(Connection.Acceptor acceptor) throws IOException {
            var doorway = new Doorway(loops, clock, ConnectionLimits.DEFAULT, () -> GuestList.ALL,
                    BUDGET_BYTES, PooledByteBufAllocator.DEFAULT);
            doorways.add(doorway);
            int port = doorway.bind(new Listener("PLAINTEXT", "127.0.0.1", 0));
            doorway.open(acceptor, FileSender.COPYING);
            return port;
        }

        @Override
        protected void await(BooleanSupplier condition) {
            long endNanos = System.nanoTime() + PATIENCE_NANOS;
            while (!condition.getAsBoolean()) {
                assertThat(System.nanoTime()).isLessThan(endNanos);
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
            }
        }
    }

    @Nested
    class OnALoopOfTheNode extends Sockets {
        @Override
        protected Loop loop() {
            return home(false);
        }

        @Test
        void aNameThatNobodyHasIsRefused() {
            var near = new End(false);
            net().connect(loop(), "no such host", 9092, near);
            await(() -> near.refusal != null);
            assertThat(near.refusal).hasMessageContaining("no host of that name");
        }

        @Test
        void aConnectionThatIsNeededNoMoreEndsWithoutAWord() throws IOException {
            var heard = new ListAppender<ILoggingEvent>();
            var log = (Logger) LoggerFactory.getLogger("dev.tidemark.connections");
            heard.start();
            log.addAppender(heard);
            try {
                for (boolean quietly : new boolean[] {false, true}) {
                    heard.list.clear();
                    var near = new End(false);
                    var far = new End(false);
                    int port = listen(far::accept);
                    net().connect(loop(), host(), port, near);
                    await(() -> near.connection != null && far.connection != null);
                    loop().execute(() -> {
                        if (quietly) {
                            near.connection.end();
                        } else {
                            near.connection.close("for a reason");
                        }
                    });
                    await(() -> near.closed > 0 && far.closed > 0);
                    assertThat(heard.list).hasSize(quietly ? 0 : 1);
                }
            } finally {
                log.detachAppender(heard);
            }
        }
    }

    @Nested
    class OnTheQuorumsLoop extends Sockets {
        @Override
        protected Loop loop() {
            return home(true);
        }
    }
}
