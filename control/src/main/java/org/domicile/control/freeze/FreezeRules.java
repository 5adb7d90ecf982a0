package org.domicile.control.freeze;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.domicile.control.organisation.Organisation;
import org.domicile.control.request.DecidingKeys;
import org.domicile.control.request.SignedAct;
import org.domicile.ledger.Fact;
import org.domicile.ledger.note.ApprovalSigner;
import org.domicile.ledger.note.NoteFormatException;
import org.domicile.ledger.note.VerifierKey;
import org.domicile.plan.PlanFormatException;
import org.jspecify.annotations.Nullable;

/**
 * The rules for freezes that a ledger is verified against (I4, I6): nothing is disclosed to whom
 * one stops, and none ends without two signatures. Given every fact in order; not thread-safe.
 *
 * <p>Who froze is not asked: narrowing is never blocked (I7).
 */
public final class FreezeRules {
    /**
     * What was on its way when a freeze was recorded may still be recorded so long after. Sessions
     * look once a second.
     */
    static final Duration GRACE = Duration.ofSeconds(10);

    private Map<String, String> deciding = Map.of();
    private final Map<String, InForce> inForce = new LinkedHashMap<>();

    /**
     * @param freeze null where it is a person's and the body is not there
     */
    private record InForce(Instant since, Fact.Frozen fact, @Nullable Freeze freeze) {
        boolean stops(@Nullable String person, String entity, String audience) {
            if (freeze != null) {
                return freeze.stops(person, entity, audience);
            }
            return switch (fact.target()) {
                case "entity" -> entity.equals(fact.name());
                case "audience" -> audience.equals(fact.name());
                case "jurisdiction" -> true;
                default -> false;
            };
        }
    }

    /** From here on these are the keys that count, see {@link DecidingKeys}. */
    public void organisation(Map<String, String> decidingKeys) {
        deciding = Map.copyOf(decidingKeys);
    }

    /** What is wrong with the record of a freeze, or null. */
    public @Nullable String frozen(
            Instant time, Fact.Frozen frozen, Optional<Map<String, String>> privateValues) {
        String document = privateValues.map(values -> values.get("freeze")).orElse(null);
        Freeze freeze = null;
        if (document != null) {
            try {
                freeze = Freeze.fromJson(document);
            } catch (PlanFormatException e) {
                return "the freeze's document is none: " + e.getMessage();
            }
        }
        // In force whatever is wrong with it, and since the first time it was recorded.
        InForce before = inForce.get(frozen.freeze());
        inForce.put(
                frozen.freeze(),
                new InForce(before == null ? time : before.since(), frozen, freeze));
        boolean isSame =
                freeze == null
                        || (freeze.digest().equals(frozen.freeze())
                                && freeze.target().text().equals(frozen.target())
                                && (frozen.name() == null || frozen.name().equals(freeze.name())));
        return isSame ? null : "the freeze's document is another than the one it names";
    }

    /** What is wrong with the end of a freeze, or null. */
    public @Nullable String unfrozen(Fact.Unfrozen unfrozen) {
        InForce over = inForce.remove(unfrozen.freeze());
        if (over == null) {
            return "a freeze ended that was not in force";
        }
        for (Map.Entry<String, String> signature : unfrozen.signatures().entrySet()) {
            VerifierKey key = VerifierKey.parse(signature.getKey());
            Optional<DecidingKeys.Holder> holder =
                    Optional.ofNullable(deciding.get(key.text()))
                            .flatMap(DecidingKeys.Holder::parse);
            String who = "freeze ended: the key " + key.shortText();
            if (!ApprovalSigner.isApprovalKey(key)) {
                return who + " is no approval key";
            }
            if (holder.isEmpty() || !watchesOver(holder.get())) {
                return who + " is registered for no custodian or overseer";
            }
            if (over.fact().target().equals(Freeze.Target.ENTITY.text())
                    && holder.get().employers().contains(over.fact().name())) {
                return who + " is of somebody who works for the entity itself";
            }
            if (!isRelease(signature.getValue(), key, unfrozen.freeze())) {
                return who + " did not sign that";
            }
        }
        int count = unfrozen.signatures().size();
        return count < FreezeApproval.NEEDED
                ? "a freeze ended by " + count + ", " + FreezeApproval.NEEDED + " are needed"
                : null;
    }

    private static boolean watchesOver(DecidingKeys.Holder holder) {
        return holder.roles().contains(Organisation.Role.CUSTODIAN.text())
                || holder.roles().contains(Organisation.Role.OVERSEER.text());
    }

    private static boolean isRelease(String note, VerifierKey key, String freeze) {
        try {
            SignedAct act = SignedAct.parse(note);
            return act.kind() == SignedAct.Kind.UNFREEZE
                    && act.about().equals(freeze)
                    && act.isBy(key);
        } catch (NoteFormatException e) {
            return false;
        }
    }

    /**
     * What is wrong with a disclosure, or null.
     *
     * @param person null where it is not known
     */
    public @Nullable String disclosed(
            Instant time, @Nullable String person, String entity, String audience) {
        for (InForce frozen : inForce.values()) {
            if (frozen.stops(person, entity, audience)
                    && time.isAfter(frozen.since().plus(GRACE))) {
                return "the " + frozen.fact().target() + " was frozen at " + frozen.since();
            }
        }
        return null;
    }
}
