package org.domicile.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.domicile.policy.PolicyTexts.problems;
import static org.domicile.policy.PolicyTexts.small;
import static org.domicile.policy.PolicyTexts.smallWith;

import java.util.List;
import org.domicile.yaml.Problems;
import org.junit.jupiter.api.Test;

/** Each rule of the file, broken once: what a person is told. */
class PolicyProblemsTest {
    private static void assertProblem(String written, String instead, String... expected) {
        assertThat(problems(smallWith(written, instead)))
                .as(instead)
                .containsExactly(
                        List.of(expected).stream()
                                .map(problem -> "domicile.yaml:" + problem)
                                .toArray(String[]::new));
    }

    @Test
    void the_small_file_has_none() {
        assertThat(problems(small())).isEmpty();
    }

    @Test
    void all_problems_are_told_at_once_in_the_files_order() {
        String text =
                small().replace("user.contact.email\n", "user.contact.mail\n")
                        .replace("counterparty: parent", "counterparty: parnet")
                        .replace("    purposes: [analytics]\n", "    purpose: [analytics]\n");
        assertThat(problems(text))
                .containsExactly(
                        "domicile.yaml:21:14: unknown data category \"user.contact.mail\"; write"
                                + " \"user.contact.email\"",
                        "domicile.yaml:39:19: counterparty \"parnet\" is not declared under"
                                + " \"entities\" of \"organisation.yaml\"; write \"parent\"",
                        "domicile.yaml:41:5: unknown key \"purpose\" in audience \"abroad\"; write"
                                + " \"purposes\"");
    }

    @Test
    void unknown_keys() {
        assertProblem(
                "    categories:\n",
                "    categorys:\n",
                "42:5: unknown key \"categorys\" in audience \"abroad\"; write \"categories\"");
        assertProblem(
                "purposes:\n  support",
                "uses:\n  support",
                "13:1: unknown key \"uses\" in the file; write one of: domicile, jurisdictions,"
                        + " purposes, tables, audiences",
                "35:16: purpose \"support\" is not declared under \"purposes\"; declare it there",
                "41:16: purpose \"analytics\" is not declared under \"purposes\"; declare it there");
        assertProblem(
                "name: European Union",
                "nmae: European Union",
                "8:3: jurisdiction \"eu\" has no \"name\"; add \"name: United States\"",
                "9:5: unknown key \"nmae\" in jurisdiction \"eu\"; write \"name\"");
        assertProblem(
                "    categories: {user: show}",
                "    <<: {a: b}\n    categories: {user: show}",
                "36:5: unknown key \"<<\" in audience \"us_support\"; write the keys out, or \"like\""
                        + " in an audience");
    }

    @Test
    void keys_twice() {
        assertProblem(
                "      born: user.demographic.date_of_birth\n",
                "      born: user.demographic.date_of_birth\n      id: user.unique_id\n",
                "24:7: key \"id\" appears twice in the columns of table \"users\"; remove it here or"
                        + " in line 20");
        assertProblem(
                "  prices:\n",
                "  public.users: {columns: {x: system.operations}}\n  prices:\n",
                "29:3: table public.users is described twice; remove it here");
    }

    @Test
    void what_release_cannot_wait_for() {
        String secret = "    secret: ${DOMICILE_EU_SECRET}\n";
        assertProblem(
                secret,
                secret + "    release: notarised\n",
                "13:14: \"release\" cannot wait for \"notarised\"; write durable, checkpointed or"
                        + " witnessed");
        assertProblem(
                secret,
                secret + "    release: witnessed\n",
                "13:14: release waits for witnesses, and none are named; add \"witnesses: FILE\""
                        + " with a file that names them");
    }

    @Test
    void missing_keys() {
        assertProblem(
                "domicile: 1\n", "", "1:1: the file has no \"domicile\"; add \"domicile: 1\"");
        assertProblem(
                "    counterparty: parent\n",
                "",
                "38:3: audience \"abroad\" has no \"counterparty\"; add \"counterparty: parent\"");
        assertProblem(
                "    secret: ${DOMICILE_EU_SECRET}\n",
                "",
                "8:3: jurisdiction \"eu\" has no \"secret\"; add \"secret: ${DOMICILE_EU_SECRET}\"");
        assertThat(problems("domicile: 1\njurisdictions:\n"))
                .containsExactly(
                        "domicile.yaml:2:15: \"jurisdictions\" declares nothing; declare one: {us:"
                                + " {…}}");
    }

