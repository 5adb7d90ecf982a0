package org.domicile.ledger;

import java.util.Map;
import java.util.TreeMap;
import org.domicile.ledger.tile.Bundle;

/**
 * The public bytes of one entry, what the Merkle tree hashes: a fact, when it was recorded, and the
 * salted digests of its private values. Specified in {@code docs/formats/entry.md}.
 *
 * @param timeMicros since 1970-01-01T00:00:00Z
 * @param digests lower-case hexadecimal, by private field
 */
record Leaf(long timeMicros, Fact fact, Map<String, String> digests) {
    static final int VERSION = 1;

    /**
     * The canonical document.
     *
     * @throws IllegalArgumentException naming the largest field when it has more than {@value
     *     Bundle#MAX_ENTRY_BYTES} bytes
     */
    byte[] encode() {
        return encode(new CanonicalJson());
    }

    byte[] encode(CanonicalJson json) {
        json.beginObject();
        switch (fact) {
            case Fact.SessionOpened opened -> encode(opened, json);
            case Fact.Disclosure disclosure -> encode(disclosure, json);
            case Fact.Refusal refusal -> encode(refusal, json);
            case Fact.PolicyApplied applied -> encode(applied, json);
            case Fact.Heartbeat heartbeat -> encode(heartbeat, json);
            case Fact.OrganisationChanged changed -> encode(changed, json);
            case Fact.WitnessFound found -> encode(found, json);
            case Fact.WitnessLost lost -> encode(lost, json);
            case Fact.BodyErased erased -> encode(erased, json);
            case Fact.BodyOpened opened -> encode(opened, json);
            case Fact.Noted noted -> encode(noted, json);
            case Fact.KeyHandedOver handedOver -> encode(handedOver, json);
            case Fact.KeyRetired retired -> encode(retired, json);
            case Fact.GrantOpened opened -> encode(opened, json);
            case Fact.GrantEnded ended -> encode(ended, json);
            case Fact.BreakGlassReviewed reviewed -> encode(reviewed, json);
            case Fact.Frozen frozen -> encode(frozen, json);
            case Fact.Unfrozen unfrozen -> encode(unfrozen, json);
            case Fact.RequestDenied denied -> encode(denied, json);
        }
        json.endObject();
        if (json.length() > Bundle.MAX_ENTRY_BYTES) {
            throw new IllegalArgumentException(
                    "the field \""
                            + largestField()
                            + "\" is too long: an entry has at most "
                            + Bundle.MAX_ENTRY_BYTES
                            + " bytes, as JSON");
        }
        return json.toBytes();
    }

    private void encode(Fact.SessionOpened opened, CanonicalJson json) {
        json.member("counterparty", opened.counterparty());
        json.member("plan", opened.plan());
        encodePrivate(json);
        json.member("sequence", opened.sequence());
        json.member("session", opened.session());
        encodeEnd(json);
    }

    private void encode(Fact.Disclosure disclosure, CanonicalJson json) {
        json.member("audience", disclosure.audience());
        json.member("bytes", disclosure.bytes());
        DisclosedColumns.write(disclosure.columns(), json.name("columns"));
        json.member("counterparty", disclosure.counterparty());
        json.member("last", disclosure.last());
        json.member("plan", disclosure.plan());
        encodePrivate(json);
        json.member("purpose", disclosure.purpose());
        json.member("rows", disclosure.rows());
        json.member("segment", disclosure.segment());
        json.member("sequence", disclosure.sequence());
        json.member("session", disclosure.session());
        json.member("shape", disclosure.shape().text());
        json.member("statement", disclosure.statement());
        json.name("subjects").beginObject();
        json.member("bounds", disclosure.subjects().bounds());
        json.name("people").beginObject();
        new TreeMap<>(disclosure.subjects().people()).forEach(json::member);
        json.endObject().endObject();
        encodeEnd(json);
    }

    private void encode(Fact.Refusal refusal, CanonicalJson json) {
        json.nullableMember("audience", refusal.audience());
        json.member("counterparty", refusal.counterparty());
        json.member("plan", refusal.plan());
        encodePrivate(json);
        json.nullableMember("purpose", refusal.purpose());
        json.member("reason", refusal.reason());
        json.member("sequence", refusal.sequence());
        json.member("session", refusal.session());
        json.member("sqlState", refusal.sqlState());
        json.member("statement", refusal.statement());
        encodeEnd(json);
    }

    private void encode(Fact.PolicyApplied applied, CanonicalJson json) {
        json.member("catalogue", applied.catalogue());
        json.member("plan", applied.plan());
        encodePrivate(json);
        encodeEnd(json);
        json.member("version", applied.version());
    }

    private void encode(Fact.Heartbeat heartbeat, CanonicalJson json) {
        json.member("interval", heartbeat.intervalSeconds());
        encodePrivate(json);
        json.member("state", heartbeat.state().text());
        encodeEnd(json);
    }

