package org.domicile.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.domicile.control.request.SignedAct;
import org.domicile.ledger.note.ApprovalSigner;
import org.domicile.plan.BackendPassword;
import org.domicile.plan.StoreNames;
import org.domicile.policy.store.StoreInit;
import org.domicile.testkit.EmbeddedStore;
import org.domicile.testkit.PostgresBinaries;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** I6: asking, approving and ending as they are typed, on a real store. */
class RequestsIT {
    private static final String SECRET = "a store secret of more than thirty-two characters";
    private static final String ORGANISATION =
            """
            organisation: 1
            rules: [us-dsp-2025]
            entities:
              custodian_us: {name: a, organised_in: US}
              auditor: {name: a, organised_in: IE}
              app: {name: a, organised_in: SG}
            people:
              analyst: {employer: app, sits_in: SG, resides_in: SG, manager: lead, KEY}
              lead: {employer: app, sits_in: SG, resides_in: SG, roles: [overseer], KEY}
              paper: {employer: custodian_us, sits_in: US, resides_in: US, manager: lead, roles: [custodian], KEY}
              owner: {employer: custodian_us, sits_in: US, resides_in: US, roles: [data_owner], KEY}
              bystander: {employer: custodian_us, sits_in: US, resides_in: US, roles: [data_owner], KEY}
              second: {employer: custodian_us, sits_in: US, resides_in: US, roles: [custodian], KEY}
              eye: {employer: auditor, sits_in: IE, resides_in: IE, roles: [overseer], KEY}
            """;
    private static final String POLICY =
            """
            domicile: 1
            jurisdictions:
              us:
                name: United States
                custodian: custodian_us
                store: ${DOMICILE_US_STORE}
                secret: ${DOMICILE_US_SECRET}
                requests: ${DOMICILE_US_REQUESTS}
            purposes:
              support: Answer a user's own request
            tables:
              users:
                subject: id
                columns: {id: user.unique_id, email: user.contact.email, phone: user.contact.phone_number}
            audiences:
              us_support:
                counterparty: custodian_us
                jurisdictions: [us]
                purposes: [support]
                categories: {user: show}
            """;

    private static EmbeddedStore store;

    /** How long the grants' keeper may take. */
    private static final int FOLLOW_SECONDS = 20;

    @TempDir Path directory;

    private GrantKeeper keeper;

    private record Said(int status, String out, String err) {}

    @BeforeAll
    static void startTheStore() {
        store = EmbeddedStore.startTemporary(PostgresBinaries.embedded(), EmbeddedStore.THROWAWAY);
    }

    @AfterAll
    static void stopTheStore() {
        store.close();
    }

    @BeforeEach
    void prepare() throws Exception {
        store.dropDatabase("us");
        store.createDatabase("us");
        try (Connection admin = store.connect("us")) {
            sql(
                    admin,
                    "CREATE TABLE users (id int PRIMARY KEY, email text, phone text);"
                            + "INSERT INTO users VALUES (4, 'four@example.com', '+4'),"
                            + " (17, 'seventeen@example.com', '+17'), (42, 'other@example.com', '+42')");
            StoreInit.run(admin, SECRET);
        }
        Files.writeString(directory.resolve("domicile.yaml"), POLICY);
        Files.writeString(directory.resolve("access.cedar"), "// Nobody but by a grant.\n");
        Files.writeString(
                directory.resolve("domicile.env"),
                "DOMICILE_US_STORE=postgresql://127.0.0.1:"
                        + store.port()
                        + "/us\nDOMICILE_US_SECRET="
                        + SECRET
                        + "\n");
        StringBuilder organisation = new StringBuilder();
        Matcher person = Pattern.compile("(?m)^  (\\w+): .*(KEY)\\}$").matcher(ORGANISATION);
        while (person.find()) {
            Said made =
                    say("approval-key", person.group(1), "--out", key(person.group(1)).toString());
            assertThat(made.status()).as(made.err()).isZero();
            person.appendReplacement(
                    organisation,
                    Matcher.quoteReplacement(
                            person.group().replace("KEY}", made.out().strip() + "}")));
        }
        person.appendTail(organisation);
        Files.writeString(directory.resolve("organisation.yaml"), organisation);
        apply();
        Path desk = Files.createDirectory(directory.resolve("desk"));
        Files.writeString(desk.resolve("domicile.yaml"), POLICY);
        Files.writeString(desk.resolve("organisation.yaml"), organisation);
        Said login = domicile("", "requests-login");
        assertThat(login.status()).as(login.err()).isZero();
        Files.writeString(
                desk.resolve("domicile.env"),
                "DOMICILE_US_STORE=postgresql://127.0.0.1:"
                        + store.port()
                        + "/us\nDOMICILE_US_REQUESTS="
                        + login.out().strip()
                        + "\n");
        PolicyOptions policy = PolicyOptions.of(directory.resolve("domicile.yaml"));
        keeper = GrantKeeper.start(policy.targets().get(0).store(), policy.organisation(), _ -> {});
    }

