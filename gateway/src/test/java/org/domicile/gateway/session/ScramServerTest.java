package org.domicile.gateway.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
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
    void whatBindsToTheChannelIsOfferedWhereThereIsOne() {
        byte[] endPoint = new byte[32];
        ScramServer bound = ScramServer.of(Optional.empty(), SECRET, "x", endPoint);
        assertThat(bound.mechanisms())
                .containsExactly(ScramServer.PLUS_MECHANISM, ScramServer.MECHANISM);
        assertThat(server(Optional.empty(), "x").mechanisms())
                .containsExactly(ScramServer.MECHANISM);
        // A client that can bind and believes that it was not offered has been lied to.
        assertThatThrownBy(() -> bound.serverFirst(ScramServer.MECHANISM, "y,,n=,r=abc"))
                .isInstanceOf(WireException.class);
        assertThatThrownBy(() -> bound.serverFirst(ScramServer.PLUS_MECHANISM, "n,,n=,r=abc"))
                .isInstanceOf(WireException.class);
        assertThatThrownBy(() ->
                        server(Optional.empty(), "x")
                                .serverFirst(
                                        ScramServer.PLUS_MECHANISM,
                                        "p=tls-server-end-point,,n=,r=abc"))
                .isInstanceOf(WireException.class);
    }

    @Test
    void theChannelIsPartOfTheProof() {
        byte[] endPoint = new byte[32];
        ScramServer server = ScramServer.of(Optional.empty(), SECRET, "x", endPoint);
        String first =
                server.serverFirst(ScramServer.PLUS_MECHANISM, "p=tls-server-end-point,,n=,r=abc");
        String nonce = first.substring(2, first.indexOf(",s="));
        String proof = "A".repeat(43) + "=";
        byte[] header = "p=tls-server-end-point,,".getBytes(StandardCharsets.US_ASCII);
        byte[] right = Arrays.copyOf(header, header.length + endPoint.length);
        byte[] wrong = right.clone();
        wrong[right.length - 1] = 1;
        assertThatThrownBy(() -> server.serverFinal(finalMessage(wrong, nonce, proof)))
                .isInstanceOf(WireException.class);
        assertThat(server.serverFinal(finalMessage(right, nonce, proof))).isEmpty(); // wrong proof
    }

    private static String finalMessage(byte[] binding, String nonce, String proof) {
        return "c=" + Base64.getEncoder().encodeToString(binding) + ",r=" + nonce + ",p=" + proof;
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
