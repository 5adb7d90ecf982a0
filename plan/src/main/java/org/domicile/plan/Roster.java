package org.domicile.plan;

import java.util.List;
import java.util.Optional;

/**
 * The people and jobs that may log in to one jurisdiction, and the audiences they may act as.
 * Personal data: it stays in the store and in the gateway, and only a salted digest of it reaches a
 * ledger.
 */
public record Roster(String jurisdiction, List<Accessor> accessors) {
    public Roster {
        Names.requireName("jurisdiction", jurisdiction, Names.MAX_NAME_LENGTH);
        accessors = Names.sortedUnique("accessor", accessors, Accessor::id);
    }

    /**
     * A person or job that asks.
     *
     * @param entity the employer
     * @param sitsIn the country they work from, ISO 3166-1 alpha-2
     * @param residesIn the country they live in, likewise
     * @param audiences the audiences of this jurisdiction's plan they may act as
     */
    public record Accessor(
            String id, String entity, String sitsIn, String residesIn, List<String> audiences) {
        public Accessor {
            Names.requireName("accessor", id, Names.MAX_ACCESSOR_LENGTH);
            Names.requireName("entity", entity, Names.MAX_NAME_LENGTH);
            Plan.requireCountry(sitsIn);
            Plan.requireCountry(residesIn);
            audiences = Names.sortedUnique("audience", audiences, audience -> audience);
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
        return "Roster[" + jurisdiction + ", " + accessors.size() + " accessors]";
    }
}