    @AfterEach
    void stopTheKeeper() {
        if (keeper != null) {
            keeper.close();
        }
    }

    private Path key(String person) {
        return directory.resolve(person + ".key");
    }

    private static Said say(String... words) {
        Shell.Outcome outcome = Shell.domicile(words);
        return new Said(outcome.exitCode(), outcome.out(), outcome.err());
    }

    /**
     * As somebody, where only the login for requests is set; or at the custodian's, where {@code
     * person} is empty.
     */
    private Said domicile(String person, String... words) {
        Path place = person.isEmpty() ? directory : directory.resolve("desk");
        List<String> all = new ArrayList<>(List.of(words));
        all.addAll(List.of("-c", place.resolve("domicile.yaml").toString()));
        if (!person.isEmpty()) {
            all.addAll(List.of("--as", person, "--key", key(person).toString()));
        }
        return say(all.toArray(String[]::new));
    }

    private void apply() {
        Said applied = domicile("", "apply");
        assertThat(applied.status()).as(applied.err()).isZero();
    }

    private JsonNode request() throws Exception {
        Said filed =
                domicile(
                        "analyst",
                        "request",
                        "--purpose",
                        "support",
                        "--ticket",
                        "T-831",
                        "--columns",
                        "users.email",
                        "--subjects",
                        "17,4",
                        "--for",
                        "30m",
                        "--json");
        assertThat(filed.status()).as(filed.err()).isZero();
        return new ObjectMapper().readTree(filed.out()).get(0);
    }

    private static void sql(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static long count(String table) throws SQLException {
        try (Connection admin = store.connect("us");
                Statement statement = admin.createStatement();
                ResultSet row = statement.executeQuery("SELECT count(*) FROM domicile." + table)) {
            row.next();
            return row.getLong(1);
        }
    }

    /** What the grant's own login role sees of users, in the store itself. */
    private static List<String> seen(String audience) throws SQLException {
        String role = StoreNames.loginRole(audience, "analyst");
        try (Connection analyst =
                        DriverManager.getConnection(
                                store.jdbcUrl("us"), role, BackendPassword.derive(SECRET, role));
                Statement statement = analyst.createStatement();
                ResultSet row = statement.executeQuery("SELECT * FROM users ORDER BY 1")) {
            List<String> seen = new ArrayList<>();
            assertThat(row.getMetaData().getColumnCount()).isEqualTo(1);
            while (row.next()) {
                seen.add(row.getString(1));
            }
            return seen;
        }
    }

    @Test
    void i6TwoIndependentPeopleOpenAGrantAndOneEndsIt() throws Exception {
        JsonNode filed = request();
        assertThat(filed.path("state").asText()).isEqualTo("open");
        String digest = filed.path("request").asText();
        String grant = filed.path("grant").asText();

        Said chain = domicile("paper", "approve", digest);
        assertThat(chain.status()).isEqualTo(ExitCode.FAILED);
        assertThat(chain.err())
                .contains("paper may not decide about it")
                .contains("paper reports to lead, and analyst reports to lead");
        assertThat(domicile("lead", "approve", digest).err()).contains("analyst reports to lead");
        assertThat(count("decision")).isZero();

        Said first = domicile("owner", "approve", digest.substring(0, 12));
        assertThat(first.out())
                .contains("needs 1 more, approved by owner")
                .contains("second may decide");
        assertThatThrownBy(() -> seen(grant)).isInstanceOf(SQLException.class);

        Said second = domicile("second", "approve", grant);
        assertThat(second.out())
                .as(second.err())
                .contains("approved by owner, second")
                .doesNotContain("not in force yet");
        assertThat(second.err()).contains("the grant is in force");
        assertThat(seen(grant)).containsExactly("four@example.com", "seventeen@example.com");

        apply();
        assertThat(seen(grant)).as("a plain apply keeps it").hasSize(2);
        assertThat(domicile("", "grants").out()).contains("domicile.grant=" + grant);

        assertThat(domicile("bystander", "grants", "end", grant).err()).contains("may not end it");
        Said ended = domicile("eye", "grants", "end", grant);
        assertThat(ended.out()).as(ended.err()).contains("ended by eye");
        assertThatThrownBy(() -> seen(grant)).isInstanceOf(SQLException.class);
        assertThat(domicile("", "grants").out()).isEmpty();
        assertThat(domicile("owner", "approve", digest).err()).contains("nothing to decide");
    }

    /** Whoever can write into the store's tables can still not approve. */
    @Test
    void i6ForgedRowsAreRefusedAndNamed() throws Exception {
        JsonNode filed = request();
        String digest = filed.path("request").asText();
        assertThat(domicile("owner", "approve", digest).status()).isZero();
        String byEye =
                SignedAct.sign(
                                SignedAct.Kind.APPROVE,
                                digest,
                                Instant.now(),
                                ApprovalSigner.load(key("eye"), null))
                        .noteText();
        insert("INSERT INTO domicile.decision VALUES (?, ?, ?)", digest, "second", byEye);
        apply();
        assertThatThrownBy(() -> seen(filed.path("grant").asText()))
                .isInstanceOf(SQLException.class);
        Said listed = domicile("", "requests");
        assertThat(listed.status()).isEqualTo(ExitCode.FAILED);
        assertThat(listed.out())
                .contains("! an entry by second does not count")
                .contains("not by the registered key of second");

        try (Connection admin = store.connect("us")) {
            sql(
                    admin,
                    "UPDATE domicile.request SET document = replace(document, '\"17\"', '\"18\"')");
        }
        assertThat(domicile("", "requests").out()).contains("another digest");
        assertThat(domicile("second", "approve", digest).err()).contains("does not count");
    }

    private static void insert(String sql, String... values) throws SQLException {
        try (Connection admin = store.connect("us");
                PreparedStatement insert = admin.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                insert.setString(i + 1, values[i]);
            }
            insert.executeUpdate();
        }
    }