    @Test
    void values_of_another_kind() {
        assertProblem(
                "name: European Union",
                "name: 7",
                "9:11: its name must be a text; put it in quotes");
        assertProblem(
                "name: European Union",
                "name: \" \"",
                "9:11: its name is empty; write it between the quotes");
        assertProblem(
                "name: European Union",
                "name: [a]",
                "9:11: its name must be a single text; write one, not a list or keys");
        assertProblem(
                "  support: Answer a user's own request\n",
                "  support:\n",
                "14:11: the description of purpose \"support\" is empty; write it after the colon");
        assertProblem(
                "purposes: [support]",
                "purposes: support",
                "35:15: \"purposes\" must be a list here; write [support]");
        assertProblem(
                "purposes: [support]",
                "purposes: []",
                "35:15: the list of \"purposes\" is empty; name at least one purpose");
        assertProblem(
                "purposes: [support]",
                "purposes: [support, support]",
                "35:25: purpose \"support\" is in the list twice; remove it here");
        assertProblem(
                "    categories: {user: show}",
                "    categories: [user]",
                "36:17: \"categories\" must have keys; write \"key: value\" lines");
        assertProblem(
                "    categories: {user: show}",
                "    categories: {[user]: show}",
                "36:18: a key of \"categories\" is not a word; write one");
        assertProblem(
                "{user: show}",
                "!!set {user}",
                "36:17: \"categories\" must have keys; write \"key: value\" lines");
    }

    @Test
    void names_that_cannot_be_used() {
        assertProblem(
                "  support: Answer",
                "  support: Answer\n  User-Support: Answer",
                "15:3: purpose \"User-Support\" has a name that cannot be used; write"
                        + " \"user_support\"");
        assertThat(problems(small().replace("abroad", "a".repeat(25))))
                .singleElement()
                .asString()
                .endsWith(
                        "\" has a name that cannot be used; write lower-case letters, digits and _,"
                                + " a letter first, at most 24 characters");
        assertProblem(
                "  prices:",
                "  pg_catalog.pg_user: {columns: {usename: user}, subject: []}\n  prices:",
                "29:3: table \"pg_catalog.pg_user\" belongs to PostgreSQL or to Domicile itself;"
                        + " remove it: only tables of your own are classified");
        assertProblem(
                "price: system",
                "? " + "é".repeat(32) + "\n      : system",
                "30:42: column \""
                        + "é".repeat(32)
                        + "\" has a name that PostgreSQL cannot have;"
                        + " write the column's name");
        assertProblem(
                "  prices:",
                "  app.: {columns: {a: system}}\n  prices:",
                "29:3: table \"app.\" has a name that PostgreSQL cannot have; write the table's"
                        + " name, or schema.table where the schema is not public");
    }

    @Test
    void secrets_written_out_are_not_repeated() {
        String text =
                small().replace("${DOMICILE_US_STORE}", "jdbc:postgresql://me:hunter2@db/us")
                        .replace("${DOMICILE_US_SECRET}", "hunter2");
        assertThat(problems(text))
                .containsExactly(
                        "domicile.yaml:6:12: \"store\" is written out, where everyone who reads the"
                                + " file sees it; write \"${DOMICILE_US_STORE}\" and set that"
                                + " environment variable",
                        "domicile.yaml:7:13: \"secret\" is written out, where everyone who reads the"
                                + " file sees it; write \"${DOMICILE_US_SECRET}\" and set that"
                                + " environment variable");
    }

