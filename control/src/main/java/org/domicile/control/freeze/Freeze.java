package org.domicile.control.freeze;

import java.security.SecureRandom;
import java.util.HexFormat;
import org.domicile.plan.Json;
import org.domicile.plan.JsonObject;
import org.domicile.plan.JsonWriter;
import org.domicile.plan.Names;
import org.domicile.plan.PlanFormatException;
import org.jspecify.annotations.Nullable;

/**
 * A stop: in one jurisdiction, whoever it is about is shown nothing until two people end it. {@code
 * docs/formats/freeze.md} specifies its document, whose digest names it. Personal data.
 *
 * @param name the person's or job's id, the entity, the audience, or the jurisdiction again
 * @param reason why, in a few words
 * @param salt 32 hexadecimal digits that nobody can guess, so that the digest does not tell whom it
 *     is about
 */
public record Freeze(String jurisdiction, Target target, String name, String reason, String salt) {
    public static final int MAX_REASON_LENGTH = 255;

    static final String FORMAT = "domicile-freeze-1";

    private static final int SALT_BYTES = 16;
    private static final SecureRandom RANDOM = new SecureRandom();

    /** What is stopped. */
    public enum Target {
        /** Somebody on the roster: a person or a job. */
        PERSON,
        /** Everybody who works for it. */
        ENTITY,
        AUDIENCE,
        /** Everybody. */
        JURISDICTION;

        /** The word in documents and entries. */
        public String text() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }

        /** Reads the word. */
        public static Target parse(String text) {
            for (Target target : values()) {
                if (target.text().equals(text)) {
                    return target;
                }
            }
            throw new PlanFormatException(
                    "a freeze is of a person, an entity, an audience or a jurisdiction");
        }
    }

    public Freeze {
        Names.requireName("jurisdiction", jurisdiction, Names.MAX_NAME_LENGTH);
        Names.requireName("name", name, Names.MAX_NAME_LENGTH);
        if (target == Target.JURISDICTION && !name.equals(jurisdiction)) {
            throw new PlanFormatException("a freeze of a jurisdiction is of its own");
        }
        if (reason.isBlank()
                || reason.length() > MAX_REASON_LENGTH
                || reason.codePoints().anyMatch(Freeze::isUnprintable)) {
            throw new PlanFormatException(
                    "a reason is 1 to " + MAX_REASON_LENGTH + " printable characters");
        }
        if (!salt.matches("[0-9a-f]{" + 2 * SALT_BYTES + "}")) {
            throw new PlanFormatException("a salt is 32 hexadecimal digits");
        }
    }

    private static boolean isUnprintable(int c) {
        return Character.isISOControl(c)
                || Character.getType(c) == Character.FORMAT
                || Character.getType(c) == Character.SURROGATE;
    }

    /** With a salt of its own. */
    public static Freeze of(String jurisdiction, Target target, String name, String reason) {
        byte[] salt = new byte[SALT_BYTES];
        RANDOM.nextBytes(salt);
        return new Freeze(jurisdiction, target, name, reason, HexFormat.of().formatHex(salt));
    }

    /**
     * Whether it stops somebody.
     *
     * @param person null where it is not known who it is
     * @param entity whom they work for
     * @param audience as which they act; null while that is open
     */
    boolean stops(@Nullable String person, String entity, @Nullable String audience) {
        return switch (target) {
            case PERSON -> name.equals(person);
            case ENTITY -> name.equals(entity);
            case AUDIENCE -> name.equals(audience);
            case JURISDICTION -> true;
        };
    }

    /** The canonical document. */
    public String toJson() {
        return new JsonWriter()
                .beginObject()
                .member("format", FORMAT)
                .member("jurisdiction", jurisdiction)
                .member("name", name)
                .member("reason", reason)
                .member("salt", salt)
                .member("target", target.text())
                .endObject()
                .toString();
    }

    /**
     * Reads a canonical document back.
     *
     * @throws PlanFormatException when it is not one, byte for byte
     */
    public static Freeze fromJson(String json) {
        JsonObject document =
                JsonObject.of(
                        Json.read(json),
                        "format",
                        "jurisdiction",
                        "name",
                        "reason",
                        "salt",
                        "target");
        if (!document.string("format").equals(FORMAT)) {
            throw new PlanFormatException("the format is not \"" + FORMAT + "\"");
        }
        Freeze freeze =
                new Freeze(
                        document.string("jurisdiction"),
                        Target.parse(document.string("target")),
                        document.string("name"),
                        document.string("reason"),
                        document.string("salt"));
        Json.requireCanonical(json, freeze.toJson());
        return freeze;
    }

    /** Lower-case hexadecimal SHA-256 of {@link #toJson()} in UTF-8. */
    public String digest() {
        return Json.sha256Hex(toJson());
    }

    /** Names nobody, so that it may appear in a log line. */
    @Override
    public String toString() {
        return "Freeze[" + jurisdiction + ", " + target.text() + "]";
    }
}
