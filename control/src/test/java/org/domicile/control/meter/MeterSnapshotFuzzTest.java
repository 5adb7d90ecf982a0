package org.domicile.control.meter;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever a snapshot's file has, it is read as it was written or passed over. */
class MeterSnapshotFuzzTest {
    private static final int TODAY = BulkMeters.day(Fixture.NOON);

    @TempDir Path temporary;

    @FuzzTest
    void file(byte[] data) throws IOException {
        assertThat(isRead(data)).isFalse();
    }

    @Test
    void everyChangeIsNoticed() throws Exception {
        BulkMeters meters = new BulkMeters(Fixture.RULES);
        meters.admit(
                Fixture.PLAN,
                Fixture.told(20, "users.gene", "users.email"),
                Fixture.people(0, 20),
                Fixture.NOON,
                () -> {});
        Path file = temporary.resolve("snapshot");
        MeterSnapshot.write(
                file, meters, new MeterSnapshot.Covered("example.org/us", 7, new byte[32]));
        byte[] whole = Files.readAllBytes(file);
        assertThat(isRead(whole)).isTrue();
        for (int at = 0; at < whole.length; at++) {
            byte[] changed = whole.clone();
            changed[at] ^= 0x11;
            assertThat(isRead(changed)).as("byte %d", at).isFalse();
            assertThat(isRead(Arrays.copyOf(whole, at))).as("cut off at %d", at).isFalse();
        }
        Random random = new Random(6);
        for (int round = 0; round < 5_000; round++) {
            byte[] changed = whole.clone();
            for (int change = random.nextInt(4); change >= 0; change--) {
                changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
            }
            assertThat(isRead(changed)).isEqualTo(Arrays.equals(changed, whole));
        }
    }

    private static boolean isRead(byte[] data) throws IOException {
        try {
            MeterSnapshot.read(new ByteArrayInputStream(data), Fixture.RULES, TODAY);
            return true;
        } catch (MeterSnapshot.Unusable e) {
            return false;
        }
    }
}
