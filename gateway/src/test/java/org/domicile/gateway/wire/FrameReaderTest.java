package org.domicile.gateway.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrameReaderTest {
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void framesArriveWholeHoweverTheBytesDo(long seed) {
        Random random = new Random(seed);
        MessageBuffer sent = new MessageBuffer();
        List<FrontendMessage> messages = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            FrontendMessage message =
                    i == 25
                            ? new FrontendMessage.Query("x".repeat(300_000))
                            : new FrontendMessage.Parse("p" + i, "SELECT " + i, List.of(i));
            messages.add(message);
            message.writeTo(sent);
        }
        FrameReader reader = new FrameReader(FrontendType::maxBodyBytes);
        ByteBuffer bytes = ByteBuffer.wrap(sent.toByteArray());
        List<FrontendMessage> received = new ArrayList<>();
        while (bytes.hasRemaining()) {
            int count =
                    Math.min(bytes.remaining(), 1 + random.nextInt(random.nextInt(3) * 999 + 9));
            reader.feed(bytes.slice(bytes.position(), count));
            bytes.position(bytes.position() + count);
            for (Frame frame = reader.next(); frame != null; frame = reader.next()) {
                if (random.nextBoolean()) {
                    reader.pushBack(frame);
                    frame = Objects.requireNonNull(reader.next());
                }
                received.add(FrontendMessage.decode(frame));
                if (random.nextInt(3) == 0) {
                    break; // the rest waits until more arrives
                }
            }
        }
        for (Frame frame = reader.next(); frame != null; frame = reader.next()) {
            received.add(FrontendMessage.decode(frame));
        }
        assertThat(received).isEqualTo(messages);
        reader.requireEnd();
    }

    @Test
    void onlyTheLastFrameCanBePutBack() {
        MessageBuffer sent = new MessageBuffer();
        new FrontendMessage.Query("SELECT 1").writeTo(sent);
        new FrontendMessage.Sync().writeTo(sent);
        FrameReader reader = reading(sent.toByteArray());
        Frame first = Objects.requireNonNull(reader.next());
        assertThat(reader.next()).isNotNull();
        assertThatThrownBy(() -> reader.pushBack(first))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aLengthWordAloneTakesNoMemory() {
        FrameReader reader = reading(new byte[] {'Q', 0, (byte) 0x0f, (byte) 0xff, (byte) 0xff, 1});
        assertThat(reader.next()).isNull();
        assertThat(reader.capacity()).isLessThan(64 * 1024);
        assertThatThrownBy(reader::requireEnd)
                .isInstanceOf(WireException.class)
                .hasMessageContaining("ended inside a message");
    }

    @Test
    void anEmptiedBufferGivesItsMemoryBack() {
        FrameReader reader = new FrameReader(FrontendType::maxBodyBytes);
        MessageBuffer sent = new MessageBuffer();
        new FrontendMessage.Query("x".repeat(900_000)).writeTo(sent);
        reader.feed(ByteBuffer.wrap(sent.toByteArray()));
        assertThat(reader.next()).isNotNull();
        reader.feed(ByteBuffer.wrap(new byte[] {'S'}));
        assertThat(reader.capacity()).isLessThan(64 * 1024);
    }

    @Test
    void smallMessagesHaveASmallBound() {
        FrameReader reader = reading(new byte[] {'S', 0, 0, (byte) 0x7f, 0});
        assertThatThrownBy(reader::next)
                .isInstanceOfSatisfying(
                        WireException.class,
                        e -> assertThat(e.sqlState()).isEqualTo(WireException.LIMIT_EXCEEDED));
    }

    private static FrameReader reading(byte[] bytes) {
        FrameReader reader = new FrameReader(FrontendType::maxBodyBytes);
        reader.feed(ByteBuffer.wrap(bytes));
        return reader;
    }
}
