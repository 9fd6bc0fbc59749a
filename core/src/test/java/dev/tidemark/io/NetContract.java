package dev.tidemark.io;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/// What every [Net] does while nothing is wrong with it: run by each implementation's test.
public abstract class NetContract {
    private static final int LENGTH_BYTES = 4;

    /// Where connections are opened from.
    protected abstract Net net();

    /// The loop that they live on.
    protected abstract Loop loop();

    /// The host that listens.
    protected abstract String host();

    /// Takes connections on [#host].
    ///
    /// @return the port
    protected abstract int listen(Connection.Acceptor acceptor) throws IOException;

    /// Lets time pass until the condition holds.
    protected abstract void await(BooleanSupplier condition);

    /// One end that writes down what comes, and echoes it if it is told to.
    protected static final class End implements Connection.Session, Net.Attempt {
        public final List<String> received = new CopyOnWriteArrayList<>();
        public volatile Connection connection;
        public volatile IOException refusal;
        public volatile int closed;
        private final boolean echoes;

        public End(boolean echoes) {
            this.echoes = echoes;
        }

        public Connection.Session accept(Connection accepted) {
            connection = accepted;
            return this;
        }

        @Override
        public Connection.Session connected(Connection opened) {
            assertThat(opened.loop().inLoop()).isTrue();
            return accept(opened);
        }

        @Override
        public void failed(IOException why) {
            refusal = why;
        }

        @Override
        public void frame(Frame frame) {
            String text = UTF_8.decode(frame.bytes()).toString();
            frame.release();
            received.add(text);
            if (echoes) {
                send("echo " + text);
            }
        }

        public void send(String text) {
            byte[] bytes = text.getBytes(UTF_8);
            Frame frame = connection.allocate(LENGTH_BYTES + bytes.length);
            ByteBuffer buffer = frame.bytes();
            buffer.putInt(bytes.length).put(bytes);
            connection.send(frame);
        }

        @Override
        public void drained() {
            // Nothing waits for it.
        }

        @Override
        public void closed() {
            closed++;
        }
    }

    /// A near end that is connected to a far one.
    protected final End connect(End far) throws IOException {
        int port = listen(far::accept);
        var near = new End(false);
        net().connect(loop(), host(), port, near);
        await(() -> near.connection != null || near.refusal != null);
        assertThat(near.refusal).isNull();
        return near;
    }

    @Test
    void framesArriveWholeAndInOrderAndAreAnswered() throws IOException {
        var far = new End(true);
        End near = connect(far);
        loop().execute(() -> {
            for (int i = 0; i < 200; i++) {
                near.send("n" + i);
            }
        });
        await(() -> near.received.size() == 200);
        for (int i = 0; i < 200; i++) {
            assertThat(far.received.get(i)).isEqualTo("n" + i);
            assertThat(near.received.get(i)).isEqualTo("echo n" + i);
        }
        assertThat(near.connection.loop()).isSameAs(loop());
    }

    @Test
    void aPortThatNobodyListensOnIsRefused() {
        var near = new End(false);
        loop().execute(() -> {
            net().connect(loop(), host(), 1, near);
            assertThat(near.refusal).as("never inside of the call").isNull();
        });
        await(() -> near.refusal != null);
        assertThat(near.connection).isNull();
    }

    @Test
    void whatWasSentBeforeAnEndClosesStillArrivesAndThenTheOtherHearsOfIt() throws IOException {
        var far = new End(false);
        End near = connect(far);
        loop().execute(() -> {
            near.send("last words");
            near.connection.close("it has said all");
        });
        await(() -> far.closed > 0 && near.closed > 0);
        assertThat(far.received).containsExactly("last words");
        assertThat(far.closed).isEqualTo(1);
        assertThat(near.closed).isEqualTo(1);
    }

    @Test
    void aPausedEndIsGivenNothingUntilItReadsOn() throws IOException {
        var far = new End(true);
        End near = connect(far);
        loop().execute(() -> {
            near.connection.pauseReading();
            near.send("question");
        });
        await(() -> far.received.size() == 1);
        // Another connection's round trip gives the answer its time.
        End other = connect(new End(true));
        loop().execute(() -> other.send("beside"));
        await(() -> other.received.size() == 1);
        assertThat(near.received).isEmpty();
        loop().execute(near.connection::resumeReading);
        await(() -> near.received.size() == 1);
    }

    @Test
    void anEndThatHangsUpAtOnceIsHeardOf() throws IOException {
        int port = listen(accepted -> {
            accepted.close("nobody is wanted");
            return new End(false);
        });
        var near = new End(false);
        net().connect(loop(), host(), port, near);
        await(() -> near.closed == 1);
        assertThat(near.received).isEmpty();
    }
}
