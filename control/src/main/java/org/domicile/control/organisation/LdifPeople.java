package org.domicile.control.organisation;

import com.unboundid.ldap.sdk.DN;
import com.unboundid.ldap.sdk.Entry;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldif.LDIFException;
import com.unboundid.ldif.LDIFReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.domicile.yaml.Values;

/**
 * Reads people from LDIF (RFC 2849): each entry of the class {@code inetOrgPerson} (RFC 2798), with
 * {@code uid}, {@code displayName} or {@code cn}, {@code o}, {@code c} for the country they sit in,
 * and {@code manager}. LDAP has no attribute for the country somebody resides in.
 */
public final class LdifPeople {
    /** A value that is to be read from a URL: an import reads no other file. */
    private static final Pattern BY_URL = Pattern.compile("(?m)^[^:\\n]*:<");

    private static final Pattern FOLD = Pattern.compile("\\r?\\n ");

    private LdifPeople() {}

    /**
     * Reads a file's text.
     *
     * @throws ImportFormatException when it is no LDIF
     */
    public static List<ImportedPerson> read(String text) {
        if (BY_URL.matcher(FOLD.matcher(text).replaceAll("")).find()) {
            throw new ImportFormatException(
                    "a value names a URL to be read from; write the value out");
        }
        Map<DN, Entry> entries = entries(text);
        Map<DN, String> idOf = new LinkedHashMap<>();
        for (Map.Entry<DN, Entry> entry : entries.entrySet()) {
            int number = idOf.size() + 1;
            idOf.put(
                    entry.getKey(),
                    text(entry.getValue(), "uid")
                            .flatMap(ImportedPerson::id)
                            .orElseThrow(() ->
                                    new ImportFormatException(
                                            "person "
                                                    + number
                                                    + " has no \"uid\" of which an id could be"
                                                    + " made")));
        }
        List<ImportedPerson> people = new ArrayList<>();
        for (Map.Entry<DN, Entry> entry : entries.entrySet()) {
            people.add(
                    person(
                            entry.getValue(),
                            idOf.getOrDefault(entry.getKey(), ""),
                            people.size() + 1,
                            idOf));
        }
        return people;
    }

    private static Map<DN, Entry> entries(String text) {
        Map<DN, Entry> entries = new LinkedHashMap<>();
        try (LDIFReader reader =
                new LDIFReader(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)))) {
            Entry entry = reader.readEntry();
            while (entry != null) {
                if (entry.hasObjectClass("inetOrgPerson")
                        && entries.put(entry.getParsedDN(), entry) != null) {
                    throw new ImportFormatException(
                            "person " + entries.size() + " or one before is there twice");
                }
                if (entries.size() > ScimPeople.MAX_PEOPLE) {
                    throw new ImportFormatException(
                            "there are more than " + ScimPeople.MAX_PEOPLE + " people");
                }
                entry = reader.readEntry();
            }
        } catch (LDIFException e) {
            throw new ImportFormatException("this is not LDIF, in line " + e.getLineNumber());
        } catch (LDAPException e) {
            throw new ImportFormatException("an entry's \"dn\" cannot be read");
        } catch (IOException e) {
            throw new ImportFormatException("this is not LDIF");
        }
        return entries;
    }

    private static ImportedPerson person(Entry entry, String id, int number, Map<DN, String> idOf) {
        Optional<String> country = text(entry, "c").map(c -> c.toUpperCase(Locale.ROOT));
        if (country.isPresent() && !Values.isCountry(country.get())) {
            throw new ImportFormatException(
                    "\"c\" of person " + number + " is no code of ISO 3166-1");
        }
        return new ImportedPerson(
                id,
                text(entry, "displayName").or(() -> text(entry, "cn")),
                text(entry, "o"),
                country,
                Optional.empty(),
                text(entry, "manager").map(dn -> manager(dn, number, idOf)),
                true);
    }

    private static String manager(String dn, int number, Map<DN, String> idOf) {
        try {
            String id = idOf.get(new DN(dn));
            if (id != null) {
                return id;
            }
        } catch (LDAPException e) {
            throw new ImportFormatException("\"manager\" of person " + number + " is no name");
        }
        throw new ImportFormatException("the manager of person " + number + " is not in the file");
    }

    private static Optional<String> text(Entry entry, String attribute) {
        return Optional.ofNullable(entry.getAttributeValue(attribute))
                .map(String::strip)
                .filter(value -> !value.isEmpty());
    }
}