    @Test
    void anApproverWhoLeavesTakesTheGrantAlong() throws Exception {
        JsonNode filed = request();
        String grant = filed.path("grant").asText();
        domicile("owner", "approve", grant);
        domicile("second", "approve", grant);
        assertThat(seen(grant)).hasSize(2);
        Path organisation = directory.resolve("organisation.yaml");
        Files.writeString(
                organisation,
                Files.readString(organisation).replace("second: {", "second: {disabled: true, "));
        awaitInStore(grant, false);
        assertThatThrownBy(() -> seen(grant)).isInstanceOf(SQLException.class);
    }

    /** I7: without an organisation nobody has approved anything; with it, they have again. */
    @Test
    void i7NoGrantIsInForceWhileTheOrganisationCannotBeRead() throws Exception {
        String grant = request().path("grant").asText();
        domicile("owner", "approve", grant);
        domicile("second", "approve", grant);
        assertThat(seen(grant)).hasSize(2);
        Path organisation = directory.resolve("organisation.yaml");
        String text = Files.readString(organisation);
        Files.writeString(organisation, "organisation: [");
        awaitInStore(grant, false);
        assertThatThrownBy(() -> seen(grant)).isInstanceOf(SQLException.class);
        Files.writeString(organisation, text);
        awaitInStore(grant, true);
        assertThat(seen(grant)).hasSize(2);
    }

    /** The approver is told the truth: what they wrote counts, and nobody has acted on it. */
    @Test
    void whoApprovesIsToldThatNothingFollows() throws Exception {
        keeper.close();
        String grant = request().path("grant").asText();
        domicile("owner", "approve", grant);
        Said second = domicile("second", "approve", grant, "--wait", "0");
        assertThat(second.status()).isZero();
        assertThat(second.err()).contains("approved, and not in force yet");
        assertThat(second.out()).contains("not in force yet");
        apply();
        assertThat(seen(grant)).hasSize(2);
    }

    @Test
    void theLoginForRequestsAppliesNothing() {
        Said refused =
                say("apply", "-c", directory.resolve("desk").resolve("domicile.yaml").toString());
        assertThat(refused.status()).isEqualTo(ExitCode.FAILED);
        assertThat(refused.err()).contains("only the login for requests is set");
    }

    private Process watch(Path log) throws Exception {
        Process watch =
                new ProcessBuilder(
                                Project.root().resolve("domicile").toString(),
                                "apply",
                                "--watch",
                                "-c",
                                directory.resolve("domicile.yaml").toString())
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        Instant deadline = Instant.now().plusSeconds(3 * FOLLOW_SECONDS);
        while (!Files.readString(log).contains("domicile watches")) {
            if (!watch.isAlive() || Instant.now().isAfter(deadline)) {
                watch.destroyForcibly();
                throw new AssertionError(Files.readString(log));
            }
            Thread.sleep(100);
        }
        return watch;
    }