    @Test
    void categories() {
        assertProblem(
                "user.content.private",
                "user.contact.url",
                "24:13: unknown data category \"user.contact.url\"; fideslang 3.2.0 renamed it:"
                        + " write \"user.contact.social_url\"");
        assertProblem(
                "user.content.private",
                "email",
                "24:13: unknown data category \"email\"; write \"user.contact.email\"");
        assertProblem(
                "user.content.private",
                "user.content.diary_entries",
                "24:13: unknown data category \"user.content.diary_entries\"; write"
                        + " \"user.content\"");
        assertProblem(
                "user.content.private",
                "wat",
                "24:13: unknown data category \"wat\"; write one of fideslang's, for example"
                        + " \"user.contact.email\", or \"system.operations\" for what is about"
                        + " nobody");
        assertProblem(
                "      user.device: truncate",
                "      user.devise: truncate",
                "48:7: unknown data category \"user.devise\"; write \"user.device\"");
    }

    @Test
    void subjects() {
        assertProblem(
                "    subject: [user_id]\n",
                "",
                "25:3: table \"app.logins\" has personal columns, but not whose they are; add"
                        + " \"subject: \" with the column that names the person, or \"subject: []\""
                        + " when none does");
        assertProblem(
                "subject: [user_id]",
                "subject: [usr_id]",
                "26:15: subject key \"usr_id\" is not declared under \"columns\"; write"
                        + " \"user_id\"");
        assertProblem(
                "subject: [user_id]",
                "subject: [user_id, user_id]",
                "26:24: this subject key is in the list twice; remove it here");
        assertThat(problems(smallWith("subject: [user_id]", "subject: []"))).isEmpty();
    }

    @Test
    void transforms() {
        assertProblem(
                "generalise year",
                "generalize year",
                "47:39: unknown transform \"generalize year\"; write \"generalise year\"");
        assertProblem(
                "generalise year",
                "blur",
                "47:39: unknown transform \"blur\"; write one of: hide, show, redact, pseudonym,"
                        + " truncate, generalise month, generalise year, bucket N, coarsen N km,"
                        + " partial");
        assertProblem(
                "user.contact.email: partial",
                "user.contact.email: truncate",
                "46:27: \"truncate\" makes no sense of user.contact.email; write \"redact\","
                        + " \"pseudonym\" or \"hide\", or give user.contact.email a rule of its"
                        + " own");
        assertThat(
                        problems(
                                smallWith(
                                        "user.contact: redact\n      user.contact.email: partial",
                                        "user.contact: partial")))
                .isEmpty();
        assertThat(
                        problems(
                                smallWith(
                                                "user.contact: redact\n      user.contact.email: partial",
                                                "user.contact: partial")
                                        .replace("users.phone: hide", "users.note: hide")))
                .containsExactly(
                        "domicile.yaml:45:21: \"partial\" makes no sense of user.contact.phone_number; write \"redact\", \"pseudonym\" or \"hide\", or give user.contact.phone_number a rule of its own");
        assertProblem(
                "users.phone: hide",
                "users.phone: bucket 5",
                "50:20: \"bucket 5\" makes no sense of users.phone, which is"
                        + " user.contact.phone_number; write \"redact\", \"pseudonym\" or \"hide\","
                        + " or give user.contact.phone_number a rule of its own");
    }

    @Test
    void columns_of_rules() {
        assertProblem(
                "users.phone: hide",
                "users.phon: hide",
                "50:7: column \"users.phon\" is not classified under \"tables\"; write"
                        + " \"users.phone\"");
        assertProblem(
                "users.phone: hide",
                "users.phone: hide\n      public.users.phone: show",
                "51:7: this column has a rule already; remove it here");
    }

    @Test
    void pseudonyms_have_one_purpose() {
        assertProblem(
                "purposes: [analytics]",
                "purposes: [analytics, support]",
                "38:3: audience \"abroad\" pseudonymises for 2 purposes, and each has a key of its"
                        + " own; leave it one purpose and add an audience for the other: \"{like:"
                        + " abroad, purposes: [support]}\"");
    }

