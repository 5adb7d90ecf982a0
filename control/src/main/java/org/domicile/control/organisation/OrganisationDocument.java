package org.domicile.control.organisation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.domicile.ledger.note.VerifierKey;

/**
 * What an organisation file says, without comments, order and layout: one line of JSON whose digest
 * names the file in ledgers. It is personal data, and only the digest leaves the gateway.
 */
public final class OrganisationDocument {
    private static final ObjectMapper JSON =
            new ObjectMapper().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);

    private OrganisationDocument() {}

    /** Lower-case hexadecimal SHA-256 of the document. */
    public static String digest(Organisation organisation) {
        try {
            return HexFormat.of()
                    .formatHex(
                            MessageDigest.getInstance("SHA-256")
                                    .digest(text(organisation).getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    static String text(Organisation organisation) {
        Map<String, Object> document = new TreeMap<>();
        document.put("format", "domicile-organisation-1");
        document.put(
                "rules",
                organisation.rules().stream()
                        .map(rule ->
                                Map.of("name", rule.name(), "signedBy", rule.signedBy().orElse("")))
                        .toList());
        Map<String, Object> longestGrants = new TreeMap<>();
        organisation
                .longestGrants()
                .forEach((category, most) -> longestGrants.put(category, GrantTerm.spelling(most)));
        document.put("longestGrants", longestGrants);
        Map<String, Object> entities = new TreeMap<>();
        organisation.entities().forEach((id, entity) -> entities.put(id, entity(entity)));
        document.put("entities", entities);
        Map<String, Object> people = new TreeMap<>();
        organisation.people().forEach((id, person) -> people.put(id, person(person)));
        document.put("people", people);
        Map<String, Object> jobs = new TreeMap<>();
        organisation.jobs().forEach((id, job) -> jobs.put(id, job(job)));
        document.put("jobs", jobs);
        try {
            return JSON.writeValueAsString(document);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("maps and texts are JSON", e);
        }
    }

    private static Map<String, Object> entity(Organisation.Entity entity) {
        Map<String, Object> owners = new TreeMap<>();
        entity.owners()
                .forEach(share ->
                        owners.put(share.owner().text(), EntityReader.plain(share.percent())));
        return Map.of(
                "name", entity.name(),
                "organisedIn", sorted(entity.organisedIn()),
                "placeOfBusiness", entity.placeOfBusiness(),
                "owners", owners,
                "designated", entity.designated().orElse(""));
    }

    private static Map<String, Object> person(Organisation.Person person) {
        Map<String, Object> values = new TreeMap<>();
        values.put("name", person.name().orElse(""));
        values.put("employer", person.employer().map(Organisation.Party::text).orElse(""));
        values.put(
                "contractsWith",
                sorted(person.contractsWith().stream().map(Organisation.Party::text).toList()));
        values.put("sitsIn", person.sitsIn());
        values.put("residesIn", person.residesIn());
        values.put("citizenOf", sorted(person.citizenOf()));
        values.put("settledIn", sorted(person.settledIn()));
        values.put("manager", person.manager().orElse(""));
        values.put("roles", sorted(person.roles().stream().map(Organisation.Role::text).toList()));
        values.put("teams", sorted(person.teams()));
        values.put("designated", person.designated().orElse(""));
        values.put("approvalKey", person.approvalKey().map(VerifierKey::text).orElse(""));
        values.put("disabled", person.isDisabled());
        return values;
    }

    private static Map<String, Object> job(Organisation.Job job) {
        return Map.of(
                "name", job.name().orElse(""),
                "employer", job.worksFor().text(),
                "runsIn", job.runsIn(),
                "responsible", job.responsible(),
                "teams", sorted(job.teams()),
                "disabled", job.isDisabled());
    }

    private static List<String> sorted(List<String> texts) {
        return texts.stream().sorted().toList();
    }
}
