package org.domicile.control.freeze;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.domicile.control.organisation.Organisation;
import org.domicile.control.request.Independence;
import org.domicile.control.request.Independence.Judgement;
import org.domicile.control.request.RequestRecord.Entry;
import org.domicile.control.request.RequestState.Approval;
import org.domicile.control.request.RequestState.Discounted;
import org.domicile.control.request.Signatures;
import org.domicile.control.request.SignedAct;
import org.domicile.control.request.UnfitException;
import org.domicile.plan.PlanFormatException;

/**
 * Says where a freeze stands, from what a store keeps about it and the organisation of today. One
 * custodian or overseer freezes; two end it, who are independent of whom it is about and not in one
 * reporting line.
 */
public final class FreezeApproval {
    /** How many have to agree to an end. */
    public static final int NEEDED = 2;

    /** For messages. */
    public static final String WHO_FREEZES = "a custodian or an overseer";

    private final Organisation organisation;
    private final Independence independence;
    private final Signatures signatures;

    public FreezeApproval(Organisation organisation, Independence independence) {
        this.organisation = organisation;
        this.independence = independence;
        this.signatures = new Signatures(organisation);
    }

    /** An agreement that counts. */
    private record Counted(String by, Approval approval) {}

    /**
     * Checks everything.
     *
     * @param jurisdiction whose store has it
     * @param isKnown whether it was found genuine and recorded before: then it stays, though who
     *     froze has left since
     */
    public FreezeState check(
            String jurisdiction, FreezeRecord found, boolean isKnown, Instant now) {
        Freeze freeze;
        Map<String, String> frozenBy;
        try {
            freeze = document(jurisdiction, found);
            frozenBy = isKnown ? Map.of() : frozenBy(freeze, found.frozen(), now);
        } catch (UnfitException e) {
            return new FreezeState.Refused(found.digest(), e.getMessage());
        }
        List<Discounted> discounted = new ArrayList<>();
        List<Counted> releases = new ArrayList<>();
        for (Entry entry : found.releases()) {
            try {
                releases.add(release(freeze, entry, now));
            } catch (UnfitException e) {
                discounted.add(new Discounted(entry.by(), e.getMessage()));
            }
        }
        String lacks = "";
        for (Counted one : releases) {
            for (Counted other : releases.subList(0, releases.indexOf(one))) {
                Judgement together = independence.together(other.by(), one.by());
                if (together.may()) {
                    TreeMap<String, Approval> all = new TreeMap<>();
                    releases.forEach(counted -> all.put(counted.by(), counted.approval()));
                    return new FreezeState.Released(freeze, found.frozen().by(), all);
                }
                lacks =
                        other.by()
                                + " and "
                                + one.by()
                                + " are not enough together: "
                                + together.objections();
            }
        }
        return new FreezeState.InForce(
                freeze,
                found.frozen().by(),
                frozenBy,
                releases.stream().map(Counted::by).toList(),
                lacks,
                discounted);
    }

    private static Freeze document(String jurisdiction, FreezeRecord found) throws UnfitException {
        Freeze freeze;
        try {
            freeze = Freeze.fromJson(found.document());
        } catch (PlanFormatException e) {
            throw new UnfitException("its document is no freeze: " + e.getMessage());
        }
        if (!freeze.digest().equals(found.digest())) {
            throw new UnfitException("its document has another digest than it is kept under");
        }
        if (!freeze.jurisdiction().equals(jurisdiction)) {
            throw new UnfitException("it is of the jurisdiction " + freeze.jurisdiction());
        }
        return freeze;
    }

    private Map<String, String> frozenBy(Freeze freeze, Entry frozen, Instant now)
            throws UnfitException {
        SignedAct act = signatures.act(frozen.note(), freeze.digest(), frozen.by(), now);
        if (act.kind() != SignedAct.Kind.FREEZE) {
            throw new UnfitException("the signature of " + frozen.by() + " does not freeze it");
        }
        requireWatcher(frozen.by());
        return Map.of(signatures.key(frozen.by()).text(), act.noteText());
    }

    private void requireWatcher(String person) throws UnfitException {
        if (!signatures.person(person).watchesOver()) {
            throw new UnfitException(person + " may not: only " + WHO_FREEZES + " may");
        }
    }

    private Counted release(Freeze freeze, Entry entry, Instant now) throws UnfitException {
        SignedAct act = signatures.act(entry.note(), freeze.digest(), entry.by(), now);
        if (act.kind() != SignedAct.Kind.UNFREEZE) {
            throw new UnfitException("the signature of " + entry.by() + " does not end it");
        }
        requireWatcher(entry.by());
        Judgement judgement = judge(freeze, entry.by());
        if (!judgement.may()) {
            throw new UnfitException(
                    entry.by() + " may not decide about it: " + judgement.objections());
        }
        return new Counted(entry.by(), new Approval(signatures.key(entry.by()), act));
    }

    private Judgement judge(Freeze freeze, String by) {
        return switch (freeze.target()) {
            case PERSON ->
                    organisation.people().containsKey(freeze.name())
                            ? independence.judge(by, freeze.name())
                            : independence.judge(by);
            case ENTITY -> {
                Organisation.Person decides = organisation.people().get(by);
                boolean worksThere =
                        decides != null && Independence.worksFor(decides).contains(freeze.name());
                yield worksThere
                        ? new Judgement(
                                by,
                                List.of(
                                        new Independence.Check(
                                                false, "works for " + freeze.name())))
                        : independence.judge(by);
            }
            case AUDIENCE, JURISDICTION -> independence.judge(by);
        };
    }
}
