package org.domicile.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.domicile.console.access.Door;
import org.domicile.control.access.AccessPolicy;
import org.domicile.control.organisation.OrganisationFile;

/**
 * A demo in which something has happened: people were shown data and refused it, asked for more and
 * decided, one meter is nearly full, somebody is frozen.
 */
final class LivelyDemo implements AutoCloseable {
    private static final int USERS = 5_000;

    /** Those with a key of their own; the founder is a data owner as well, and above who asks. */
    private static final List<String> SIGNERS =
            List.of(
                    "parent_analyst",
                    "global_analyst",
                    "founder",
                    "us_on_call",
                    "us_owner",
                    "overseer");

    /** Beside the demo's policy: places near enough to be counted, so that a meter fills up. */
    private static final String NEARER =
            """
                columns:
                  locations.latitude: coarsen 1 km
                  locations.longitude: coarsen 1 km
                  ad_impressions.campaign_id: show
            """;

    private static final int DIGITS = 12;
    private static final int WAIT_SECONDS = 20;

    final DemoProcess demo;
    private final Path keys;
    private final ConsoleBrowser overseer;

    private LivelyDemo(DemoProcess demo, Path keys, ConsoleBrowser overseer) {
        this.demo = demo;
        this.keys = keys;
        this.overseer = overseer;
    }

    static LivelyDemo start(Path directory) throws Exception {
        Path data = Files.createDirectory(directory.resolve("domicile-demo"));
        Path keys = Files.createDirectory(directory.resolve("keys"));
        String organisation = Demo.files().organisation();
        for (String person : SIGNERS) {
            Shell.Outcome made =
                    Shell.domicile("approval-key", person, "--out", key(keys, person).toString());
            assertThat(made.exitCode()).as(made.toString()).isZero();
            organisation = under(organisation, person, made.out().strip());
        }
        Files.writeString(
                data.resolve(OrganisationFile.NAME),
                under(organisation, "founder", "roles: [data_owner]"));
        String policy = Demo.files().policy();
        String near =
                policy.replace("    columns:\n      ad_impressions.campaign_id: show\n", NEARER);
        assertThat(near).isNotEqualTo(policy);
        Files.writeString(data.resolve("domicile.yaml"), near);
        Files.writeString(data.resolve(AccessPolicy.NAME), Demo.files().access());
        DemoProcess demo = DemoProcess.start(data, "--users", Integer.toString(USERS));
        ConsoleBrowser overseer = new ConsoleBrowser(demo.console());
        LivelyDemo lively = new LivelyDemo(demo, keys, overseer);
        try {
            assertThat(overseer.signIn("overseer", demo.password("overseer"))).isEqualTo(303);
            lively.use();
            lively.askAndDecide();
            lively.freeze();
            lively.await();
            return lively;
        } catch (Exception | AssertionError e) {
            demo.close();
            throw e;
        }
    }

    /** A line put under somebody's name. */
    private static String under(String organisation, String person, String line) {
        Matcher entry = Pattern.compile("(?m)^  " + person + ":.*\n").matcher(organisation);
        assertThat(entry.find()).as(person).isTrue();
        return new StringBuilder(organisation).insert(entry.end(), "    " + line + "\n").toString();
    }

    private static Path key(Path keys, String person) {
        return keys.resolve(person + ".key");
    }

    private void use() {
        for (String jurisdiction : List.of("us", "eu", "row")) {
            shown(
                    "parent_analyst",
                    jurisdiction,
                    "analytics",
                    "SELECT id, handle, email, birth_date FROM users");
            shown(
                    "parent_analyst",
                    jurisdiction,
                    "analytics",
                    "SELECT tag, count(*) FROM videos GROUP BY tag");
            shown(
                    "overseer",
                    jurisdiction,
                    "oversight",
                    "SELECT country, count(*) FROM users GROUP BY country");
        }
        shown("parent_analyst", "us", "analytics", "SELECT * FROM logins LIMIT 500");
        shown("parent_analyst", "us", "analytics", "SELECT video_id, at FROM likes LIMIT 900");
        shown("global_analyst", "us", "analytics", "SELECT id, country, gender FROM users");
        shown("global_analyst", "eu", "analytics", "SELECT avg(duration_ms) FROM videos");
        shown(
                "global_analyst",
                "us",
                "advertising",
                "SELECT DISTINCT ON (user_id) user_id, latitude, longitude FROM locations");
        shown("us_support", "us", "support", "SELECT * FROM users ORDER BY id LIMIT 3");
        shown("us_support", "us", "support", "SELECT * FROM orders ORDER BY id LIMIT 5");
        shown("us_engineer", "us", "engineering", "SELECT * FROM devices LIMIT 40");
        shown("eu_support", "eu", "support", "SELECT * FROM users ORDER BY id LIMIT 2");
        refused("parent_analyst", "us", "analytics", "SELECT pg_read_file('/etc/passwd')");
        refused("parent_analyst", "us", "support", "SELECT email FROM users");
    }

