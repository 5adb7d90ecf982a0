package org.domicile.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.domicile.policy.PolicyTexts.problems;
import static org.domicile.policy.PolicyTexts.read;
import static org.domicile.policy.PolicyTexts.small;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.domicile.plan.Plan;
import org.domicile.plan.RelationName;
import org.domicile.plan.Transform;
import org.domicile.yaml.YamlException;
import org.domicile.yaml.YamlFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a file without a problem means, and what is refused before any section is looked at. */
class PolicyFileTest {
    private static final String SECRET = "0123456789abcdef0123456789abcdef";

    @Test
    void reads_every_section() {
        Policy policy = read(small());

        assertThat(policy.jurisdictions().keySet()).containsExactly("us", "eu");
        assertThat(policy.entities().get("parent")).isEqualTo(new Plan.Entity("parent", "CN"));
        assertThat(policy.purposes()).containsEntry("support", "Answer a user's own request");
        assertThat(policy.tables().keySet())
                .containsExactly(
                        new RelationName("public", "users"),
                        new RelationName("app", "logins"),
                        new RelationName("public", "prices"));
        assertThat(policy.tables().get(new RelationName("app", "logins")))
                .isEqualTo(
                        new Policy.Table(
                                new Plan.Table(
                                        new RelationName("app", "logins"),
                                        List.of("user_id"),
                                        List.of(
                                                new Plan.Column("at", "user.behavior"),
                                                new Plan.Column("ip", "user.device.ip_address"),
                                                new Plan.Column("user_id", "user.unique_id"))),
                                List.of("us")));
    }

    @Test
    void the_nearest_category_wins_a_column_before_it_and_the_rest_is_hidden() {
        Policy.Audience abroad = read(small()).audiences().get("abroad");
        assertThat(abroad).isNotNull();
        Sight sight = new Sight(abroad);
        RelationName users = new RelationName("public", "users");
        RelationName logins = new RelationName("app", "logins");

        assertThat(sight.of(users, new Plan.Column("email", "user.contact.email")))
                .contains(new Transform.Partial());
        assertThat(sight.of(users, new Plan.Column("fax", "user.contact.fax_number")))
                .contains(new Transform.Redact());
        assertThat(sight.of(users, new Plan.Column("phone", "user.contact.phone_number")))
                .isEmpty();
        assertThat(sight.of(users, new Plan.Column("note", "user.content.private"))).isEmpty();
        assertThat(sight.of(logins, new Plan.Column("at", "user.behavior")))
                .contains(new Transform.Generalise(Transform.Generalise.Unit.MONTH));
        assertThat(sight.of(users, new Plan.Column("at", "user.behavior"))).isEmpty();
    }

    @Test
    void like_takes_whole_keys_and_only_those_not_given() {
        Policy policy =
                read(
                        small()
                                + "  custody: {like: also_abroad, counterparty: custodian_eu}\n"
                                + "  also_abroad:\n"
                                + "    like: abroad\n"
                                + "    jurisdictions: [us]\n"
                                + "    columns: {users.note: show}\n");
        Policy.Audience abroad = policy.audiences().get("abroad");
        Policy.Audience custody = policy.audiences().get("custody");
        assertThat(abroad).isNotNull();
        assertThat(custody).isNotNull();
        assertThat(custody.counterparty()).isEqualTo("custodian_eu");
        assertThat(custody.jurisdictions()).containsExactly("us");
        assertThat(custody.purposes()).containsExactly("analytics");
        assertThat(custody.categories()).isEqualTo(abroad.categories());
        assertThat(custody.columns())
                .isEqualTo(
                        Map.of(
                                new Policy.ColumnName(new RelationName("public", "users"), "note"),
                                Optional.of(new Transform.Show())));
    }

    @Test
    void anchors_and_empty_sections_are_fine() {
        assertThat(
                        problems(
                                PolicyTexts.smallWith("[us, eu]", "&both [us, eu]")
                                        + "  more: {like: abroad, jurisdictions: *both}\n"))
                .isEmpty();
        assertThat(problems(small().substring(0, small().indexOf("purposes:")) + "tables:\n"))
                .isEmpty();
    }

    @Test
    void a_custodian_needs_only_its_own_store() {
        Map<String, String> environment =
                Map.of(
                        "DOMICILE_US_STORE",
                        "jdbc:postgresql://127.0.0.1/us",
                        "DOMICILE_US_SECRET",
                        SECRET);
        Policy policy =
                PolicyFile.read("domicile.yaml", small(), PolicyTexts.ENTITIES, environment::get);

        Policy.Jurisdiction us = policy.jurisdictions().get("us");
        Policy.Jurisdiction eu = policy.jurisdictions().get("eu");
        assertThat(us).isNotNull();
        assertThat(eu).isNotNull();
        assertThat(us.requireAccess())
                .isEqualTo(
                        new Policy.StoreAccess(
                                "jdbc:postgresql://127.0.0.1/us",
                                Optional.of(SECRET),
                                Optional.empty()));
        assertThatExceptionOfType(YamlException.class)
                .isThrownBy(eu::requireAccess)
                .withMessage(
                        "the store of jurisdiction \"eu\" cannot be reached: set the environment"
                                + " variables DOMICILE_EU_STORE and DOMICILE_EU_SECRET");
    }

