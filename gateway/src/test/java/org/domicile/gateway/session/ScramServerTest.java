package org.domicile.gateway.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.domicile.control.ScramVerifier;
import org.domicile.gateway.wire.WireException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScramServerTest {
    private static final byte[] SECRET = "mock".getBytes(StandardCharsets.US_ASCII);

    private static ScramServer server(Optional<ScramVerifier> verifier, String user) {
        return ScramServer.of(verifier, SECRET, user, null);
    }

    private static String saltOf(String serverFirst) {
        return serverFirst.substring(serverFirst.indexOf(",s="));
    }

    @Test
    void anUnknownUserLooksLikeAKnownOneAndAlwaysTheSame() {
        String one =
                server(Optional.empty(), "nobody")
                        .serverFirst(ScramServer.MECHANISM, "n,,n=,r=abc");
        String again =
                server(Optional.empty(), "nobody")
                        .serverFirst(ScramServer.MECHANISM, "n,,n=,r=abc");
        String other =
                server(Optional.empty(), "somebody")
                        .serverFirst(ScramServer.MECHANISM, "n,,n=,r=abc");
        String known =
                server(
                                Optional.of(
                                        ScramVerifier.ofPassword(
                                                "pencil",
                                                new byte[16],
                                                ScramVerifier.DEFAULT_ITERATIONS)),
                                "known")
                        .serverFirst(ScramServer.MECHANISM, "n,,n=,r=abc");
        assertThat(saltOf(one)).isEqualTo(saltOf(again)).isNotEqualTo(saltOf(other));
        assertThat(one).hasSameSizeAs(known).startsWith("r=abc").endsWith(",i=4096");
        assertThat(one).isNotEqualTo(again);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "n,,",
                "p=tls-server-end-point,,n=,r=abc",
                "n,a=admin,n=,r=abc",
                "n,,m=x,n=,r=abc",
                "n,,n=,r=",
                "n,,n=,r=a b",
                "n,,n=,r=abc,x=1"
            })
    void aFirstMessageIsExactlyInItsFormat(String clientFirst) {
        assertThatThrownBy(() ->
                        server(Optional.empty(), "x")
                                .serverFirst(ScramServer.MECHANISM, clientFirst))
                .isInstanceOf(WireException.class);
    }

    @Test
    void aFinalMessageAnswersThisExchange() {
        ScramServer server = server(Optional.empty(), "x");
        assertThatThrownBy(() -> server.serverFinal("c=biws,r=abc,p=AAAA"))
                .isInstanceOf(WireException.class);
        String first = server.serverFirst(ScramServer.MECHANISM, "n,,n=,r=abc");
        String nonce = first.substring(2, first.indexOf(",s="));
        String proof = "A".repeat(43) + "=";
        assertThatThrownBy(() -> server.serverFinal("c=biws,r=abc,p=" + proof))
                .isInstanceOf(WireException.class);
        assertThatThrownBy(() -> server.serverFinal("c=eSws,r=" + nonce + ",p=" + proof))
                .as("the client's word on channel binding was changed on the way")
                .isInstanceOf(WireException.class);
        assertThat(server.serverFinal("c=biws,r=" + nonce + ",p=" + proof)).isEmpty();
    }
}
