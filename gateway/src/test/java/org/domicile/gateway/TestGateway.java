package org.domicile.gateway;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Properties;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.domicile.control.ScramCredentials;
import org.domicile.control.ScramVerifier;
import org.domicile.control.access.Standing;
import org.domicile.control.meter.BulkMeters;
import org.domicile.control.rules.Rules;
import org.domicile.gateway.session.AppliedPlans;
import org.domicile.gateway.session.Jurisdiction;
import org.domicile.gateway.session.Limits;
import org.domicile.gateway.transport.Tls;
import org.domicile.gateway.upstream.StoreAddress;
import org.domicile.ledger.LedgerDamage;
import org.domicile.plan.AppliedPlan;
import org.domicile.plan.BackendPassword;
import org.domicile.plan.Plan;
import org.domicile.plan.RelationName;
import org.domicile.plan.Roster;
import org.domicile.plan.StoreNames;
import org.domicile.plan.StoreSubjects;
import org.domicile.plan.SubjectToken;
import org.domicile.plan.Transform;
import org.domicile.testkit.EmbeddedStore;
import org.domicile.testkit.PostgresBinaries;
import org.jspecify.annotations.Nullable;

/**
 * A gateway over a real store with one table of people, for tests. The roles and views are those
 * that applying the plan makes, written out by hand.
 */
final class TestGateway implements AutoCloseable {
    static final String SECRET = "a store secret of the tests, long enough";
    static final int USERS = 1_000;
    private static final int EVENT_LOOPS = 2;

    /** Runs for hours unless ended. */
    static final String ENDLESS = "SELECT count(*) FROM users a, users b, users c, users d";

    static final Limits LIMITS =
            new Limits(
                    50,
                    Duration.ofSeconds(30),
                    Duration.ofMinutes(5),
                    Duration.ofMinutes(1),
                    Duration.ofSeconds(30));

    private static final RelationName TABLE = RelationName.parse("users");

    static final SubjectToken TOKEN = new SubjectToken(new byte[SubjectToken.SECRET_BYTES]);
    private static final StoreSubjects SUBJECTS = new StoreSubjects(TOKEN, Map.of(), Map.of());

    private final EmbeddedStore store;
    private final RecordingLedger ledger;
    private final Path directory;
    private final BulkMeters meters;
    private final GatewayServer server;
    private volatile AppliedPlan applied = appliedPlan(1);

    private TestGateway(Path directory, Rules rules) throws SQLException, IOException {
        this.directory = directory;
        this.meters = new BulkMeters(rules);
        ledger = new RecordingLedger(directory);
        store =
                EmbeddedStore.start(
                        PostgresBinaries.embedded(),
                        directory.resolve("store"),
                        0,
                        EmbeddedStore.THROWAWAY);
        store.createDatabase("us");
        fill();
        server = start(LIMITS);
    }

    static TestGateway start() throws SQLException, IOException {
        return start(new Rules(List.of()));
    }

    /** One that counts against rules. */
    static TestGateway start(Rules rules) throws SQLException, IOException {
        return new TestGateway(Files.createTempDirectory("gateway-test"), rules);
    }

    GatewayServer start(Limits limits) throws IOException {
        return start(limits, null);
    }

    GatewayServer start(Limits limits, @Nullable Tls tls) throws IOException {
        return GatewayServer.start(
                new GatewayConfig(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        Map.of(
                                "us",
                                new Jurisdiction(
                                        new StoreAddress("127.0.0.1", store.port(), "us"),
                                        SECRET,
                                        ledger,
                                        () ->
                                                new AppliedPlans.Served(
                                                        applied, SUBJECTS, TestGateway::peopleHeld),
                                        meters)),
                        ScramCredentials.of(
                                Map.of(
                                        "parent_analyst", verifier("parent_analyst"),
                                        "us_support", verifier("us_support"),
                                        "stranger", verifier("stranger"))),
                        (plan, accessor) -> new Standing.Admitted(accessor),
                        limits,
                        tls,
                        EVENT_LOOPS));
    }

    private static OptionalLong peopleHeld(RelationName table) {
        return table.equals(TABLE) ? OptionalLong.of(USERS) : OptionalLong.empty();
    }

    private static ScramVerifier verifier(String user) {
        return ScramVerifier.ofPassword(
                password(user),
                ("salt of " + user).getBytes(StandardCharsets.US_ASCII),
                ScramVerifier.DEFAULT_ITERATIONS);
    }

    static String password(String user) {
        return "password of " + user;
    }

