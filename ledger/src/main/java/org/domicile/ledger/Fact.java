package org.domicile.ledger;

import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What an entry says in public: no personal data, no SQL literal. Private values travel beside it,
 * see {@link Ledger#append}.
 *
 * <p>A {@code session} is 32 lower-case hexadecimal digits; within one session {@code sequence}
 * counts from 0 without a gap, over all kinds of facts. A {@code plan} is a plan's digest. Counts
 * are from 0 to 2^53 - 1. Names are as {@link FactRules} has them. A fact that breaks one of these
 * rules is an {@link IllegalArgumentException}.
 */
public sealed interface Fact {

    /** The entry's {@code type}. */
    String type();

    /** A fact of the log itself or of who keeps it: it names no plan and is nobody's session. */
    sealed interface OfLog extends Fact {}

    /** A fact of one client session. */
    sealed interface OfSession extends Fact {
        String session();

        long sequence();

        String plan();

        String counterparty();
    }

    /** Somebody logged in. Private: {@code accessor}, {@code client}. */
    record SessionOpened(String session, long sequence, String plan, String counterparty)
            implements OfSession {
        public static final String TYPE = "session-opened";

        public SessionOpened {
            FactRules.requireSession(session, sequence, plan, counterparty);
        }

        @Override
        public String type() {
            return TYPE;
        }
    }

    /**
     * Rows left, or were about to leave, for a client. Private: {@code accessor}, {@code sql} and,
     * where people were counted, {@code subjects}: their tokens.
     *
     * @param columns for each relation read, each column read and its transform's text; catalogue
     *     relations of PostgreSQL itself are left out. Given the same unmodifiable maps (of {@link
     *     Map#copyOf}, the inner ones too) for each segment of a statement, they cost once
     * @param subjects how many people this segment shows, on tables that are about people
     * @param statement normalised SQL
     * @param segment counts the parts of one result from 0
     * @param last whether this segment ends its result
     * @param rows in this segment
     * @param bytes of this segment, as framed for the client
     */
    record Disclosure(
            String session,
            long sequence,
            String plan,
            String counterparty,
            String audience,
            String purpose,
            Shape shape,
            Map<String, Map<String, String>> columns,
            Subjects subjects,
            String statement,
            int segment,
            boolean last,
            long rows,
            long bytes)
            implements OfSession {
        public static final String TYPE = "disclosure";

        public Disclosure {
            FactRules.requireSession(session, sequence, plan, counterparty);
            FactRules.requireName("audience", audience);
            FactRules.requireName("purpose", purpose);
            Objects.requireNonNull(shape, "shape");
            columns = DisclosedColumns.copyOf(columns);
            Objects.requireNonNull(subjects, "subjects");
            Objects.requireNonNull(statement, "statement");
            FactRules.requireCount("segment", segment);
            FactRules.requireCount("rows", rows);
            FactRules.requireCount("bytes", bytes);
        }

        @Override
        public String type() {
            return TYPE;
        }
    }

    /**
     * Whose data a segment shows, as numbers. What is not about people is not mentioned.
     *
     * @param people for each data category, of how many distinct people the segment shows data:
     *     exactly so many where {@code bounds} is empty, else at most; a category that is missing
     *     is told by {@code bounds} only
     * @param bounds for each relation whose people could not be told exactly, a stable word for
     *     why, e.g. {@code aggregate}
     */
    record Subjects(Map<String, Long> people, Map<String, String> bounds) {
        /** Nothing about people was read. */
        public static final Subjects NONE = new Subjects(Map.of(), Map.of());

        public Subjects {
            people = Map.copyOf(people);
            bounds = Map.copyOf(bounds);
            people.forEach((category, count) -> {
                FactRules.requireCategory("people", category);
                FactRules.requireCount("people", count);
            });
            bounds.forEach((relation, why) -> {
                FactRules.requireShortText("bounds", relation);
                FactRules.requireWord("bounds", why);
            });
        }
    }

    /** What kind of statement a disclosure answered. */
    enum Shape {
        /** Reads no relation: {@code SELECT 1}. */
        CONSTANT("constant"),
        /** Reads only PostgreSQL's own catalogue. */
        CATALOGUE("catalogue"),
        /** Rows of people's data may pass as they are. */
        SELECT("select"),
        /** Groups or aggregates rows of people's data. */
        AGGREGATE("aggregate");

        private final String text;

        Shape(String text) {
            this.text = text;
        }

        public String text() {
            return text;
        }

        /** Reads the spelling of {@link #text()}. */
        public static Shape parse(String text) {
            for (Shape shape : values()) {
                if (shape.text.equals(text)) {
                    return shape;
                }
            }
            throw new IllegalArgumentException("unknown shape of a statement");
        }
    }

    /**
     * Something was refused. Private: {@code accessor}, {@code sql} where there was one.
     *
     * @param audience null where none had been decided
     * @param purpose null where none, or no known one, was declared
     * @param sqlState the five-character code the client got
     * @param reason a stable word for the rule that refused, e.g. {@code statement-not-allowed}
     * @param statement normalised SQL, empty where there was none or it could not be read
     */
    record Refusal(
            String session,
            long sequence,
            String plan,
            String counterparty,
            @Nullable String audience,
            @Nullable String purpose,
            String sqlState,
            String reason,
            String statement)
            implements OfSession {
        public static final String TYPE = "refusal";

        public Refusal {
            FactRules.requireSession(session, sequence, plan, counterparty);
            if (audience != null) {
                FactRules.requireName("audience", audience);
            }
            if (purpose != null) {
                FactRules.requireName("purpose", purpose);
            }
            FactRules.requireSqlState(sqlState);
            FactRules.requireWord("reason", reason);
            Objects.requireNonNull(statement, "statement");
        }

        @Override
        public String type() {
            return TYPE;
        }
    }

    /**
     * A store was found to have a new plan; the first entry that may name it comes after. Private:
     * {@code roster} (the roster's digest).
     *
     * @param version the store's count of applied plans
     * @param catalogue lower-case hexadecimal SHA-256 of the catalogue that implements the plan
     */
    record PolicyApplied(long version, String plan, String catalogue) implements Fact {
        public static final String TYPE = "policy-applied";

        public PolicyApplied {
            FactRules.requireCount("version", version);
            FactRules.requireDigest("plan", plan);
            FactRules.requireDigest("catalogue", catalogue);
        }

        @Override
        public String type() {
            return TYPE;
        }
    }

    /**
     * The log says that it is there: when it starts, at an interval while it runs, and when it
     * stops, so that silence can be told from having nothing to say. Private: nothing.
     *
     * @param intervalSeconds how long after this one the next comes at the latest
     */
    record Heartbeat(State state, long intervalSeconds) implements OfLog {
        public static final String TYPE = "heartbeat";

        /** Whoever wants to say less often that a log is there might as well not say it. */
        public static final long MAX_INTERVAL_SECONDS = 3600;

        public Heartbeat {
            Objects.requireNonNull(state, "state");
            if (intervalSeconds < 1 || intervalSeconds > MAX_INTERVAL_SECONDS) {
                throw new IllegalArgumentException(
                        "interval must be from 1 to " + MAX_INTERVAL_SECONDS + " seconds");
            }
        }

        @Override
        public String type() {
            return TYPE;
        }

        /** What the log does. */
        public enum State {
            STARTED("started"),
            RUNNING("running"),
            STOPPED("stopped");

            private final String text;

            State(String text) {
                this.text = text;
            }

            public String text() {
                return text;
            }

            /** Reads the spelling of {@link #text()}. */
            public static State parse(String text) {
                for (State state : values()) {
                    if (state.text.equals(text)) {
                        return state;
                    }
                }
                throw new IllegalArgumentException("unknown state of a log");
            }
        }
    }

    /** What the log signs with changed. */
    sealed interface OfKey extends OfLog {}

    /**
     * The log has another key: from the checkpoint over this entry on both sign. Private: nothing.
     *
     * @param handover the note by which the earlier key names the new one, see {@link
     *     org.domicile.ledger.note.Handover}
     */
    record KeyHandedOver(String handover) implements OfKey {
        public static final String TYPE = "key-handed-over";

        public KeyHandedOver {
            FactRules.requireHandover(handover);
        }

        @Override
        public String type() {
            return TYPE;
        }
    }

    /**
     * The log no longer signs with the earlier of its two keys. Private: nothing.
     *
     * @param key the verifier key that others should no longer go by
     */
    record KeyRetired(String key) implements OfKey {
        public static final String TYPE = "key-retired";

        public KeyRetired {
            FactRules.requireVerifierKey(key);
        }

        @Override
        public String type() {
            return TYPE;
        }
    }

    /**
     * The gateway goes by another organisation file or other access policies than before, or has
     * just started. Private: {@code organisation} and {@code access} (the digests of what the two
     * files say).
     *
     * @param deciders the verifier keys of those who may decide about requests, each with {@code
     *     <employer> <role>[,<role>…]}
     * @param rules the rule packs in force, by name and edition, each with the digest of its file
     */
    record OrganisationChanged(Map<String, String> deciders, Map<String, String> rules)
            implements OfLog {
        public static final String TYPE = "organisation-changed";

        /** Fewer than would fill an entry. */
        public static final int MAX_DECIDERS = 256;

        public OrganisationChanged {
            deciders = Map.copyOf(deciders);
            if (deciders.size() > MAX_DECIDERS) {
                throw new IllegalArgumentException("deciders must be at most " + MAX_DECIDERS);
            }
            deciders.forEach((key, who) -> {
                FactRules.requireVerifierKey(key);
                FactRules.requireShortText("deciders", who);
            });
            rules = Map.copyOf(rules);
            rules.forEach((pack, digest) -> {
                FactRules.requireShortText("rules", pack);
                FactRules.requireDigest("rules", digest);
            });
        }

        @Override
        public String type() {
            return TYPE;
        }
    }

    /** What became of a grant: an approved request to see more than the policy shows. */
    sealed interface OfGrant extends OfLog {
        /** The digest of the request. */
        String request();
    }

    /**
     * A grant is in force, from the plan applied next on. Comes again when the gateway starts while
     * it is. Private: {@code by} (the ids of those who agreed, with spaces between), {@code
     * request} (the request's document).
     *
     * @param isBreakGlass whether two on-call people of the custodian took it, without a ticket
     * @param audience the grant's in the plan
     * @param until when it ends, in UTC to the second
     * @param approvals for each approver's verifier key, the signed note by which they agreed; of
     *     break-glass, the requester's too
     */
    record GrantOpened(
            boolean isBreakGlass,
            String request,
            String audience,
            String counterparty,
            String purpose,
            String until,
            Map<String, String> approvals)
            implements OfGrant {
        public static final String TYPE = "grant-opened";
        public static final String BREAK_GLASS_TYPE = "break-glass-opened";

        /** Two are needed; more than these tell nobody more. */
        public static final int MAX_APPROVALS = 16;

        public GrantOpened {
            FactRules.requireDigest("request", request);
            FactRules.requireName("audience", audience);
            FactRules.requireName("counterparty", counterparty);
            FactRules.requireName("purpose", purpose);
            FactRules.requireSecond("until", until);
            approvals = Map.copyOf(approvals);
            if (approvals.size() > MAX_APPROVALS) {
                throw new IllegalArgumentException("approvals must be at most " + MAX_APPROVALS);
            }
            approvals.forEach((key, note) -> {
                FactRules.requireVerifierKey(key);
                FactRules.requireNote("approvals", note);
            });
        }

        @Override
        public String type() {
            return isBreakGlass ? BREAK_GLASS_TYPE : TYPE;
        }
    }

    /**
     * A grant is no longer in force; nothing is disclosed under it from here on. Private: {@code
     * by}, the id of whoever ended it, where somebody did.
     *
     * @param reason a stable word: {@code expired}, {@code ended}, {@code denied}, {@code
     *     unapproved} where what it rested on no longer holds, or {@code refused} where the store
     *     has it otherwise than it was approved, if it ever was
     */
    record GrantEnded(String request, String reason) implements OfGrant {
        public static final String TYPE = "grant-ended";

        /** A reason after which the grant may be opened again, once it is approved again. */
        public static final String UNAPPROVED = "unapproved";

        /**
         * Likewise, once the key that denied it no longer may: {@link RequestDenied} says which.
         */
        public static final String DENIED = "denied";

        /** Likewise; and the one reason to say of a grant that never was open. */
        public static final String REFUSED = "refused";

        public GrantEnded {
            FactRules.requireDigest("request", request);
            FactRules.requireWord("reason", reason);
        }

        @Override
        public String type() {
            return TYPE;
        }
    }

    /**
     * Somebody who watches over the jurisdiction has looked into a use of break-glass. Private:
     * {@code by}, their id.
     *
     * @param signatures by verifier key, the signed note
     */
    record BreakGlassReviewed(String request, Map<String, String> signatures) implements OfGrant {
        public static final String TYPE = "break-glass-reviewed";

        public BreakGlassReviewed {
            signatures = OfFreeze.checked(request, signatures);
        }

        @Override
        public String type() {
            return TYPE;
        }
    }

    /** What became of a freeze: somebody, or everybody, is shown nothing. */
    sealed interface OfFreeze extends OfLog {
        /** The digest of its document. */
        String freeze();

        /** By verifier key, the signed notes under it. */
        Map<String, String> signatures();

        /** More signatures than these tell nobody more. */
        int MAX_SIGNATURES = 16;

        private static Map<String, String> checked(String digest, Map<String, String> signatures) {
            FactRules.requireDigest("the digest that is signed", digest);
            if (signatures.size() > MAX_SIGNATURES) {
                throw new IllegalArgumentException("signatures must be at most " + MAX_SIGNATURES);
            }
            signatures.forEach((key, note) -> {
                FactRules.requireVerifierKey(key);
                FactRules.requireNote("signatures", note);
            });
            return Map.copyOf(signatures);
        }
    }

    /**
     * From here on nothing is shown to whom it stops. Private: {@code by} (the id of who froze),
     * {@code freeze} (the document, which says why, and of whom where it is a person).
     *
     * @param target a stable word: {@code person}, {@code entity}, {@code audience} or {@code
     *     jurisdiction}
     * @param name of the target; null for a person
     */
    record Frozen(
            String freeze, String target, @Nullable String name, Map<String, String> signatures)
            implements OfFreeze {
        public static final String TYPE = "frozen";

        public Frozen {
            signatures = OfFreeze.checked(freeze, signatures);
            FactRules.requireWord("target", target);
            if (name != null) {
                FactRules.requireName("name", name);
            }
        }

        @Override
        public String type() {
            return TYPE;
        }
    }

    /** A freeze is over. Private: {@code by} (the ids of those who agreed, spaces between). */
    record Unfrozen(String freeze, Map<String, String> signatures) implements OfFreeze {
        public static final String TYPE = "unfrozen";

        public Unfrozen {
            signatures = OfFreeze.checked(freeze, signatures);
        }

        @Override
        public String type() {
            return TYPE;
        }
    }

    /**
     * Somebody who may decide denied a request: no grant of it is opened from here on. May come
     * again when the gateway starts before the request's time is over. Private: {@code by} (the id
     * of who denied it), {@code request} (the request's document).
     *
     * @param request the digest of the request
     * @param key the denier's verifier key
     * @param note the signed note by which they denied it
     */
    record RequestDenied(String request, String key, String note) implements OfLog {
        public static final String TYPE = "request-denied";

        public RequestDenied {
            FactRules.requireDigest("request", request);
            FactRules.requireVerifierKey(key);
            FactRules.requireNote("note", note);
        }

        @Override
        public String type() {
            return TYPE;
        }
    }

    /** What the log learnt about one of its witnesses. */
    sealed interface OfWitness extends OfLog {
        /** The name and key id of its verifier key. */
        String witness();

        /** Of the checkpoint that it cosigned last, as far as the log knows; 0 for none. */
        long size();
    }

    /** A witness cosigns: the first time after the log was opened, or after it was lost. */
    record WitnessFound(String witness, long size) implements OfWitness {
        public static final String TYPE = "witness-found";

        public WitnessFound {
            FactRules.requireWitness(witness, size);
        }

        @Override
        public String type() {
            return TYPE;
        }
    }

    /**
     * A witness did not cosign what it was asked to, several times.
     *
     * @param reason a stable word, e.g. {@code unreachable}, or {@code inconsistent} where it was
     *     shown another history
     */
    record WitnessLost(String witness, String reason, long size) implements OfWitness {
        public static final String TYPE = "witness-lost";

        public WitnessLost {
            FactRules.requireWitness(witness, size);
            FactRules.requireWord("reason", reason);
        }

        @Override
        public String type() {
            return TYPE;
        }
    }

    /**
     * The private values of an entry before this one are about to be destroyed: this is recorded
     * first, so that none are gone without a word. Private: {@code reason}, {@code operator}, where
     * they were given.
     *
     * @param entry the index of the entry whose body it is
     */
    record BodyErased(long entry) implements OfLog {
        public static final String TYPE = "body-erased";

        public BodyErased {
            FactRules.requireCount("entry", entry);
        }

        @Override
        public String type() {
            return TYPE;
        }
    }

    /**
     * The private values of an entry before this one are about to be read by somebody at the
     * console: this is recorded first. Private: {@code by}, their id.
     *
     * @param entry the index of the entry whose body it is
     */
    record BodyOpened(long entry) implements OfLog {
        public static final String TYPE = "body-opened";

        public BodyOpened {
            FactRules.requireCount("entry", entry);
        }

        @Override
        public String type() {
            return TYPE;
        }
    }

    /**
     * Somebody who watches over the jurisdiction, or runs its side, wrote something down at the
     * console. Private: {@code by} (their id), {@code text}.
     *
     * @param entry the index of the entry before this one that it is about; null for none
     */
    record Noted(@Nullable Long entry) implements OfLog {
        public static final String TYPE = "noted";

        public Noted {
            if (entry != null) {
                FactRules.requireCount("entry", entry);
            }
        }

        @Override
        public String type() {
            return TYPE;
        }
    }
}
