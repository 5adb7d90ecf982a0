package org.domicile.gateway.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrameReaderTest {
    /** Gives few bytes at a time and times out between. */
    private static final class Trickle extends InputStream {
        private final InputStream in;
        private final Random random;
        private boolean paused;

        Trickle(byte[] bytes, long seed) {
            in = new ByteArrayInputStream(bytes);
            random = new Random(seed);
        }

        @Override
        public int read() {
            throw new UnsupportedOperationException();
        }

        @Override
        public int read(byte[] buffer, int start, int length) throws IOException {
            paused = !paused;
            if (paused) {
                throw new SocketTimeoutException();
            }
            return in.read(buffer, start, Math.min(length, 1 + random.nextInt(9)));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void framesArriveWholeHoweverTheBytesDo(long seed) throws IOException {
        Random random = new Random(seed);
        MessageBuffer sent = new MessageBuffer();
        List<FrontendMessage> messages = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            FrontendMessage message =
                    i == 25
                            ? new FrontendMessage.Query("x".repeat(100_000))
                            : new FrontendMessage.Parse("p" + i, "SELECT " + i, List.of(i));
            messages.add(message);
            message.writeTo(sent);
        }
        FrameReader reader =
                new FrameReader(new Trickle(sent.toByteArray(), seed), FrontendType::maxBodyBytes);
        List<FrontendMessage> received = new ArrayList<>();
        while (true) {
            try {
                if (random.nextInt(3) == 0) {
                    reader.readAhead();
                }
                Frame frame = reader.next();
                if (frame == null) {
                    break;
                }
                received.add(FrontendMessage.decode(frame));
            } catch (SocketTimeoutException e) {
                assertThat(reader.buffered()).isNotNegative(); // and on it goes
            }
        }
        assertThat(received).isEqualTo(messages);
    }

    @Test
    void aFrameStaysValidWhileReadingAhead() throws IOException {
        MessageBuffer sent = new MessageBuffer();
        for (int i = 0; i < 4_000; i++) {
            new FrontendMessage.Query("SELECT " + i).writeTo(sent);
        }
        FrameReader reader =
                new FrameReader(
                        new ByteArrayInputStream(sent.toByteArray()), FrontendType::maxBodyBytes);
        for (int i = 0; i < 4_000; i++) {
            Frame frame = reader.next();
            assertThat(frame).isNotNull();
            reader.readAhead();
            assertThat(FrontendMessage.decode(frame))
                    .isEqualTo(new FrontendMessage.Query("SELECT " + i));
        }
    }

    @Test
    void aLengthWordAloneTakesNoMemory() {
        byte[] lie = {'Q', 0, (byte) 0xff, (byte) 0xff, (byte) 0xff, 1};
        FrameReader reader =
                new FrameReader(new ByteArrayInputStream(lie), FrontendType::maxBodyBytes);
        assertThatThrownBy(reader::next)
                .isInstanceOf(WireException.class)
                .hasMessageContaining("ended inside a message");
        assertThat(reader.capacity()).isLessThan(64 * 1024);
    }

    @Test
    void smallMessagesHaveASmallBound() {
        byte[] tooLong = {'S', 0, 0, (byte) 0x7f, 0};
        FrameReader reader =
                new FrameReader(new ByteArrayInputStream(tooLong), FrontendType::maxBodyBytes);
        assertThatThrownBy(reader::next)
                .isInstanceOfSatisfying(
                        WireException.class,
                        e -> assertThat(e.sqlState()).isEqualTo(WireException.LIMIT_EXCEEDED));
    }
}
