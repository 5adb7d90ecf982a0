package org.domicile.console.page;

import java.time.Instant;
import java.time.InstantSource;
import org.domicile.console.access.Visitor;
import org.domicile.console.site.DeskClosedException;
import org.domicile.console.site.Jurisdiction;
import org.domicile.console.site.Site;
import org.domicile.control.freeze.Freeze;
import org.domicile.control.request.Request;
import org.domicile.control.request.SignedAct;
import org.domicile.control.request.UnfitException;
import org.domicile.plan.PlanFormatException;

/**
 * Does what people sign: asks, decides, freezes. The store's desk says what counts, by the
 * signature alone; being signed in to this console gives no right to any of it.
 */
public final class Acts {
    private final Site site;
    private final InstantSource clock;

    public Acts(Site site, InstantSource clock) {
        this.site = site;
        this.clock = clock;
    }

    /**
     * Files a request.
     *
     * @param document as {@link NewRequest} showed it
     * @return it
     */
    public Request file(Ask ask, String document, Signing signing)
            throws NoPageException, DeskClosedException, UnfitException {
        Request request;
        try {
            request = Request.fromJson(document);
        } catch (PlanFormatException e) {
            throw new UnfitException(String.valueOf(e.getMessage()));
        }
        site.jurisdiction(request.jurisdiction())
                .orElseThrow(NoPageException::new)
                .desk()
                .file(
                        request,
                        signing.entry(ask.visitor(), SignedAct.Kind.FILE, request.digest(), now()));
        return request;
    }

    /** Approves, denies, ends or reviews the request of an address. */
    public void decide(Ask ask, String act, Signing signing)
            throws NoPageException, DeskClosedException, UnfitException {
        Jurisdiction jurisdiction = jurisdiction(ask);
        var state = OneRequest.find(jurisdiction, ask);
        SignedAct.Kind kind = kind(act);
        switch (kind) {
            case APPROVE, DENY, END ->
                    jurisdiction
                            .desk()
                            .decide(
                                    state.digest(),
                                    signing.entry(ask.visitor(), kind, state.digest(), now()));
            case REVIEW ->
                    jurisdiction
                            .desk()
                            .review(
                                    state.digest(),
                                    signing.entry(ask.visitor(), kind, state.digest(), now()));
            case FILE, FREEZE, UNFREEZE ->
                    throw new UnfitException("that is nothing that is done to a request");
        }
    }

    private static SignedAct.Kind kind(String text) throws UnfitException {
        for (SignedAct.Kind kind : SignedAct.Kind.values()) {
            if (kind.text().equals(text)) {
                return kind;
            }
        }
        throw new UnfitException("that is nothing that is done to a request");
    }

    /**
     * Stops somebody, or everybody.
     *
     * @param document as {@link NewFreeze} showed it
     */
    public void freeze(Ask ask, String document, Signing signing)
            throws NoPageException, DeskClosedException, UnfitException {
        Freeze freeze;
        try {
            freeze = Freeze.fromJson(document);
        } catch (PlanFormatException e) {
            throw new UnfitException(String.valueOf(e.getMessage()));
        }
        site.jurisdiction(freeze.jurisdiction())
                .orElseThrow(NoPageException::new)
                .desk()
                .freeze(
                        freeze,
                        signing.entry(
                                ask.visitor(), SignedAct.Kind.FREEZE, freeze.digest(), now()));
    }

    /** Agrees to the end of the freeze of an address. */
    public void unfreeze(Ask ask, Signing signing)
            throws NoPageException, DeskClosedException, UnfitException {
        Visitor visitor = ask.visitor();
        String freeze = ask.path("freeze");
        jurisdiction(ask)
                .desk()
                .unfreeze(freeze, signing.entry(visitor, SignedAct.Kind.UNFREEZE, freeze, now()));
    }

    private Jurisdiction jurisdiction(Ask ask) throws NoPageException {
        return site.jurisdiction(ask.path("jurisdiction")).orElseThrow(NoPageException::new);
    }

    private Instant now() {
        return clock.instant();
    }
}
