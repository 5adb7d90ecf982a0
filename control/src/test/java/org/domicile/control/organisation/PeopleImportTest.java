package org.domicile.control.organisation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.domicile.control.organisation.OrganisationTexts.read;
import static org.domicile.control.organisation.OrganisationTexts.small;

import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import org.domicile.yaml.YamlException;
import org.junit.jupiter.api.Test;

class PeopleImportTest {
    private static final String SCIM =
            """
            {"schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"], "totalResults": 2,
             "Resources": [
              {"id": "1f", "userName": "Bob@example.com", "displayName": "Bob B.", "active": false,
               "addresses": [{"type": "work", "country": "CN"}, {"type": "home", "country": "cn"}],
               "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":
                 {"organization": "Parent Co.", "manager": {"value": "2a", "displayName": "x"}}},
              {"id": "2a", "userName": "carla.no-one@example.com", "name": {"formatted": "Carla: \\"C\\" #1"},
               "addresses": [{"type": "work", "country": "SG"}, {"type": "home", "country": "NO"}],
               "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":
                 {"organization": "custodian"}}]}
            """;

    private static final String LDIF =
            """
            version: 1
            dn: o=custodian
            objectClass: organization
            o: custodian

            dn: uid=dora,o=custodian
            objectClass: inetOrgPerson
            uid: dora
            cn:: RMO2cmE=
            sn: D
            o: custod
             ian
            c: us

            dn: uid=emil,o=custodian
            objectClass: inetOrgPerson
            uid: emil
            cn: Emil
            sn: E
            o: Staff Trust
            c: SG
            manager: UID=Dora, O=custodian
            """;

    @Test
    void scim_adds_and_changes_and_leaves_the_rest() {
        PeopleImport.Merged merged =
                PeopleImport.merge(small(), ScimPeople.read(SCIM), Optional.empty());
        assertThat(merged.added()).containsExactly("carla_no_one");
        assertThat(merged.changed()).containsExactly("bob");

        Organisation.Person bob = read(merged.text()).people().get("bob");
        assertThat(bob).isNotNull();
        assertThat(bob.name()).contains("Bob B.");
        assertThat(bob.residesIn()).isEqualTo("CN");
        assertThat(bob.manager()).contains("carla_no_one");
        assertThat(bob.teams()).containsExactly("abroad");
        assertThat(bob.isDisabled()).isTrue();
        Organisation.Person carla = read(merged.text()).people().get("carla_no_one");
        assertThat(carla).isNotNull();
        assertThat(carla.name()).contains("Carla: \"C\" #1");
        assertThat(carla.residesIn()).isEqualTo("NO");
        assertThat(carla.employer()).contains(new Organisation.EntityParty("custodian"));
        assertThat(carla.teams()).isEmpty();

        assertThat(merged.text().lines().filter(line -> !small().lines().toList().contains(line)))
                .hasSize(2); // carla's line is new, bob's another
        assertThat(PeopleImport.merge(merged.text(), ScimPeople.read(SCIM), Optional.empty()))
                .isEqualTo(new PeopleImport.Merged(merged.text(), List.of(), List.of()));
    }

    @Test
    void nobody_is_enabled_again() {
        String disabled =
                PeopleImport.merge(small(), ScimPeople.read(SCIM), Optional.empty()).text();
        String active = SCIM.replace("\"active\": false", "\"active\": true");
        assertThat(PeopleImport.merge(disabled, ScimPeople.read(active), Optional.empty()).text())
                .isEqualTo(disabled);
    }

