package org.domicile.console.page;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.domicile.console.access.Visitor;
import org.domicile.control.request.SignedAct;
import org.domicile.ledger.note.VerifierKey;

/**
 * Something that who looks may sign now.
 *
 * @param act the word for it, as {@code docs/formats/request.md} has it
 * @param at the time in the text
 * @param text exactly what is signed
 * @param key what there is to sign it with: {@code passkey}, {@code file}, or {@code none}
 */
public record ToSign(String act, String at, String text, String key) {
    static ToSign of(Visitor visitor, SignedAct.Kind kind, String about, Instant now) {
        return of(visitor, kind, about, now.truncatedTo(ChronoUnit.SECONDS).toString());
    }

    static ToSign of(Visitor visitor, SignedAct.Kind kind, String about, String at) {
        String key =
                visitor.person()
                        .approvalKey()
                        .map(found -> found.type() == VerifierKey.Type.PASSKEY ? "passkey" : "file")
                        .orElse("none");
        return new ToSign(kind.text(), at, SignedAct.text(kind, about, at), key);
    }
}
