package org.domicile.control.request;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.domicile.ledger.note.NoteFormatException;
import org.domicile.plan.PlanFormatException;
import org.junit.jupiter.api.Test;

/** Whatever comes, it is refused with one exception, or writes back as it was. */
class RequestFuzzTest {
    private static final Request REQUEST = World.request("analyst");

    @FuzzTest
    void document(byte[] data) {
        readOrRefuseDocument(new String(data, StandardCharsets.UTF_8));
    }

    @FuzzTest
    void note(byte[] data) {
        readOrRefuseNote(new String(data, StandardCharsets.UTF_8));
    }

    @Test
    void randomChangesAreReadOrRefused() {
        String note = World.note(SignedAct.Kind.APPROVE, REQUEST, "second");
        Random random = new Random(24);
        int readAgain = 0;
        for (int round = 0; round < 5_000; round++) {
            readAgain += readOrRefuseDocument(changed(REQUEST.toJson(), random)) ? 1 : 0;
            readAgain += readOrRefuseNote(changed(note, random)) ? 1 : 0;
        }
        assertThat(readAgain).isPositive();
    }

    private static String changed(String text, Random random) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        for (int change = random.nextInt(3); change > 0; change--) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(128);
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static boolean readOrRefuseDocument(String json) {
        try {
            assertThat(Request.fromJson(json).toJson()).isEqualTo(json);
            return true;
        } catch (PlanFormatException e) {
            return false;
        }
    }

    private static boolean readOrRefuseNote(String note) {
        try {
            assertThat(SignedAct.parse(note).noteText()).isEqualTo(note);
            return true;
        } catch (NoteFormatException e) {
            return false;
        }
    }
}
