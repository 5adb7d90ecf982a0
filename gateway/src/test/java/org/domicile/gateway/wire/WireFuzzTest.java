package org.domicile.gateway.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever comes, the codec gives a value or a {@link WireException}, and a value writes back. */
class WireFuzzTest {
    @FuzzTest
    void frontend(byte[] data) {
        FrameReader reader = new FrameReader(FrontendType::maxBodyBytes);
        reader.feed(ByteBuffer.wrap(data));
        try {
            for (Frame frame = reader.next(); frame != null; frame = reader.next()) {
                FrontendMessage message = FrontendMessage.decode(frame);
                if (message instanceof FrontendMessage.Copy
                        || message instanceof FrontendMessage.FunctionCall) {
                    continue;
                }
                MessageBuffer out = new MessageBuffer();
                message.writeTo(out);
                assertThat(out.toByteArray())
                        .isEqualTo(Arrays.copyOfRange(frame.buffer(), frame.start(), frame.end()));
            }
        } catch (WireException e) {
            assertThat(e.sqlState()).hasSize(5);
        }
    }

    @FuzzTest
    void startup(byte[] data) {
        FrameReader reader = new FrameReader(FrontendType::maxBodyBytes);
        reader.feed(ByteBuffer.wrap(data));
        try {
            BodyReader body = reader.nextStartupPacket();
            if (body == null) {
                return;
            }
            StartupPacket packet = StartupPacket.decode(body);
            if (packet instanceof StartupPacket.StartupMessage message) {
                StartupOptions.parse(message.parameters().getOrDefault("options", ""));
                if (message.major() != 3) {
                    return;
                }
            }
            MessageBuffer out = new MessageBuffer();
            packet.writeTo(out);
            assertThat(out.toByteArray()).isEqualTo(Arrays.copyOf(data, out.size()));
        } catch (WireException e) {
            assertThat(e.sqlState()).hasSize(5);
        }
    }

    @FuzzTest
    void backend(byte[] data) {
        FrameReader reader = new FrameReader(BackendType::maxBodyBytes);
        reader.feed(ByteBuffer.wrap(data));
        try {
            for (Frame frame = reader.next(); frame != null; frame = reader.next()) {
                BackendType type = BackendType.of(frame);
                if (type == BackendType.AUTHENTICATION) {
                    BackendMessage.decodeAuthentication(frame);
                } else if (type == BackendType.ERROR_RESPONSE) {
                    assertThat(ErrorFields.decode(frame).sqlState()).hasSize(5);
                } else if (type == BackendType.PARAMETER_STATUS) {
                    BackendMessage.decodeParameterStatus(frame);
                } else if (type == BackendType.READY_FOR_QUERY) {
                    BackendMessage.decodeReadyForQuery(frame);
                } else if (type == BackendType.COMMAND_COMPLETE) {
                    BackendMessage.decodeCommandComplete(frame);
                } else if (type == BackendType.BACKEND_KEY_DATA) {
                    BackendMessage.decodeBackendKeyData(frame);
                }
            }
        } catch (WireException e) {
            assertThat(e.sqlState()).hasSize(5);
        }
    }

    /** What the gateway does to rows: all of one is written as it was, and a cut one is a row. */
    @FuzzTest
    void rows(byte[] data) {
        FrameReader reader = new FrameReader(BackendType::maxBodyBytes);
        reader.feed(ByteBuffer.wrap(data));
        try {
            for (Frame frame = reader.next(); frame != null; frame = reader.next()) {
                MessageBuffer out = new MessageBuffer();
                BackendType type = BackendType.of(frame);
                if (type == BackendType.DATA_ROW) {
                    row(frame, out);
                } else if (type == BackendType.COPY_DATA) {
                    tuple(frame, out);
                } else if (type == BackendType.ROW_DESCRIPTION) {
                    RowLayout.writeRowDescription(frame, 0, _ -> false, oid -> oid, out);
                } else if (type == BackendType.COPY_OUT_RESPONSE) {
                    int all = RowLayout.writeCopyOutResponse(frame, 0, out);
                    MessageBuffer cut = new MessageBuffer();
                    assertThat(RowLayout.writeCopyOutResponse(frame, all, cut)).isEqualTo(all);
                    assertThat(cut.size()).isEqualTo(Frame.HEADER_BYTES + 3);
                } else {
                    out.frame(frame);
                }
                assertThat(out.toByteArray())
                        .isEqualTo(Arrays.copyOfRange(frame.buffer(), frame.start(), frame.end()));
            }
        } catch (WireException e) {
            assertThat(e.sqlState()).hasSize(5);
        }
    }

    private static void row(Frame frame, MessageBuffer out) {
        RowLayout row = RowLayout.ofDataRow(frame);
        for (int shown = 0; shown < row.count(); shown++) {
            MessageBuffer cut = new MessageBuffer();
            RowLayout.writeDataRow(frame, shown, row.position(), cut);
            RowLayout read = RowLayout.ofDataRow(new Frame(cut.toByteArray(), 0, cut.size()));
            assertThat(read.count()).isEqualTo(shown);
            for (int i = 0; i < shown; i++) {
                int _ = read.next();
            }
            read.requireEnd();
            int _ = row.next();
        }
        row.requireEnd();
        RowLayout.writeDataRow(frame, row.count(), row.position(), out);
    }

    private static void tuple(Frame frame, MessageBuffer out) {
        int start = frame.start() + Frame.HEADER_BYTES;
        RowLayout row = RowLayout.ofTuple(frame.buffer(), start, frame.end());
        for (int i = 0; i < row.count(); i++) {
            int _ = row.next();
        }
        row.requireEnd();
        RowLayout.writeCopyTuple(frame.buffer(), start, start, row.count(), row.position(), out);
        MessageBuffer whole = new MessageBuffer();
        RowLayout.writeCopyData(frame.buffer(), start, frame.end(), 0, 0, whole);
        assertThat(whole.toByteArray()).isEqualTo(out.toByteArray());
    }

    /** Random bytes rarely look like messages, so real ones are damaged as well. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void seededDamage(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < 20_000; round++) {
            byte[] data = WireSamples.stream(random);
            for (int flips = random.nextInt(4); flips > 0; flips--) {
                data[random.nextInt(data.length)] = (byte) random.nextInt(256);
            }
            byte[] cut = Arrays.copyOf(data, 1 + random.nextInt(data.length));
            frontend(cut);
            backend(cut);
            startup(cut);
            rows(cut);
        }
    }
}