    @Test
    void ldif_needs_to_be_told_where_people_live() {
        List<ImportedPerson> people = LdifPeople.read(LDIF);
        assertThatExceptionOfType(ImportFormatException.class)
                .isThrownBy(() -> PeopleImport.merge(small(), people, Optional.empty()))
                .withMessageContaining("dora: the file does not say \"resides_in\"")
                .withMessageContaining("emil: ");

        Organisation merged = read(PeopleImport.merge(small(), people, Optional.of("US")).text());
        Organisation.Person dora = merged.people().get("dora");
        assertThat(dora).isNotNull();
        assertThat(dora.name()).contains("Döra");
        assertThat(dora.employer()).contains(new Organisation.EntityParty("custodian"));
        Organisation.Person emil = merged.people().get("emil");
        assertThat(emil).isNotNull();
        assertThat(emil.manager()).contains("dora");
        assertThat(emil.employer()).contains(new Organisation.EntityParty("trust"));
        assertThat(emil.sitsIn()).isEqualTo("SG");
        assertThat(emil.residesIn()).isEqualTo("US");
    }

    @Test
    void an_import_reads_no_other_file() {
        for (String url : List.of("cn:< file:///etc/hostname", "cn:\n < file:///etc/hostname")) {
            assertThatExceptionOfType(ImportFormatException.class)
                    .isThrownBy(() -> LdifPeople.read(LDIF.replace("cn: Emil", url)))
                    .withMessageContaining("URL");
        }
    }

    @Test
    void what_cannot_be_used_is_told() {
        assertScim("{\"Resources\": 5}", "no SCIM ListResponse");
        assertScim("[{\"userName\": \"1\"}]", "user 1 has no \"userName\"");
        assertScim("[{\"userName\": 5}]", "\"userName\" of user 1 is not a text");
        assertScim("{} {}", "this is not JSON");
        assertScim(SCIM.replace("\"totalResults\": 2", "\"totalResults\": 3"), "one page of 3");
        assertScim(SCIM.replace("\"2a\", \"displayName\"", "\"3c\", \"displayName\""), "manager");
        assertScim(SCIM.replace("\"country\": \"SG\"", "\"country\": \"Singapore\""), "ISO 3166-1");
        assertThatExceptionOfType(ImportFormatException.class)
                .isThrownBy(() ->
                        PeopleImport.merge(
                                small(),
                                ScimPeople.read(SCIM.replace("Parent Co.", "Nobody Co.")),
                                Optional.empty()))
                .withMessageContaining("bob: no entity has the name of their employer");
        assertThatExceptionOfType(ImportFormatException.class)
                .isThrownBy(() -> LdifPeople.read(LDIF.replace("uid: emil\n", "")))
                .withMessageContaining("person 2 has no \"uid\"");
    }

    private static void assertScim(String json, String message) {
        assertThatExceptionOfType(ImportFormatException.class)
                .isThrownBy(() -> ScimPeople.read(json))
                .withMessageContaining(message);
    }

    @Test
    void damaged_imports_are_merged_or_refused() {
        fuzz(SCIM, ScimPeople::read, 1_000);
        fuzz(LDIF, LdifPeople::read, 1_000);
    }

    private static void fuzz(
            String sample, Function<String, List<ImportedPerson>> reader, int rounds) {
        Random random = new Random(20261122);
        int refused = 0;
        String alphabet = "{}[]\":,\\ \n\t<>=+aZ0-_#é\u0000\ud83d\ude00";
        for (int round = 0; round < rounds; round++) {
            StringBuilder damaged = new StringBuilder(sample);
            for (int i = random.nextInt(6); i >= 0; i--) {
                int at = random.nextInt(damaged.length());
                int to = Math.min(damaged.length(), at + random.nextInt(20));
                char piece = alphabet.charAt(random.nextInt(alphabet.length()));
                switch (random.nextInt(4)) {
                    case 0 -> damaged.setCharAt(at, piece);
                    case 1 -> damaged.insert(at, piece);
                    case 2 -> damaged.delete(at, to);
                    default -> damaged.insert(at, damaged.substring(at, to));
                }
            }
            try {
                String merged =
                        PeopleImport.merge(
                                        small(),
                                        reader.apply(damaged.toString()),
                                        Optional.of("SG"))
                                .text();
                assertThat(read(merged).people()).containsKey("anna");
            } catch (ImportFormatException | YamlException e) {
                refused++;
            }
        }
        assertThat(refused).isBetween(rounds / 10, rounds - 1);
    }
}
