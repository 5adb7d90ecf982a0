package org.domicile.gateway.wire;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.NullUnmarked;

/** Well-formed messages, made from a seed. */
final class WireSamples {
    private static final String[] TEXTS = {"", "a", "SELECT 1", "naïve ☃", "x".repeat(300)};

    private WireSamples() {}

    static byte[] stream(Random random) {
        MessageBuffer out = new MessageBuffer();
        switch (random.nextInt(5)) {
            case 0 -> {
                Map<String, String> parameters =
                        Map.of("user", "u", "options", "-c a=" + text(random));
                new StartupPacket.StartupMessage(3, random.nextInt(3), parameters).writeTo(out);
            }
            case 1 -> new StartupPacket.CancelRequest(random.nextInt(), new byte[4]).writeTo(out);
            case 2 -> {
                new BackendMessage.ParameterStatus("a", text(random)).writeTo(out);
                new BackendMessage.ErrorResponse(
                                ErrorFields.of("ERROR", "42601", text(random), text(random)))
                        .writeTo(out);
                new BackendMessage.AuthenticationSasl(List.of("SCRAM-SHA-256")).writeTo(out);
                new BackendMessage.CommandComplete("SELECT 1").writeTo(out);
                new BackendMessage.ReadyForQuery('T').writeTo(out);
            }
            case 3 -> rows(random, out);
            default -> {
                for (int i = 0; i < 3; i++) {
                    frontend(random).writeTo(out);
                }
            }
        }
        return out.toByteArray();
    }

    private static void rows(Random random, MessageBuffer out) {
        int columns = random.nextInt(4);
        out.begin('T').int16(columns);
        for (int i = 0; i < columns; i++) {
            out.string(text(random)).int32(random.nextInt()).int16(i).int32(25).int16(-1);
            out.int32(-1).int16(0);
        }
        out.end();
        values(random, columns, out.begin('D'));
        out.begin('H').int8((byte) 1).int16(columns).raw(new byte[2 * columns]).end();
        values(random, columns, out.begin('d'));
    }

    private static void values(Random random, int columns, MessageBuffer out) {
        out.int16(columns);
        for (int i = 0; i < columns; i++) {
            byte[] value = text(random).getBytes(StandardCharsets.UTF_8);
            if (random.nextBoolean()) {
                out.int32(-1);
            } else {
                out.int32(value.length).raw(value);
            }
        }
        out.end();
    }

    static FrontendMessage frontend(Random random) {
        return switch (random.nextInt(8)) {
            case 0 -> new FrontendMessage.Query(text(random));
            case 1 ->
                    new FrontendMessage.Parse(
                            text(random), text(random), List.of(random.nextInt(), 0));
            case 2 -> bind(random);
            case 3 -> new FrontendMessage.Execute(text(random), random.nextInt());
            case 4 -> new FrontendMessage.Describe(FrontendMessage.Target.PORTAL, text(random));
            case 5 -> new FrontendMessage.Close(FrontendMessage.Target.STATEMENT, text(random));
            case 6 -> FrontendMessage.Password.ofSaslInitialResponse("SCRAM-SHA-256", "n,,n=,r=x");
            default -> new FrontendMessage.Sync();
        };
    }

    // NullAway reads Bind's List<byte @Nullable []> from its class file as List<byte[]>.
    @NullUnmarked
    private static FrontendMessage bind(Random random) {
        List<byte[]> parameters = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            parameters.add(
                    random.nextBoolean() ? null : text(random).getBytes(StandardCharsets.UTF_8));
        }
        return new FrontendMessage.Bind(
                text(random), text(random), List.of(random.nextInt(2)), parameters, List.of(1, 0));
    }

    private static String text(Random random) {
        return TEXTS[random.nextInt(TEXTS.length)];
    }
}
