package org.domicile.ledger;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.domicile.ledger.tile.Bundle;

/**
 * The private values of one entry, each with the salt that hides it in the leaf. Specified in
 * {@code docs/formats/entry.md}.
 */
final class Body {
    static final int SALT_BYTES = 16;

    private static final byte[] DOMAIN =
            "domicile-private-value-1\0".getBytes(StandardCharsets.US_ASCII);
    private static final HexFormat HEX = HexFormat.of();

    /** Of an entry without private values. */
    static final Body NONE = new Body(new TreeMap<>());

    private final SortedMap<String, Salted> fields;

    private Body(SortedMap<String, Salted> fields) {
        this.fields = fields;
    }

    private record Salted(byte[] salt, String value) {
        @Override
        public String toString() {
            return "Salted[]"; // keeps people's data out of log lines
        }
    }

    /** Draws a salt for each value. */
    static Body salted(Map<String, String> values, Supplier<byte[]> salts) {
        if (values.size() > FactRules.MAX_PRIVATE_FIELDS) {
            throw new IllegalArgumentException(
                    "an entry has at most " + FactRules.MAX_PRIVATE_FIELDS + " private fields");
        }
        SortedMap<String, Salted> fields = new TreeMap<>();
        values.forEach((name, value) -> {
            FactRules.requireName("a private field's name", name);
            fields.put(name, new Salted(salts.get(), value));
        });
        return new Body(fields);
    }

    /** For test vectors, which need salts that are known. */
    static Body ofKnownSalt(String field, byte[] salt, String value) {
        return new Body(new TreeMap<>(Map.of(field, new Salted(salt, value))));
    }

    /**
     * The canonical document {@code {"<field>":{"salt":"<hex>","value":"…"},…}}.
     *
     * @throws IllegalArgumentException naming the largest field when it has more than {@value
     *     Bundle#MAX_BODY_BYTES} bytes
     */
    byte[] encode() {
        return encode(new CanonicalJson());
    }

    byte[] encode(CanonicalJson json) {
        json.beginObject();
        String largest = "";
        int largestBytes = 0;
        for (Map.Entry<String, Salted> field : fields.entrySet()) {
            int before = json.length();
            json.name(field.getKey())
                    .beginObject()
                    .member("salt", HEX.formatHex(field.getValue().salt()))
                    .member("value", field.getValue().value())
                    .endObject();
            if (json.length() - before > largestBytes) {
                largest = field.getKey();
                largestBytes = json.length() - before;
            }
        }
        json.endObject();
        if (json.length() > Bundle.MAX_BODY_BYTES) {
            throw new IllegalArgumentException(
                    "the private field \""
                            + largest
                            + "\" is too long: an entry's private values have at most "
                            + Bundle.MAX_BODY_BYTES
                            + " bytes together, as JSON");
        }
        return json.toBytes();
    }

    /**
     * Reads {@link #encode()}'s document.
     *
     * @throws EntryFormatException when it is not one, byte for byte
     */
    static Body decode(byte[] document) {
        return decode(JsonObject.parse(document));
    }

    /** Reads fields out of a larger document. */
    static Body decode(JsonObject object) {
        SortedMap<String, Salted> fields = new TreeMap<>();
        object.objects()
                .forEach((name, field) -> {
                    fields.put(name, decodeField(field));
                    field.end();
                });
        try {
            fields.keySet().forEach(name -> FactRules.requireName("a private field's name", name));
        } catch (IllegalArgumentException e) {
            throw new EntryFormatException(String.valueOf(e.getMessage()));
        }
        return new Body(fields);
    }

    /** Some of the fields. */
    Body only(Set<String> names) {
        SortedMap<String, Salted> some = new TreeMap<>(fields);
        some.keySet().retainAll(names);
        return new Body(some);
    }

    private static Salted decodeField(JsonObject field) {
        String salt = field.string("salt");
        if (!FactRules.isHex(salt, 2 * SALT_BYTES)) {
            throw new EntryFormatException(
                    "has a salt that is not " + SALT_BYTES + " bytes in lower-case hexadecimal");
        }
        return new Salted(HEX.parseHex(salt), field.string("value"));
    }

    /** What the leaf's {@code private} must be. */
    SortedMap<String, String> digests() {
        return digests(EntryEncoder.sha256());
    }

    SortedMap<String, String> digests(MessageDigest sha256) {
        SortedMap<String, String> digests = new TreeMap<>();
        fields.forEach(
                (name, field) -> digests.put(name, HEX.formatHex(digest(name, field, sha256))));
        return digests;
    }

    SortedMap<String, String> values() {
        SortedMap<String, String> values = new TreeMap<>();
        fields.forEach((name, field) -> values.put(name, field.value()));
        return values;
    }

    /** Whether these are the digests of all the fields. */
    boolean hasDigests(SortedMap<String, String> expected, MessageDigest sha256) {
        if (expected.size() != fields.size()) {
            return false;
        }
        for (Map.Entry<String, Salted> field : fields.entrySet()) {
            byte[] digest = digest(field.getKey(), field.getValue(), sha256);
            if (!HEX.formatHex(digest).equals(expected.get(field.getKey()))) {
                return false;
            }
        }
        return true;
    }

    private static byte[] digest(String name, Salted field, MessageDigest sha256) {
        byte[] nameBytes = name.getBytes(StandardCharsets.UTF_8);
        byte[] value = field.value().getBytes(StandardCharsets.UTF_8);
        ByteBuffer all =
                ByteBuffer.allocate(
                        DOMAIN.length + SALT_BYTES + 1 + nameBytes.length + value.length);
        all.put(DOMAIN).put(field.salt()).put((byte) nameBytes.length).put(nameBytes).put(value);
        return sha256.digest(all.array());
    }

    /** Keeps people's data out of log lines. */
    @Override
    public String toString() {
        return "Body" + fields.keySet();
    }
}
