package org.domicile.gateway.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class PassesTest {
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
    private final Passes passes = new Passes(nanos::get);

    private static InetSocketAddress from(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    @Test
    void itIsForItsConnectionAndItsPersonAndOnce() {
        Pass pass = passes.give("ana", from(4001), "console");
        assertThat(passes.take(from(4002))).isEmpty();
        assertThat(passes.take(from(4001))).containsSame(pass);
        assertThat(passes.take(from(4001))).isEmpty();
        assertThat(passes.verifier(pass, "bo")).isEmpty();
        assertThat(passes.verifier(pass, "ana")).isPresent();
        assertThat(passes.verifier(pass, "ana").orElseThrow().isOfPassword(pass.password()))
                .isTrue();
    }

    @Test
    void itsTimeIsShort() {
        Pass pass = passes.give("ana", from(4001), "console");
        nanos.addAndGet(Passes.LIFE.toNanos());
        assertThat(passes.verifier(pass, "ana")).isPresent();
        nanos.incrementAndGet();
        assertThat(passes.verifier(pass, "ana")).isEmpty();
    }

    @Test
    void whoeverGaveItTakesItBack() {
        try (Pass pass = passes.give("ana", from(4001), "console")) {
            assertThat(pass.toString()).doesNotContain("ana", pass.password());
        }
        assertThat(passes.take(from(4001))).isEmpty();
    }

    @Test
    void onlySoManyAreOut() {
        for (int port = 1; port <= Passes.MAX; port++) {
            passes.give("ana", from(port), "console");
        }
        assertThatThrownBy(() -> passes.give("ana", from(5000), "console"))
                .isInstanceOf(IllegalStateException.class);
        nanos.addAndGet(Passes.LIFE.toNanos() + 1);
        assertThat(passes.give("ana", from(5000), "console").password()).isNotEmpty();
    }
}