    /** As an operator runs it: it is killed, loses the store, and is stopped. */
    @Test
    void theWatchFollowsWhateverHappensToIt() throws Exception {
        keeper.close();
        Path log = directory.resolve("watch.log");
        Process killed = watch(log);
        String grant;
        try {
            grant = request().path("grant").asText();
            domicile("owner", "approve", grant);
            assertThat(domicile("second", "approve", grant).err())
                    .contains("the grant is in force");
            assertThat(Files.readString(log)).contains(grant + " is in force, until ");
        } finally {
            killed.destroyForcibly().waitFor();
        }
        assertThat(domicile("eye", "grants", "end", grant, "--wait", "0").err())
                .contains("the store still has the grant");

        Process watch = watch(log);
        try {
            awaitInStore(grant, false);
            String other = request().path("grant").asText();
            domicile("owner", "approve", other);
            cutOff(log);
            assertThat(domicile("second", "approve", other).err())
                    .contains("the grant is in force");
            assertThat(seen(other)).hasSize(2);
            assertThat(Files.readString(log)).contains("goes on");
            watch.destroy();
            assertThat(watch.waitFor(FOLLOW_SECONDS, TimeUnit.SECONDS)).isTrue();
        } finally {
            watch.destroyForcibly();
        }
    }

    /** Ends whatever connection the watch has, until it has noticed. */
    private static void cutOff(Path log) throws Exception {
        Instant deadline = Instant.now().plusSeconds(FOLLOW_SECONDS);
        try (Connection admin = store.connect("us")) {
            while (!Files.readString(log).contains("trying again")) {
                assertThat(Instant.now()).isBefore(deadline);
                sql(
                        admin,
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                                + " WHERE usename = 'domicile_compiler'");
                Thread.sleep(20);
            }
        }
    }

    private static void awaitInStore(String grant, boolean isWanted) throws Exception {
        Instant deadline = Instant.now().plusSeconds(FOLLOW_SECONDS);
        while (Instant.now().isBefore(deadline)) {
            try (Connection admin = store.connect("us")) {
                if (new RequestStore(admin, "us").grantsInStore().contains(grant) == isWanted) {
                    return;
                }
            }
            Thread.sleep(100);
        }
        throw new AssertionError("the store did not follow");
    }

    @Test
    void oneDenialClosesARequest() throws Exception {
        String digest = request().path("request").asText();
        domicile("owner", "approve", digest);
        assertThat(domicile("eye", "deny", digest).out()).contains("denied by eye");
        assertThat(domicile("second", "approve", digest).err()).contains("nothing to decide");
    }

    @Test
    void onlyTheRegisteredKeySigns() throws Exception {
        String digest = request().path("request").asText();
        Files.copy(key("eye"), key("second"), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        assertThat(domicile("second", "approve", digest).err())
                .contains("is not the key that organisation.yaml has");
    }

    @Test
    void whatCannotBeGrantedIsNotFiled() throws Exception {
        Map<List<String>, String> cases =
                Map.of(
                        List.of("users.email", "17", "9h"), "may be granted for 8h at most",
                        List.of("users.name", "17", "1h"), "classifies no column",
                        List.of("users.email", "x", "1h"), "no value of this type",
                        List.of("users.email", "17", "8d"), "7d at most");
        cases.forEach((asked, problem) -> {
            Said refused =
                    domicile(
                            "analyst",
                            "request",
                            "--purpose",
                            "support",
                            "--ticket",
                            "T-1",
                            "--columns",
                            asked.get(0),
                            "--subjects",
                            asked.get(1),
                            "--for",
                            asked.get(2));
            assertThat(refused.status()).isNotZero();
            assertThat(refused.err()).contains(problem);
        });
        assertThat(count("request")).isZero();
    }

    /** The gateway reads what was decided, and can change nothing of it. */
    @Test
    void theGatewayOnlyReadsTheTables() throws Exception {
        request();
        String role = StoreNames.GATEWAY_ROLE;
        try (Connection gateway =
                DriverManager.getConnection(
                        store.jdbcUrl("us"), role, BackendPassword.derive(SECRET, role))) {
            assertThat(new RequestStore(gateway, "us").read()).hasSize(1);
            for (String table : List.of("request", "decision", "grant_end")) {
                assertThatThrownBy(() -> sql(gateway, "DELETE FROM domicile." + table))
                        .hasMessageContaining("permission denied");
            }
        }
    }
}