    private void encode(Fact.OrganisationChanged changed, CanonicalJson json) {
        json.member("deciders", changed.deciders());
        encodePrivate(json);
        json.member("rules", changed.rules());
        encodeEnd(json);
    }

    private void encode(Fact.WitnessFound found, CanonicalJson json) {
        encodePrivate(json);
        json.member("size", found.size());
        encodeEnd(json);
        json.member("witness", found.witness());
    }

    private void encode(Fact.WitnessLost lost, CanonicalJson json) {
        encodePrivate(json);
        json.member("reason", lost.reason());
        json.member("size", lost.size());
        encodeEnd(json);
        json.member("witness", lost.witness());
    }

    private void encode(Fact.BodyErased erased, CanonicalJson json) {
        json.member("entry", erased.entry());
        encodePrivate(json);
        encodeEnd(json);
    }

    private void encode(Fact.BodyOpened opened, CanonicalJson json) {
        json.member("entry", opened.entry());
        encodePrivate(json);
        encodeEnd(json);
    }

    private void encode(Fact.Noted noted, CanonicalJson json) {
        json.nullableMember("entry", noted.entry());
        encodePrivate(json);
        encodeEnd(json);
    }

    private void encode(Fact.KeyHandedOver handedOver, CanonicalJson json) {
        json.member("handover", handedOver.handover());
        encodePrivate(json);
        encodeEnd(json);
    }

    private void encode(Fact.KeyRetired retired, CanonicalJson json) {
        json.member("key", retired.key());
        encodePrivate(json);
        encodeEnd(json);
    }

    private void encode(Fact.GrantOpened opened, CanonicalJson json) {
        json.member("approvals", opened.approvals());
        json.member("audience", opened.audience());
        json.member("counterparty", opened.counterparty());
        encodePrivate(json);
        json.member("purpose", opened.purpose());
        json.member("request", opened.request());
        json.member("time", EntryTime.text(timeMicros));
        json.member("type", fact.type());
        json.member("until", opened.until());
        json.member("v", VERSION);
    }

    private void encode(Fact.GrantEnded ended, CanonicalJson json) {
        encodePrivate(json);
        json.member("reason", ended.reason());
        json.member("request", ended.request());
        encodeEnd(json);
    }

    private void encode(Fact.BreakGlassReviewed reviewed, CanonicalJson json) {
        encodePrivate(json);
        json.member("request", reviewed.request());
        json.member("signatures", reviewed.signatures());
        encodeEnd(json);
    }

    private void encode(Fact.Frozen frozen, CanonicalJson json) {
        json.member("freeze", frozen.freeze());
        json.nullableMember("name", frozen.name());
        encodePrivate(json);
        json.member("signatures", frozen.signatures());
        json.member("target", frozen.target());
        encodeEnd(json);
    }

    private void encode(Fact.Unfrozen unfrozen, CanonicalJson json) {
        json.member("freeze", unfrozen.freeze());
        encodePrivate(json);
        json.member("signatures", unfrozen.signatures());
        encodeEnd(json);
    }

    private void encode(Fact.RequestDenied denied, CanonicalJson json) {
        json.member("key", denied.key());
        json.member("note", denied.note());
        encodePrivate(json);
        json.member("request", denied.request());
        encodeEnd(json);
    }

    private void encodePrivate(CanonicalJson json) {
        json.member("private", digests);
    }

    private void encodeEnd(CanonicalJson json) {
        json.member("time", EntryTime.text(timeMicros));
        json.member("type", fact.type());
        json.member("v", VERSION);
    }

    /** Only a statement and the columns have no bound of their own. */
    private String largestField() {
        return switch (fact) {
            case Fact.Disclosure disclosure ->
                    disclosure.statement().length() > Bundle.MAX_ENTRY_BYTES / 2
                            ? "statement"
                            : "columns";
            case Fact.Refusal _ -> "statement";
            case Fact.OrganisationChanged _ -> "deciders";
            case Fact.SessionOpened _, Fact.PolicyApplied _, Fact.OfLog _ -> "private";
        };
    }

    /**
     * Reads {@link #encode()}'s document.
     *
     * @throws EntryFormatException when it is not one, byte for byte
     */
    static Leaf decode(byte[] document) {
        return decode(document, new CanonicalJsonReader());
    }

    /** As {@link #decode(byte[])}, cheaper where the reader has read entries like this one. */
    static Leaf decode(byte[] document, CanonicalJsonReader reader) {
        if (document.length > Bundle.MAX_ENTRY_BYTES) {
            throw new EntryFormatException("has more than " + Bundle.MAX_ENTRY_BYTES + " bytes");
        }
        JsonObject object = reader.read(document);
        if (object.number("v") != VERSION) {
            throw new EntryFormatException("is not of version " + VERSION);
        }
        try {
            long timeMicros = EntryTime.parse(object.string("time"));
            Map<String, String> digests = object.object("private").strings();
            digests.forEach((name, digest) -> {
                FactRules.requireName("a private field's name", name);
                FactRules.requireDigest("a private value's digest", digest);
            });
            Leaf leaf = new Leaf(timeMicros, decodeFact(object), digests);
            object.end();
            return leaf;
        } catch (IllegalArgumentException e) {
            throw new EntryFormatException("is no entry: " + e.getMessage());
        }
    }

