package org.domicile.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.domicile.ledger.Fact;
import org.domicile.ledger.Ledger;
import org.domicile.ledger.LedgerOptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ledger rotate}, as it is typed between two runs of a gateway. */
final class RotateCommandTest {
    @TempDir Path temporary;
    private StateDirectory state;

    @BeforeEach
    void firstRun() {
        state = new StateDirectory(temporary);
        state.createPrivateDirectories();
        runGateway();
    }

    private void runGateway() {
        try (Ledger ledger = Ledgers.open(state, "us", "domicile/us", LedgerOptions.defaults())) {
            ledger.append(new Fact.Heartbeat(Fact.Heartbeat.State.RUNNING, 3600), Map.of());
        }
    }

    private Shell.Outcome rotate(String... more) {
        String[] words = {"ledger", "rotate", "us", "--state", temporary.toString()};
        String[] all = java.util.Arrays.copyOf(words, words.length + more.length);
        System.arraycopy(more, 0, all, words.length, more.length);
        return Shell.domicile(all);
    }

    private static void assertDone(Shell.Outcome outcome) {
        assertThat(outcome.exitCode()).as(outcome.toString()).isZero();
    }

    private static void assertRefused(Shell.Outcome outcome, String why) {
        assertThat(outcome.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(outcome.err()).contains(why);
    }

    private int verify(String key) {
        return Domicile.execute("verify", state.ledger("us").toString(), "--key", key);
    }

    @Test
    void theStepsComeInTheirOrder() throws Exception {
        String old = Files.readString(state.verifierKey("us")).strip();
        assertRefused(rotate("--finish"), "there is no new key for us");
        assertDone(rotate());
        assertRefused(rotate(), "is between two keys already");
        assertRefused(rotate("--finish"), "has not recorded its new key yet");
        runGateway();
        byte[] oldKeyFile = Files.readAllBytes(state.signingKey("us"));
        Path sameFile = Files.createLink(temporary.resolve("link"), state.signingKey("us"));
        assertDone(rotate("--finish"));
        assertThat(Files.readAllBytes(sameFile))
                .as("overwritten, not only replaced")
                .isEqualTo(new byte[oldKeyFile.length]);
        assertThat(Files.readAllBytes(state.signingKey("us"))).isNotEqualTo(oldKeyFile);
        assertThat(state.nextSigningKey("us")).doesNotExist();
        runGateway();
        String key = Files.readString(state.verifierKey("us")).strip();
        assertThat(key).isNotEqualTo(old);
        assertThat(verify(old)).isZero();
        assertThat(verify(key)).isZero();
        assertThat(Domicile.execute("ledger", "rotate", "eu", "--state", temporary.toString()))
                .isEqualTo(ExitCode.FAILED);
    }
}