    private void shown(String who, String jurisdiction, String purpose, String sql) {
        Shell.Outcome outcome = demo.psql(who, jurisdiction, purpose, "-c", sql);
        assertThat(outcome.exitCode()).as(sql + "\n" + outcome).isZero();
    }

    private void refused(String who, String jurisdiction, String purpose, String sql) {
        Shell.Outcome outcome = demo.psql(who, jurisdiction, purpose, "-c", sql);
        assertThat(outcome.exitCode()).as(sql + "\n" + outcome).isNotZero();
    }

    private void askAndDecide() {
        String approved = ask("parent_analyst", "CASE-2041", "users.email", "4,17");
        as("us_on_call", "approve", approved);
        as("overseer", "approve", approved);
        String denied = ask("parent_analyst", "CASE-2055", "users.email,users.phone", "4");
        as("us_owner", "deny", denied);
        String open =
                ask(
                        "parent_analyst",
                        "CASE-2077",
                        "users.email,users.phone,orders.city",
                        "17,42,99");
        as("us_owner", "approve", open);
    }

    private String ask(String who, String ticket, String columns, String subjects) {
        Shell.Outcome asked =
                as(
                        who,
                        "request",
                        "--purpose",
                        "support",
                        "--ticket",
                        ticket,
                        "--columns",
                        columns,
                        "--subjects",
                        subjects,
                        "--for",
                        "4h");
        Matcher digest = Pattern.compile("\\b[0-9a-f]{64}\\b").matcher(asked.out());
        assertThat(digest.find()).as(asked.toString()).isTrue();
        return digest.group().substring(0, DIGITS);
    }

    private void freeze() {
        as("overseer", "freeze", "person", "eu_support", "--reason", "laptop lost on a train");
    }

    /** A command signed by somebody, about the us jurisdiction. */
    private Shell.Outcome as(String who, String... words) {
        List<String> all = new ArrayList<>(List.of(words));
        all.addAll(List.of("--as", who, "--key", key(keys, who).toString(), "-j", "us"));
        all.addAll(List.of("-c", demo.data.resolve("domicile.yaml").toString()));
        Shell.Outcome outcome = Shell.domicile(all.toArray(String[]::new));
        assertThat(outcome.exitCode()).as(all + "\n" + outcome).isZero();
        return outcome;
    }

    /** Until the console tells of what was done last. */
    private void await() throws Exception {
        long untilNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(WAIT_SECONDS);
        while (json("/api/disclosures?jurisdiction=us&type=frozen").get("lines").isEmpty()) {
            assertThat(System.nanoTime()).as("the freeze is not told of").isLessThan(untilNanos);
            Thread.sleep(200);
        }
    }

    private JsonNode json(String address) throws Exception {
        return new ObjectMapper().readTree(overseer.get(address).body());
    }

    /** The address of something that is there. */
    String address(Door door) throws Exception {
        String address =
                door.path().replace("{jurisdiction}", "us").replace("{person}", "parent_analyst");
        if (address.contains("{entry}")) {
            JsonNode shown =
                    json("/api/disclosures?jurisdiction=us&type=disclosure&counterparty=parent");
            address = address.replace("{entry}", shown.get("lines").get(0).get("entry").asText());
        }
        if (address.contains("{request}")) {
            for (JsonNode line : json("/api/requests").get("lines")) {
                if (line.get("state").asText().equals("open")) {
                    address = address.replace("{request}", line.get("request").asText());
                }
            }
        }
        assertThat(address).as("what stands in %s is said here", door).doesNotContain("{");
        return address;
    }

    @Override
    public void close() {
        demo.close();
    }
}
