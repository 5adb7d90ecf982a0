package org.domicile.control.freeze;

import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.domicile.control.request.DecidingKeys;
import org.domicile.control.request.Request;
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

    /** Uses of break-glass that nobody has reviewed yet, by request. */
    private final Map<String, Unreviewed> unreviewed = new LinkedHashMap<>();

    private final Set<String> reviewed = new HashSet<>();

    /**
     * @param usedBy verifier keys
     * @param request null where the body is not there
     */
    private record Unreviewed(Instant since, Set<String> usedBy, @Nullable Request request) {
        boolean isOverdueOf(@Nullable String person, Instant time) {
            return request != null
                    && request.requester().equals(person)
                    && time.isAfter(since.plus(BreakGlass.REVIEW_WITHIN).plus(GRACE));
        }
    }

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
        String digest = frozen.freeze();
        unreviewed
                .values()
                .removeIf(use ->
                        use.request() != null
                                && BreakGlass.freeze(use.request()).digest().equals(digest));
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

    /** Break-glass has to be reviewed from here on; comes again where it is opened again. */
    public void opened(
            Instant time, Fact.GrantOpened opened, Optional<Map<String, String>> privateValues) {
        if (!opened.isBreakGlass() || reviewed.contains(opened.request())) {
            return;
        }
        Request request = null;
        String document = privateValues.map(values -> values.get("request")).orElse(null);
        try {
            request = document == null ? null : Request.fromJson(document);
        } catch (PlanFormatException e) {
            // The rules for grants say that.
        }
        unreviewed.putIfAbsent(
                opened.request(), new Unreviewed(time, opened.approvals().keySet(), request));
    }

    /** What is wrong with a review, or null. */
    public @Nullable String reviewed(Fact.BreakGlassReviewed review) {
        Unreviewed use = unreviewed.get(review.request());
        if (use == null) {
            return "a review of what was not taken, or had been reviewed or frozen";
        }
        for (Map.Entry<String, String> signature : review.signatures().entrySet()) {
            VerifierKey key = VerifierKey.parse(signature.getKey());
            if (use.usedBy().stream().map(VerifierKey::parse).noneMatch(key::isSameKey)
                    && problem(SignedAct.Kind.REVIEW, signature, review.request()) == null) {
                unreviewed.remove(review.request());
                reviewed.add(review.request());
                return null;
            }
        }
        return "the review of break-glass is signed by nobody who may";
    }

    /** What is wrong with the end of a freeze, or null. */
    public @Nullable String unfrozen(Fact.Unfrozen unfrozen) {
        InForce over = inForce.remove(unfrozen.freeze());
        if (over == null) {
            return "a freeze ended that was not in force";
        }
        for (Map.Entry<String, String> signature : unfrozen.signatures().entrySet()) {
            String problem = problem(SignedAct.Kind.UNFREEZE, signature, unfrozen.freeze());
            if (problem != null) {
                return "freeze ended: " + problem;
            }
            if (over.fact().target().equals(Freeze.Target.ENTITY.text())
                    && employers(signature.getKey()).contains(over.fact().name())) {
                return "freeze ended: by somebody who works for the entity itself";
            }
        }
        if (DecidingKeys.hasOneTwice(unfrozen.signatures().keySet())) {
            return "freeze ended: two of the signatures are by one key";
        }
        int count = unfrozen.signatures().size();
        return count < FreezeApproval.NEEDED
                ? "a freeze ended by " + count + ", " + FreezeApproval.NEEDED + " are needed"
                : null;
    }

    private List<String> employers(String key) {
        return Optional.ofNullable(deciding.get(key))
                .flatMap(DecidingKeys.Holder::parse)
                .map(DecidingKeys.Holder::employers)
                .orElse(List.of());
    }

    /** What is wrong with the signature of a custodian or overseer, or null. */
    private @Nullable String problem(
            SignedAct.Kind kind, Map.Entry<String, String> signature, String about) {
        VerifierKey key = VerifierKey.parse(signature.getKey());
        String who = "the key " + key.shortText();
        if (!ApprovalSigner.isApprovalKey(key)) {
            return who + " is no approval key";
        }
        if (!Optional.ofNullable(deciding.get(key.text()))
                .flatMap(DecidingKeys.Holder::parse)
                .filter(DecidingKeys.Holder::watchesOver)
                .isPresent()) {
            return who + " is registered for no custodian or overseer";
        }
        try {
            SignedAct act = SignedAct.parse(signature.getValue());
            return act.kind() == kind && act.about().equals(about) && act.isBy(key)
                    ? null
                    : who + " did not sign that";
        } catch (NoteFormatException e) {
            return who + " signed nothing";
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
        for (Unreviewed use : unreviewed.values()) {
            if (use.isOverdueOf(person, time)) {
                return "break-glass of "
                        + use.since()
                        + " was not reviewed in time, and who took it is not frozen";
            }
        }
        return null;
    }
}
