package org.domicile.ledger;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
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
    static final Body NONE = new Body(List.of());

    /** In the order of their names. */
    private final List<Field> fields;

    private Body(List<Field> fields) {
        this.fields = fields;
    }

    private record Field(String name, byte[] salt, String value) {
        @Override
        public String toString() {
            return "Field[]"; // keeps people's data out of log lines
        }
    }

    /** Draws a salt for each value. */
    static Body salted(Map<String, String> values, Supplier<byte[]> salts) {
        if (values.size() > FactRules.MAX_PRIVATE_FIELDS) {
            throw new IllegalArgumentException(
                    "an entry has at most " + FactRules.MAX_PRIVATE_FIELDS + " private fields");
        }
        List<Field> fields = new ArrayList<>(values.size());
        values.forEach((name, value) -> {
            FactRules.requireName("a private field's name", name);
            fields.add(new Field(name, salts.get(), value));
        });
        fields.sort(Comparator.comparing(Field::name));
        return new Body(fields);
    }

    /** For test vectors, which need salts that are known. */
    static Body ofKnownSalt(String field, byte[] salt, String value) {
        return new Body(List.of(new Field(field, salt, value)));
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
        for (Field field : fields) {
            int before = json.length();
            json.name(field.name())
                    .beginObject()
                    .member("salt", HEX.formatHex(field.salt()))
                    .member("value", field.value())
                    .endObject();
            if (json.length() - before > largestBytes) {
                largest = field.name();
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
        return decode(document, new CanonicalJsonReader());
    }

    /** As {@link #decode(byte[])}, cheaper where the reader has read bodies like this one. */
    static Body decode(byte[] document, CanonicalJsonReader reader) {
        return decode(reader.read(document));
    }

    /** Reads fields out of a larger document. */
    static Body decode(JsonObject object) {
        List<Map.Entry<String, JsonObject>> objects = object.objects();
        List<Field> fields = new ArrayList<>(objects.size());
        for (Map.Entry<String, JsonObject> field : objects) {
            try {
                FactRules.requireName("a private field's name", field.getKey());
            } catch (IllegalArgumentException e) {
                throw new EntryFormatException(String.valueOf(e.getMessage()));
            }
            fields.add(decodeField(field.getKey(), field.getValue()));
        }
        return new Body(fields);
    }

    /** Some of the fields. */
    Body only(Set<String> names) {
        return new Body(fields.stream().filter(field -> names.contains(field.name())).toList());
    }

    private static Field decodeField(String name, JsonObject field) {
        String salt = field.string("salt");
        if (!FactRules.isHex(salt, 2 * SALT_BYTES)) {
            throw new EntryFormatException(
                    "has a salt that is not " + SALT_BYTES + " bytes in lower-case hexadecimal");
        }
        Field read = new Field(name, HEX.parseHex(salt), field.string("value"));
        field.end();
        return read;
    }

    /** What the leaf's {@code private} must be. */
    SortedMap<String, String> digests() {
        return digests(EntryEncoder.sha256());
    }

    SortedMap<String, String> digests(MessageDigest sha256) {
        SortedMap<String, String> digests = new TreeMap<>();
        for (Field field : fields) {
            digests.put(field.name(), HEX.formatHex(digest(field, sha256)));
        }
        return digests;
    }

    /** Cannot be changed. */
    Map<String, String> values() {
        @SuppressWarnings({"unchecked", "rawtypes"}) // an array of a generic type has no other way
        Map.Entry<String, String>[] values = new Map.Entry[fields.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = Map.entry(fields.get(i).name(), fields.get(i).value());
        }
        return Map.ofEntries(values);
    }

    /** Whether these are the digests of all the fields. */
    boolean hasDigests(Map<String, String> expected, MessageDigest sha256) {
        if (expected.size() != fields.size()) {
            return false;
        }
        for (Field field : fields) {
            String digits = HEX.formatHex(digest(field, sha256));
            if (!digits.equals(expected.get(field.name()))) {
                return false;
            }
        }
        return true;
    }

    private static byte[] digest(Field field, MessageDigest sha256) {
        byte[] name = field.name().getBytes(StandardCharsets.UTF_8);
        byte[] value = field.value().getBytes(StandardCharsets.UTF_8);
        int nameAt = DOMAIN.length + SALT_BYTES + 1;
        byte[] all = Arrays.copyOf(DOMAIN, nameAt + name.length + value.length);
        System.arraycopy(field.salt(), 0, all, DOMAIN.length, SALT_BYTES);
        all[nameAt - 1] = (byte) name.length;
        System.arraycopy(name, 0, all, nameAt, name.length);
        System.arraycopy(value, 0, all, nameAt + name.length, value.length);
        return sha256.digest(all);
    }

    /** Keeps people's data out of log lines. */
    @Override
    public String toString() {
        return "Body" + fields.stream().map(Field::name).toList();
    }
}
