package org.domicile.console.web;

import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import java.net.URI;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import org.domicile.console.access.Door;
import org.domicile.console.access.NewPasskey;
import org.domicile.console.access.Reception;
import org.domicile.console.access.Visitor;
import org.domicile.console.page.Passkey;
import org.domicile.ledger.note.NoteFormatException;
import org.domicile.ledger.note.PasskeySignature;

/** Passkeys: making one, and coming in with one. */
final class PasskeyPages {
    private final Guard guard;
    private final Views views;
    private final SignInPages signIns;
    private final Reception reception;
    private final Supplier<URI> origin;

    PasskeyPages(
            Guard guard,
            Views views,
            SignInPages signIns,
            Reception reception,
            Supplier<URI> origin) {
        this.guard = guard;
        this.views = views;
        this.signIns = signIns;
        this.reception = reception;
        this.origin = origin;
    }

    void signIn(Context context) {
        PasskeySignature signature;
        try {
            signature = ActPages.passkey(context);
        } catch (NoteFormatException e) {
            throw new Refusal(HttpStatus.BAD_REQUEST, "passkey.unreadable");
        }
        signIns.answer(
                context,
                reception.signIn(
                        SignInPages.field(context, "name"),
                        SignInPages.field(context, "challenge"),
                        signature,
                        origin.get().toString(),
                        Guard.address(context),
                        Guard.client(context)));
    }

    /** Shows the line for the organisation file. The console itself writes nothing into it. */
    void register(Context context) {
        Visitor visitor = guard.admit(context, Door.NEW_PASSKEY);
        String line;
        try {
            line =
                    "approval_key: "
                            + NewPasskey.read(
                                            ActPages.bytes(context, "authenticator_data"),
                                            origin.get().toString())
                                    .text();
        } catch (NoteFormatException e) {
            throw new Refusal(HttpStatus.BAD_REQUEST, "passkey.unreadable");
        }
        views.html(
                context,
                Door.PASSKEY.name().toLowerCase(Locale.ROOT),
                Map.of(
                        "page",
                        new Passkey(visitor.id(), line),
                        "frame",
                        views.frame(context, Door.PASSKEY)));
    }
}