    @Test
    void whoever_only_asks_and_decides_needs_no_secret() {
        String text =
                PolicyTexts.smallWith(
                        "secret: ${DOMICILE_US_SECRET}",
                        "secret: ${DOMICILE_US_SECRET}\n    requests: ${DOMICILE_US_REQUESTS}");
        Map<String, String> environment =
                Map.of(
                        "DOMICILE_US_STORE",
                        "postgresql://127.0.0.1/us",
                        "DOMICILE_US_REQUESTS",
                        "p");
        Policy policy = PolicyFile.read("p.yaml", text, PolicyTexts.ENTITIES, environment::get);
        assertThat(jurisdiction(policy, "us").requireAccess())
                .isEqualTo(
                        new Policy.StoreAccess(
                                "postgresql://127.0.0.1/us", Optional.empty(), Optional.of("p")));
        assertThatExceptionOfType(YamlException.class)
                .isThrownBy(() ->
                        PolicyFile.read(
                                "p.yaml",
                                text,
                                PolicyTexts.ENTITIES,
                                Map.of("DOMICILE_US_STORE", "postgresql://127.0.0.1/us")::get))
                .withMessageContaining("or DOMICILE_US_REQUESTS to ask and decide only");
    }

    @Test
    void what_the_environment_holds_is_checked_and_never_repeated() {
        Map<String, String> environment =
                Map.of(
                        "DOMICILE_US_STORE",
                        "postgres://me:hunter2@db/us",
                        "DOMICILE_US_SECRET",
                        "hunter2",
                        "DOMICILE_EU_SECRET",
                        SECRET);
        assertThatExceptionOfType(YamlException.class)
                .isThrownBy(() ->
                        PolicyFile.read("p.yaml", small(), PolicyTexts.ENTITIES, environment::get))
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("hunter2"))
                .withMessage(
                        """
                        p.yaml:3:3: the environment variable DOMICILE_US_SECRET is too short for a \
                        secret; set it to at least 32 random characters
                        p.yaml:3:3: the environment variable DOMICILE_US_STORE does not hold a \
                        store's URL; set it to postgresql://host:5432/database
                        p.yaml:8:3: of the environment variables DOMICILE_EU_STORE and \
                        DOMICILE_EU_SECRET only one is set; set DOMICILE_EU_STORE too\
                        """);
    }

    @Test
    void nothing_private_is_in_a_text_form() {
        Policy policy =
                PolicyFile.read(
                        "p.yaml",
                        small(),
                        PolicyTexts.ENTITIES,
                        name -> name.endsWith("SECRET") ? SECRET : "jdbc:postgresql://host/db");
        assertThat(String.valueOf(policy.jurisdictions().get("us")))
                .doesNotContain(SECRET)
                .doesNotContain("jdbc:");
    }

    @Test
    void a_file_is_read_and_named_in_its_problems(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("mine.yaml");
        Files.writeString(file, small());
        assertThat(PolicyFile.read(file, PolicyTexts.ENTITIES, name -> null))
                .isEqualTo(read(small()));

        Files.writeString(file, "domicile: 2\n" + small().substring("domicile: 1\n".length()));
        assertThatExceptionOfType(YamlException.class)
                .isThrownBy(() -> PolicyFile.read(file, PolicyTexts.ENTITIES, name -> null))
                .withMessage(
                        "mine.yaml:1:11: this version of the file's form is not known; write"
                                + " \"domicile: 1\"");
    }

    @Test
    void what_is_no_policy_file_at_all_is_one_problem(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("mine.yaml");
        Files.write(file, new byte[] {(byte) 0xff, (byte) 0xfe});
        assertThatExceptionOfType(YamlException.class)
                .isThrownBy(() -> PolicyFile.read(file, PolicyTexts.ENTITIES, name -> null))
                .withMessage("mine.yaml:1:1: the file is not UTF-8; save it as UTF-8");

        Files.write(file, new byte[YamlFile.MAX_BYTES + 1]);
        assertThatExceptionOfType(YamlException.class)
                .isThrownBy(() -> PolicyFile.read(file, PolicyTexts.ENTITIES, name -> null))
                .withMessageContaining("the file has more than 8388608 bytes");

        assertThatExceptionOfType(YamlException.class)
                .isThrownBy(() ->
                        PolicyFile.read(folder.resolve("none"), PolicyTexts.ENTITIES, name -> null))
                .withMessageEndingWith("NoSuchFileException");
    }

    private static Policy.Jurisdiction jurisdiction(Policy policy, String name) {
        return Objects.requireNonNull(policy.jurisdictions().get(name));
    }

    @Test
    void release_and_witnesses_are_of_a_jurisdiction() {
        assertThat(jurisdiction(read(small()), "eu").release()).isEqualTo(Policy.Release.DURABLE);
        String secret = "    secret: ${DOMICILE_EU_SECRET}\n";
        for (Policy.Release release : Policy.Release.values()) {
            Policy policy =
                    read(
                            small().replace(
                                            secret,
                                            secret
                                                    + "    witnesses: eu.witnesses\n    release: "
                                                    + release.text()
                                                    + "\n"));
            assertThat(jurisdiction(policy, "eu").release()).isEqualTo(release);
            assertThat(jurisdiction(policy, "eu").witnesses()).contains("eu.witnesses");
            assertThat(jurisdiction(policy, "us").witnesses()).isEmpty();
        }
    }
}