    private static Fact decodeFact(JsonObject object) {
        return switch (object.string("type")) {
            case Fact.SessionOpened.TYPE ->
                    new Fact.SessionOpened(
                            object.string("session"),
                            object.number("sequence"),
                            object.string("plan"),
                            object.string("counterparty"));
            case Fact.Disclosure.TYPE -> decodeDisclosure(object);
            case Fact.Refusal.TYPE ->
                    new Fact.Refusal(
                            object.string("session"),
                            object.number("sequence"),
                            object.string("plan"),
                            object.string("counterparty"),
                            object.nullableString("audience"),
                            object.nullableString("purpose"),
                            object.string("sqlState"),
                            object.string("reason"),
                            object.string("statement"));
            case Fact.PolicyApplied.TYPE ->
                    new Fact.PolicyApplied(
                            object.number("version"),
                            object.string("plan"),
                            object.string("catalogue"));
            case Fact.Heartbeat.TYPE ->
                    new Fact.Heartbeat(
                            Fact.Heartbeat.State.parse(object.string("state")),
                            object.number("interval"));
            case Fact.OrganisationChanged.TYPE ->
                    new Fact.OrganisationChanged(
                            object.object("deciders").strings(), object.object("rules").strings());
            case Fact.WitnessFound.TYPE ->
                    new Fact.WitnessFound(object.string("witness"), object.number("size"));
            case Fact.WitnessLost.TYPE ->
                    new Fact.WitnessLost(
                            object.string("witness"),
                            object.string("reason"),
                            object.number("size"));
            case Fact.BodyErased.TYPE -> new Fact.BodyErased(object.number("entry"));
            case Fact.BodyOpened.TYPE -> new Fact.BodyOpened(object.number("entry"));
            case Fact.Noted.TYPE -> new Fact.Noted(object.nullableNumber("entry"));
            case Fact.KeyHandedOver.TYPE -> new Fact.KeyHandedOver(object.string("handover"));
            case Fact.KeyRetired.TYPE -> new Fact.KeyRetired(object.string("key"));
            case Fact.GrantOpened.TYPE -> decodeGrant(object, false);
            case Fact.GrantOpened.BREAK_GLASS_TYPE -> decodeGrant(object, true);
            case Fact.BreakGlassReviewed.TYPE ->
                    new Fact.BreakGlassReviewed(
                            object.string("request"), object.object("signatures").strings());
            case Fact.GrantEnded.TYPE ->
                    new Fact.GrantEnded(object.string("request"), object.string("reason"));
            case Fact.Frozen.TYPE ->
                    new Fact.Frozen(
                            object.string("freeze"),
                            object.string("target"),
                            object.nullableString("name"),
                            object.object("signatures").strings());
            case Fact.Unfrozen.TYPE ->
                    new Fact.Unfrozen(
                            object.string("freeze"), object.object("signatures").strings());
            case Fact.RequestDenied.TYPE ->
                    new Fact.RequestDenied(
                            object.string("request"), object.string("key"), object.string("note"));
            default -> throw new EntryFormatException("is of an unknown type");
        };
    }

    private static Fact decodeGrant(JsonObject object, boolean isBreakGlass) {
        return new Fact.GrantOpened(
                isBreakGlass,
                object.string("request"),
                object.string("audience"),
                object.string("counterparty"),
                object.string("purpose"),
                object.string("until"),
                object.object("approvals").strings());
    }

    /** Takes the members in their order, which is the cheapest. */
    private static Fact decodeDisclosure(JsonObject object) {
        String audience = object.string("audience");
        long bytes = object.number("bytes");
        Map<String, Map<String, String>> columns = DisclosedColumns.read(object.object("columns"));
        String counterparty = object.string("counterparty");
        boolean last = object.bool("last");
        String plan = object.string("plan");
        String purpose = object.string("purpose");
        long rows = object.number("rows");
        long segment = object.number("segment");
        if (segment > Integer.MAX_VALUE) {
            throw new EntryFormatException("has a segment out of bounds");
        }
        long sequence = object.number("sequence");
        String session = object.string("session");
        Fact.Shape shape = Fact.Shape.parse(object.string("shape"));
        String statement = object.string("statement");
        Fact.Subjects subjects =
                object.object("subjects").made(Fact.Subjects.class, Leaf::decodeSubjects);
        return new Fact.Disclosure(
                session,
                sequence,
                plan,
                counterparty,
                audience,
                purpose,
                shape,
                columns,
                subjects,
                statement,
                (int) segment,
                last,
                rows,
                bytes);
    }

    private static Fact.Subjects decodeSubjects(JsonObject object) {
        Fact.Subjects subjects =
                new Fact.Subjects(
                        object.object("people").numbers(), object.object("bounds").strings());
        object.end();
        return subjects;
    }
}
