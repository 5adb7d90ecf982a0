package org.domicile.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScramVerifierTest {
    /** The user of RFC 7677 section 3: password "pencil", 4096 iterations. */
    private static final byte[] SALT = Base64.getDecoder().decode("W22ZaJ0SNY7soEsUEjb6gQ==");

    private static final String TEXT =
            "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ=="
                    + "$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=";

    @Test
    void derivesWhatPostgresqlStores() {
        assertThat(ScramVerifier.ofPassword("pencil", SALT, 4096).text()).isEqualTo(TEXT);
    }

    @Test
    void readsItsOwnSpelling() {
        assertThat(ScramVerifier.parse(TEXT))
                .isEqualTo(ScramVerifier.ofPassword("pencil", SALT, 4096))
                .isNotEqualTo(ScramVerifier.ofPassword("pencil2", SALT, 4096));
    }

    @Test
    void refusesOtherSpellingsWithoutRepeatingThem() {
        for (String text :
                new String[] {"", "secret", "SCRAM-SHA-256$0:YQ==$YQ==:YQ==", TEXT + "x"}) {
            assertThatThrownBy(() -> ScramVerifier.parse(text))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageNotContaining("secret");
        }
    }

    @Test
    void keepsItsKeysToItself() {
        assertThat(ScramVerifier.parse(TEXT).toString()).doesNotContain("wfPL");
    }

    @Test
    void theCredentialsFileNamesItsBadLine(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("credentials");
        Files.writeString(file, "# people\nalice:" + TEXT + "\n");
        assertThat(ScramCredentials.read(file).verifierOf("alice")).isPresent();
        assertThat(ScramCredentials.read(file).verifierOf("bob")).isEmpty();

        Files.writeString(file, "alice:" + TEXT + "\nbob:hunter2\n");
        assertThatThrownBy(() -> ScramCredentials.read(file))
                .hasMessageContaining(":2:")
                .hasMessageNotContaining("hunter2");
        Files.writeString(file, "alice:" + TEXT + "\nalice:" + TEXT + "\n");
        assertThatThrownBy(() -> ScramCredentials.read(file)).hasMessageContaining("twice");
    }
}
