package org.domicile.plan;

import java.util.Map;

/** The roster's document form, {@code docs/formats/plan.md}. */
final class RosterDocument {
    static final String FORMAT = "domicile-roster-1";

    private RosterDocument() {}

    static String write(Roster roster) {
        return Json.write(
                Map.of(
                        "format",
                        FORMAT,
                        "jurisdiction",
                        roster.jurisdiction(),
                        "accessors",
                        roster.accessors().stream()
                                .map(a ->
                                        Map.of(
                                                "id",
                                                a.id(),
                                                "entity",
                                                a.entity(),
                                                "sits_in",
                                                a.sitsIn(),
                                                "resides_in",
                                                a.residesIn(),
                                                "audiences",
                                                a.audiences()))
                                .toList()));
    }

    static Roster read(String json) {
        JsonObject document =
                JsonObject.of(Json.readCanonical(json), "format", "jurisdiction", "accessors");
        if (!document.string("format").equals(FORMAT)) {
            throw new PlanFormatException(
                    "format \"" + document.string("format") + "\" is not \"" + FORMAT + "\"");
        }
        Roster roster =
                new Roster(
                        document.string("jurisdiction"),
                        document.list("accessors", RosterDocument::readAccessor));
        if (!write(roster).equals(json)) {
            throw new PlanFormatException("the document's lists are not sorted by name");
        }
        return roster;
    }

    private static Roster.Accessor readAccessor(Object value) {
        JsonObject accessor =
                JsonObject.of(value, "id", "entity", "sits_in", "resides_in", "audiences");
        return new Roster.Accessor(
                accessor.string("id"),
                accessor.string("entity"),
                accessor.string("sits_in"),
                accessor.string("resides_in"),
                accessor.list("audiences", JsonObject::asString));
    }
}
