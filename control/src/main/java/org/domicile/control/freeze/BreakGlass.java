package org.domicile.control.freeze;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import org.domicile.control.organisation.Organisation;
import org.domicile.control.request.Independence;
import org.domicile.control.request.Independence.Judgement;
import org.domicile.control.request.Request;
import org.domicile.control.request.RequestRecord.Entry;
import org.domicile.control.request.RequestState.Approval;
import org.domicile.control.request.SignedAct;
import org.domicile.control.request.Signatures;
import org.domicile.control.request.UnfitException;

/**
 * What follows the use of break-glass: within a day a custodian or an overseer who is independent of
 * who used it signs that they looked into it; otherwise who used it is frozen.
 */
public final class BreakGlass {
    /** From its opening on. */
    public static final Duration REVIEW_WITHIN = Duration.ofHours(24);

    private BreakGlass() {}

    /** The freeze of whoever used it: the same document whoever computes it. */
    public static Freeze freeze(Request request) {
        return new Freeze(
                request.jurisdiction(),
                Freeze.Target.PERSON,
                request.requester(),
                "break-glass " + request.digest() + " was not reviewed in time",
                request.salt());
    }

    /**
     * A review that counts.
     *
     * @param usedBy those who took it, none of whom may
     * @throws UnfitException when it does not count
     */
    public static Approval review(
            Organisation organisation,
            Independence independence,
            Request request,
            Collection<String> usedBy,
            Entry entry,
            Instant now)
            throws UnfitException {
        Signatures signatures = new Signatures(organisation);
        SignedAct act = signatures.act(entry.note(), request.digest(), entry.by(), now);
        if (act.kind() != SignedAct.Kind.REVIEW) {
            throw new UnfitException("the signature of " + entry.by() + " reviews nothing");
        }
        if (!signatures.person(entry.by()).watchesOver()) {
            throw new UnfitException(
                    entry.by() + " may not: only " + FreezeApproval.WHO_FREEZES + " may");
        }
        Judgement judgement = independence.judge(entry.by(), request.requester());
        if (!judgement.may()) {
            throw new UnfitException(
                    entry.by() + " may not review it: " + judgement.objections());
        }
        if (usedBy.contains(entry.by())) {
            throw new UnfitException(entry.by() + " took it");
        }
        return new Approval(signatures.key(entry.by()), act);
    }
}
