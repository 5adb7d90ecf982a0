package org.domicile.console.web;

import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import java.util.Base64;
import java.util.Optional;
import org.domicile.console.access.Door;
import org.domicile.console.page.Acts;
import org.domicile.console.page.Ask;
import org.domicile.console.page.NewFreeze;
import org.domicile.console.page.NewRequest;
import org.domicile.console.page.NoPageException;
import org.domicile.console.page.Pages;
import org.domicile.console.page.Signing;
import org.domicile.console.site.DeskClosedException;
import org.domicile.control.request.Request;
import org.domicile.control.request.UnfitException;
import org.domicile.ledger.note.NoteFormatException;
import org.domicile.ledger.note.PasskeySignature;

/**
 * Asking, deciding and freezing: what is filled in is shown again as what there is to be signed,
 * and what comes back signed is done. What does not count is told with the reason, on the page it
 * came from.
 */
final class ActPages {
    private final Views views;
    private final Pages pages;
    private final Acts acts;

    ActPages(Views views, Pages pages, Acts acts) {
        this.views = views;
        this.pages = pages;
        this.acts = acts;
    }

    void prepareRequest(Context context, Ask ask) throws NoPageException {
        NewRequest.Form form =
                new NewRequest.Form(
                        SignInPages.field(context, "jurisdiction"),
                        SignInPages.field(context, "purpose"),
                        SignInPages.field(context, "ticket"),
                        context.formParams("columns"),
                        SignInPages.field(context, "subjects"),
                        SignInPages.field(context, "minutes"));
        views.page(context, Door.NEW_REQUEST, pages.prepare(ask, form));
    }

    void fileRequest(Context context, Ask ask) throws NoPageException {
        try {
            Request filed =
                    acts.file(ask, SignInPages.field(context, "document"), signing(context));
            context.redirect(
                    Door.REQUESTS.path() + "/" + filed.jurisdiction() + "/" + filed.digest(),
                    HttpStatus.SEE_OTHER);
        } catch (UnfitException e) {
            context.status(HttpStatus.UNPROCESSABLE_CONTENT);
            views.page(context, Door.NEW_REQUEST, pages.notFiled(ask, e.getMessage()));
        } catch (DeskClosedException e) {
            throw new IllegalStateException(e.getMessage());
        }
    }

    void decide(Context context, Ask ask) throws NoPageException {
        try {
            acts.decide(ask, SignInPages.field(context, "act"), signing(context));
            context.redirect(context.path(), HttpStatus.SEE_OTHER);
        } catch (UnfitException e) {
            context.status(HttpStatus.UNPROCESSABLE_CONTENT);
            views.page(context, Door.REQUEST, pages.refused(ask, e.getMessage()));
        } catch (DeskClosedException e) {
            throw new IllegalStateException(e.getMessage());
        }
    }

    void prepareFreeze(Context context, Ask ask) throws NoPageException {
        NewFreeze.Form form =
                new NewFreeze.Form(
                        SignInPages.field(context, "jurisdiction"),
                        SignInPages.field(context, "target"),
                        SignInPages.field(context, "name"),
                        SignInPages.field(context, "reason"));
        views.page(context, Door.OVERSIGHT, pages.prepare(ask, form));
    }

    void freeze(Context context, Ask ask) throws NoPageException {
        try {
            acts.freeze(ask, SignInPages.field(context, "document"), signing(context));
            context.redirect(Door.OVERSIGHT.path(), HttpStatus.SEE_OTHER);
        } catch (UnfitException e) {
            notFrozen(context, ask, e);
        } catch (DeskClosedException e) {
            throw new IllegalStateException(e.getMessage());
        }
    }

    void unfreeze(Context context, Ask ask) throws NoPageException {
        try {
            acts.unfreeze(ask, signing(context));
            context.redirect(Door.OVERSIGHT.path(), HttpStatus.SEE_OTHER);
        } catch (UnfitException e) {
            notFrozen(context, ask, e);
        } catch (DeskClosedException e) {
            throw new IllegalStateException(e.getMessage());
        }
    }

    private void notFrozen(Context context, Ask ask, UnfitException why) {
        context.status(HttpStatus.UNPROCESSABLE_CONTENT);
        views.page(context, Door.OVERSIGHT, pages.notFrozen(ask, why.getMessage()));
    }

    /** By a passkey, or, where nothing of one was sent, by a note. */
    private static Signing signing(Context context) throws UnfitException {
        String note = SignInPages.field(context, "note");
        try {
            return new Signing(
                    SignInPages.field(context, "at"),
                    note.isBlank() ? Optional.of(passkey(context)) : Optional.empty(),
                    note);
        } catch (NoteFormatException e) {
            throw new UnfitException(String.valueOf(e.getMessage()));
        }
    }

    /**
     * What a passkey answered, as {@code passkey.js} sends it.
     *
     * @throws NoteFormatException when it is none
     */
    static PasskeySignature passkey(Context context) {
        return new PasskeySignature(
                bytes(context, "authenticator_data"),
                bytes(context, "client_data"),
                bytes(context, "signature"));
    }

    /** A field in base64. */
    static byte[] bytes(Context context, String name) {
        try {
            return Base64.getDecoder().decode(SignInPages.field(context, name));
        } catch (IllegalArgumentException e) {
            throw new NoteFormatException("what a passkey answers is sent in base64");
        }
    }
}