    /**
     * {@code us_support} has two audiences, {@code parent_analyst} one, which is for something more
     * in even versions.
     */
    static AppliedPlan appliedPlan(long version) {
        List<String> analysis =
                version % 2 == 0 ? List.of("analytics", "research") : List.of("analytics");
        List<Plan.ViewColumn> shown =
                List.of(
                        new Plan.ViewColumn("id", new Transform.Show()),
                        new Plan.ViewColumn("handle", new Transform.Show()),
                        new Plan.ViewColumn("email", new Transform.Show()));
        Plan plan =
                new Plan(
                        "us",
                        "usds",
                        List.of(new Plan.Entity("usds", "US"), new Plan.Entity("parent", "CN")),
                        List.of(
                                new Plan.Table(
                                        TABLE,
                                        List.of("id"),
                                        List.of(
                                                new Plan.Column("id", "user.unique_id"),
                                                new Plan.Column("handle", "user.name"),
                                                new Plan.Column("email", "user.contact.email")))),
                        List.of(
                                new Plan.Audience(
                                        "foreign_analytics",
                                        "parent",
                                        analysis,
                                        List.of(
                                                new Plan.View(
                                                        TABLE,
                                                        List.of(
                                                                new Plan.ViewColumn(
                                                                        "id", new Transform.Show()),
                                                                new Plan.ViewColumn(
                                                                        "email",
                                                                        new Transform.Redact()))))),
                                new Plan.Audience(
                                        "us_engineering",
                                        "usds",
                                        List.of("engineering"),
                                        List.of(new Plan.View(TABLE, shown.subList(0, 1)))),
                                new Plan.Audience(
                                        "us_helpdesk",
                                        "usds",
                                        List.of("support"),
                                        List.of(new Plan.View(TABLE, shown)))));
        Roster roster =
                new Roster(
                        "us",
                        List.of(
                                new Roster.Accessor(
                                        "parent_analyst",
                                        "parent",
                                        "CN",
                                        "CN",
                                        List.of("foreign_analytics")),
                                new Roster.Accessor(
                                        "us_support",
                                        "usds",
                                        "US",
                                        "US",
                                        List.of("us_engineering", "us_helpdesk"))));
        return new AppliedPlan(
                version,
                plan,
                roster,
                plan.audiences().stream().collect(Collectors.toMap(Plan.Audience::name, a -> 7L)),
                "0".repeat(64));
    }

    private void fill() throws SQLException {
        try (Connection connection = store.connect("us");
                Statement statement = connection.createStatement()) {
            statement.execute("REVOKE ALL ON SCHEMA public FROM PUBLIC");
            statement.execute("REVOKE TEMPORARY ON DATABASE us FROM PUBLIC");
            statement.execute("CREATE TABLE public.users (id int, handle text, email text)");
            statement.execute(
                    "INSERT INTO public.users SELECT i, 'h' || i, 'person' || i || '@example.org'"
                            + " FROM generate_series(1, "
                            + USERS
                            + ") i");
            statement.execute("CREATE TABLE public.secrets (raw text)");
            for (Plan.Audience audience : applied.plan().audiences()) {
                String schema = applied.schemaOf(audience);
                String group = StoreNames.audienceRole(audience.name());
                String columns =
                        audience.views().get(0).columns().stream()
                                .map(column ->
                                        column.transform() instanceof Transform.Redact
                                                ? "NULL::text AS " + column.name()
                                                : column.name())
                                .collect(Collectors.joining(", "));
                statement.execute("CREATE ROLE " + group);
                statement.execute("CREATE SCHEMA " + schema);
                statement.execute(
                        "CREATE VIEW "
                                + schema
                                + ".users AS SELECT "
                                + columns
                                + " FROM public.users");
                statement.execute("GRANT USAGE ON SCHEMA " + schema + " TO " + group);
                statement.execute("GRANT SELECT ON " + schema + ".users TO " + group);
                for (Roster.Accessor accessor : applied.roster().accessors()) {
                    if (accessor.audiences().contains(audience.name())) {
                        String role = StoreNames.loginRole(audience.name(), accessor.id());
                        statement.execute(
                                "CREATE ROLE \""
                                        + role
                                        + "\" LOGIN IN ROLE "
                                        + group
                                        + " PASSWORD '"
                                        + BackendPassword.derive(SECRET, role)
                                        + "'");
                    }
                }
            }
        }
    }

    RecordingLedger ledger() {
        return ledger;
    }

    BulkMeters meters() {
        return meters;
    }

    EmbeddedStore store() {
        return store;
    }

    GatewayServer server() {
        return server;
    }

    int port() {
        return server.address().getPort();
    }

    void apply(AppliedPlan next) {
        applied = next;
    }

    /** A pgjdbc connection with a purpose; none where {@code purpose} is empty. */
    Connection connect(String user, String purpose, String... properties) throws SQLException {
        Properties all = new Properties();
        all.setProperty("user", user);
        all.setProperty("password", password(user));
        if (!purpose.isEmpty()) {
            all.setProperty("options", "-c domicile.purpose=" + purpose);
        }
        for (int i = 0; i < properties.length; i += 2) {
            all.setProperty(properties[i], properties[i + 1]);
        }
        return DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + port() + "/us", all);
    }

    Connection analyst() throws SQLException {
        return connect("parent_analyst", "analytics");
    }

    @Override
    public void close() throws IOException {
        server.close();
        store.close();
        ledger.close();
        try {
            ledger.verify();
        } catch (LedgerDamage e) {
            throw new AssertionError(e);
        } finally {
            delete(directory);
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
