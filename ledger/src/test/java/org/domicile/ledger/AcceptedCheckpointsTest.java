package org.domicile.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.domicile.ledger.AcceptedCheckpoints.Kept;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AcceptedCheckpointsTest {
    private static final Instant NOW = Instant.parse("2026-11-22T15:30:00Z");
    private static final int FUZZED = 20_000;

    @TempDir Path temporary;

    private static Kept kept(Instant accepted, int length) {
        byte[] note = new byte[length];
        Arrays.fill(note, (byte) '\n'); // a note's content must not matter to the framing
        return new Kept(accepted, note);
    }

    private static byte[] file(List<Kept> all) {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        all.forEach(one -> file.writeBytes(one.toBytes()));
        return file.toByteArray();
    }

    private List<Instant> read() throws Exception {
        return AcceptedCheckpoints.read(temporary).stream().map(Kept::accepted).toList();
    }

    @Test
    void whatIsAppendedIsRead() throws Exception {
        Files.createDirectory(temporary.resolve(Layout.MIRROR));
        assertThat(read()).isEmpty();
        for (int i = 0; i < 3; i++) {
            AcceptedCheckpoints.append(temporary, kept(NOW.plusSeconds(i), 200 + i));
        }
        assertThat(read()).containsExactly(NOW, NOW.plusSeconds(1), NOW.plusSeconds(2));
        assertThat(Files.readString(temporary.resolve(Layout.MIRROR_CHECKPOINTS)))
                .startsWith("2026-11-22T15:30:00Z 200\n");
    }

    @Test
    void anUnfinishedEndIsPassedOverAndTidiedAway() throws Exception {
        Path file = temporary.resolve(Layout.MIRROR_CHECKPOINTS);
        Files.createDirectory(temporary.resolve(Layout.MIRROR));
        byte[] two = file(List.of(kept(NOW, 200), kept(NOW.plusSeconds(9), 300)));
        int first = kept(NOW, 200).toBytes().length;
        for (int length = first; length < two.length; length++) {
            Files.write(file, Arrays.copyOf(two, length));
            assertThat(read()).as("cut to %d", length).containsExactly(NOW);
            assertThat(AcceptedCheckpoints.tidy(temporary, new Disk(), NOW)).isEqualTo(1);
            assertThat(Files.size(file)).isEqualTo(first);
        }
        Files.write(file, new byte[] {'x', '\n'}, StandardOpenOption.APPEND);
        assertThatThrownBy(this::read)
                .isInstanceOf(LedgerDamage.Malformed.class)
                .hasMessageContaining("mirror/checkpoints: has no checkpoint after the 1");
    }

    @Test
    void olderOnesAreThinnedToTheLastOfEachHour() {
        List<Kept> all = new ArrayList<>();
        Instant start = NOW.minus(Duration.ofDays(3));
        for (Instant at = start; at.isBefore(NOW); at = at.plusSeconds(600)) {
            all.add(kept(at, 100));
        }
        List<Kept> thinned = AcceptedCheckpoints.thinned(all, NOW);
        assertThat(
                        thinned.stream()
                                .filter(one ->
                                        !one.accepted().isBefore(NOW.minus(Duration.ofDays(1)))))
                .hasSize(6 * 24);
        assertThat(
                        thinned.stream()
                                .filter(one ->
                                        one.accepted().isBefore(NOW.minus(Duration.ofDays(1)))))
                .hasSizeBetween(48, 49)
                .allMatch(one ->
                        one.accepted().toString().contains(":50:00")
                                || one.accepted()
                                        .equals(NOW.minus(Duration.ofDays(1)).minusSeconds(600)));
        assertThat(AcceptedCheckpoints.thinned(thinned, NOW)).isEqualTo(thinned);
        assertThat(thinned.getLast()).isEqualTo(all.getLast());
    }

    /** Fuzz: a damaged file is a finding or shorter, and never anything else. */
    @Test
    void anythingElseIsAFinding() throws IOException {
        Random random = new Random(3);
        byte[] intact = file(List.of(kept(NOW, 100), kept(NOW, 1), kept(NOW, 99)));
        for (int i = 0; i < FUZZED; i++) {
            byte[] fuzzed = Arrays.copyOf(intact, random.nextInt(intact.length + 1));
            for (int flips = random.nextInt(4); flips > 0 && fuzzed.length > 0; flips--) {
                fuzzed[random.nextInt(fuzzed.length)] = (byte) random.nextInt(256);
            }
            try {
                AcceptedCheckpoints.parse(fuzzed);
            } catch (LedgerDamage damage) {
                assertThat(damage.place().file()).isEqualTo(Layout.MIRROR_CHECKPOINTS);
            }
        }
    }
}