    @Test
    void audiences_that_see_nothing_or_two_things_under_one_name() {
        String idle =
                """
                  idle:
                    like: abroad
                    categories:
                      user.health: show
                    columns: {}
                """;
        assertThat(problems(small() + idle))
                .containsExactly(
                        "domicile.yaml:52:3: audience \"idle\" sees nothing in \"eu\"; give it a"
                                + " category that a column of a table there has, or take that"
                                + " jurisdiction out",
                        "domicile.yaml:52:3: audience \"idle\" sees nothing in \"us\"; give it a"
                                + " category that a column of a table there has, or take that"
                                + " jurisdiction out");
        assertProblem(
                "  prices:",
                "  app.users: {subject: id, jurisdictions: [eu], columns: {id: user.unique_id}}\n"
                        + "  prices:",
                "39:3: audience \"abroad\" sees both public.users and app.users, under one name;"
                        + " hide the columns of one of them from it");
    }

    @Test
    void likeness_in_a_circle() {
        String circle =
                small()
                        + """
                          one: {like: two}
                          two: {like: one}
                          three: {like: two}
                          self: {like: self}
                        """;
        assertThat(problems(circle))
                .containsExactly(
                        "domicile.yaml:52:3: audience \"one\" is like itself, in a circle; give one"
                                + " audience of the circle all keys and no \"like\"",
                        "domicile.yaml:53:3: audience \"two\" is like itself, in a circle; give one"
                                + " audience of the circle all keys and no \"like\"",
                        "domicile.yaml:54:3: audience \"three\" is like others that are like each"
                                + " other, in a circle; give one audience of the circle all keys"
                                + " and no \"like\"",
                        "domicile.yaml:55:3: audience \"self\" is like itself, in a circle; give one"
                                + " audience of the circle all keys and no \"like\"");
    }

    @Test
    void what_is_not_yaml() {
        assertThat(problems(""))
                .containsExactly(
                        "domicile.yaml:1:1: the file is empty; begin it with \"domicile: 1\"");
        assertThat(problems("- a list\n"))
                .contains("domicile.yaml:1:1: the file must have keys; write \"key: value\" lines");
        assertThat(problems("domicile: 1\n\tx: y\n"))
                .singleElement()
                .asString()
                .startsWith("domicile.yaml:2:1: this is not YAML: ");
        assertThat(problems("domicile: 1\nx: a\u0001b\n"))
                .containsExactly(
                        "domicile.yaml:2:5: a character that YAML does not allow; remove it");
        assertThat(problems("domicile: 1\n---\ndomicile: 1\n"))
                .singleElement()
                .asString()
                .startsWith("domicile.yaml:2:1: this is not YAML: ");
        assertThat(problems("jurisdictions: {us: {store: ${US}}}\n"))
                .singleElement()
                .asString()
                .contains("and \"${NAME}\" does between { and }");
    }

    @Test
    void bounds() {
        assertThat(problems("[".repeat(100_000)))
                .containsExactly(
                        "domicile.yaml:1:17: this is not YAML: nested deeper than 16; mend it here or"
                                + " just before; a text with any of : # { } [ ] , & * goes in"
                                + " quotes, and \"${NAME}\" does between { and }");
        assertThat(problems("a: &a 1\nb: [" + "*a, ".repeat(65) + "]\n"))
                .singleElement()
                .asString()
                .contains("more than 64 aliases");
        assertThat(problems("a: &a [*a]\n"))
                .contains(
                        "domicile.yaml:1:1: unknown key \"a\" in the file; write one of: domicile,"
                                + " jurisdictions, purposes, tables, audiences");
        StringBuilder many = new StringBuilder();
        for (int i = 0; i < 3_000; i++) {
            many.append("key").append(i).append(": 1\n");
        }
        assertThat(problems(many.toString())).hasSize(Problems.MAX_PROBLEMS);
    }

    @Test
    void a_text_of_the_file_stays_on_its_line() {
        assertThat(problems("\"a\\nb\\e[31m" + "c".repeat(100) + "\": 1\n").get(0))
                .isEqualTo("domicile.yaml:1:1: the file has no \"domicile\"; add \"domicile: 1\"");
        assertThat(problems("\"a\\nb\\e[31m" + "c".repeat(100) + "\": 1\n"))
                .anyMatch(problem -> problem.contains("\"a\\u000ab\\u001b[31mccc"))
                .allMatch(problem -> problem.length() < 300);
    }
}
