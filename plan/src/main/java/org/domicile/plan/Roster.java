package org.domicile.plan;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The people and jobs that may log in to one jurisdiction, and the audiences they may act as.
 * Personal data: it stays in the store and in the gateway, and only a salted digest of it reaches a
 * ledger.
 */
public record Roster(String jurisdiction, List<Accessor> accessors, List<Granted> grants) {
    public Roster {
        grants = Names.sortedUnique("grant", grants, Granted::audience);
        Names.requireName("jurisdiction", jurisdiction, Names.MAX_NAME_LENGTH);
        accessors = Names.sortedUnique("accessor", accessors, Accessor::id);
    }

    /** A roster without grants. */
    public Roster(String jurisdiction, List<Accessor> accessors) {
        this(jurisdiction, accessors, List.of());
    }

    /**
     * Whose rows a grant shows; the part of {@link Plan.Grant} that is personal data.
     *
     * @param audience the grant's
     * @param salt the request's, so that a digest of the views tells nobody whose rows they show
     * @param subjects keys as PostgreSQL writes them when they are cast to text
     */
    public record Granted(String audience, String salt, List<String> subjects) {
        /** More people than this are no exception but an audience. */
        public static final int MAX_SUBJECTS = 10_000;

        public static final int MAX_SUBJECT_LENGTH = 255;

        private static final Pattern SALT = Pattern.compile("[0-9a-f]{32}");

        public Granted {
            Names.requireName("audience", audience, Names.MAX_AUDIENCE_LENGTH);
            if (!SALT.matcher(salt).matches()) {
                throw new PlanFormatException("a grant's salt is 32 hexadecimal digits");
            }
            subjects = Names.sortedUnique("subject", subjects, subject -> subject);
            if (subjects.isEmpty() || subjects.size() > MAX_SUBJECTS) {
                throw new PlanFormatException("a grant is for 1 to " + MAX_SUBJECTS + " people");
            }
            for (String subject : subjects) {
                if (subject.isEmpty()
                        || subject.length() > MAX_SUBJECT_LENGTH
                        || subject.indexOf('\0') >= 0) {
                    throw new PlanFormatException(
                            "a subject's key has 1 to " + MAX_SUBJECT_LENGTH + " characters");
                }
            }
        }

        /** Names nobody. */
        @Override
        public String toString() {
            return "Granted[" + audience + ", " + subjects.size() + " people]";
        }
    }

    /** Whose rows a grant's audience sees. */
    public Optional<Granted> granted(String audience) {
        return Names.find(grants, Granted::audience, audience);
    }

    /**
     * A person or job that asks.
     *
     * @param entity the employer
     * @param sitsIn the country they work from, ISO 3166-1 alpha-2
     * @param residesIn the country they live in, likewise
     * @param audiences the audiences of this jurisdiction's plan they may act as
     * @param limits those of them that they may act as for some of their purposes only
     */
    public record Accessor(
            String id,
            String entity,
            String sitsIn,
            String residesIn,
            List<String> audiences,
            List<Limit> limits) {
        public Accessor {
            Names.requireName("accessor", id, Names.MAX_ACCESSOR_LENGTH);
            Names.requireName("entity", entity, Names.MAX_NAME_LENGTH);
            Plan.requireCountry(sitsIn);
            Plan.requireCountry(residesIn);
            audiences = Names.sortedUnique("audience", audiences, audience -> audience);
            limits = Names.sortedUnique("limit", limits, Limit::audience);
            for (Limit limit : limits) {
                if (!audiences.contains(limit.audience())) {
                    throw new PlanFormatException(
                            "a limit is for an audience that the accessor may act as");
                }
            }
        }

        /** An accessor who may act as their audiences for every purpose of these. */
        public Accessor(
                String id, String entity, String sitsIn, String residesIn, List<String> audiences) {
            this(id, entity, sitsIn, residesIn, audiences, List.of());
        }

        /** For which of an audience's purposes they may act as it. */
        public List<String> purposesOf(Plan.Audience audience) {
            if (!audiences.contains(audience.name())) {
                return List.of();
            }
            return Names.find(limits, Limit::audience, audience.name())
                    .map(limit ->
                            audience.purposes().stream()
                                    .filter(limit.purposes()::contains)
                                    .toList())
                    .orElse(audience.purposes());
        }
    }

    /** An audience that somebody may act as for these of its purposes only. */
    public record Limit(String audience, List<String> purposes) {
        public Limit {
            Names.requireName("audience", audience, Names.MAX_AUDIENCE_LENGTH);
            purposes = Names.sortedUnique("purpose", purposes, purpose -> purpose);
            purposes.forEach(
                    purpose -> Names.requireName("purpose", purpose, Names.MAX_NAME_LENGTH));
            if (purposes.isEmpty()) {
                throw new PlanFormatException("a limit leaves a purpose");
            }
        }
    }

    public Optional<Accessor> accessor(String id) {
        return Names.find(accessors, Accessor::id, id);
    }

    /** The canonical document, {@code docs/formats/plan.md}. */
    public String toJson() {
        return RosterDocument.write(this);
    }

    /**
     * Reads a canonical document back.
     *
     * @throws PlanFormatException when it is not one, byte for byte
     */
    public static Roster fromJson(String json) {
        return RosterDocument.read(json);
    }

    /** Lower-case hexadecimal SHA-256 of {@link #toJson()} in UTF-8. */
    public String digest() {
        return Json.sha256Hex(toJson());
    }

    /** Names nobody, so that it may appear in a log line. */
    @Override
    public String toString() {
        return "Roster["
                + jurisdiction
                + ", "
                + accessors.size()
                + " accessors, "
                + grants.size()
                + " grants]";
    }
}
