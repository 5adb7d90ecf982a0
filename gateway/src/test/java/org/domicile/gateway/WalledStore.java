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
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.domicile.control.ScramCredentials;
import org.domicile.control.ScramVerifier;
import org.domicile.control.access.Standing;
import org.domicile.control.meter.BulkMeters;
import org.domicile.control.rules.Rules;
import org.domicile.gateway.gate.Fixture;
import org.domicile.gateway.session.AppliedPlans;
import org.domicile.gateway.session.Jurisdiction;
import org.domicile.gateway.upstream.ScriptedClient;
import org.domicile.gateway.upstream.StoreAddress;
import org.domicile.plan.AppliedPlan;
import org.domicile.plan.BackendPassword;
import org.domicile.plan.Plan;
import org.domicile.plan.RelationName;
import org.domicile.plan.Roster;
import org.domicile.plan.StoreNames;
import org.domicile.plan.Transform;
import org.domicile.policy.store.AppliedPlanReader;
import org.domicile.policy.store.StoreApplier;
import org.domicile.policy.store.StoreInit;
import org.domicile.testkit.EmbeddedStore;
import org.domicile.testkit.PostgresBinaries;

/**
 * A store whose roles and views the real compiler made, each raw cell a {@link Canary}, and a
 * gateway before it. Its one audience is the one that {@code attacks.txt} is written for, and two
 * more views: of {@code logins} it does not show the subject key, of {@code posts} it does.
 */
final class WalledStore implements AutoCloseable {
    static final String SECRET = "a store secret of the tests, long enough";
    static final String ANALYST = "parent_analyst";
    static final String AUDIENCE = "analysts";
    static final String ROLE = StoreNames.loginRole(AUDIENCE, ANALYST);
    static final String DATABASE = "us";
    static final int PEOPLE = 20;

    private static final String PASSWORD = "password of the analyst";
    private static final int COUNT_TIMEOUT_MILLIS = 10_000;
    private static final int EVENT_LOOPS = 2;

    private final Path directory;
    private final EmbeddedStore store;
    private final RecordingLedger ledger;
    private final GatewayServer server;
    private volatile AppliedPlans.Served served;

    private WalledStore() throws IOException, SQLException {
        directory = Files.createTempDirectory("walls-test");
        ledger = new RecordingLedger(directory);
        store =
                EmbeddedStore.start(
                        PostgresBinaries.embedded(),
                        directory.resolve("store"),
                        0,
                        EmbeddedStore.THROWAWAY);
        store.createDatabase(DATABASE);
        try (Connection admin = store.connect(DATABASE)) {
            for (String sql : Canary.TABLES) {
                run(admin, sql);
            }
            StoreInit.run(admin, SECRET);
        }
        served = applied(plan());
        server = startGateway();
    }

    static WalledStore start() throws IOException, SQLException {
        return new WalledStore();
    }

    private GatewayServer startGateway() throws IOException {
        ScramVerifier verifier =
                ScramVerifier.ofPassword(
                        PASSWORD,
                        "salt of the analyst".getBytes(StandardCharsets.US_ASCII),
                        ScramVerifier.DEFAULT_ITERATIONS);
        return GatewayServer.start(
                new GatewayConfig(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        Map.of(
                                DATABASE,
                                new Jurisdiction(
                                        new StoreAddress("127.0.0.1", store.port(), DATABASE),
                                        SECRET,
                                        ledger,
                                        () -> served,
                                        new BulkMeters(new Rules(List.of())))),
                        ScramCredentials.of(Map.of(ANALYST, verifier)),
                        (plan, accessor) -> new Standing.Admitted(accessor),
                        TestGateway.LIMITS,
                        null,
                        EVENT_LOOPS));
    }

    /** The audience of {@code attacks.txt}, with two views more. */
    static Plan.Audience audience() {
        List<Plan.View> views = new ArrayList<>(Fixture.AUDIENCE.views());
        views.add(
                new Plan.View(
                        new RelationName("app", "logins"),
                        List.of(
                                shown("city"),
                                new Plan.ViewColumn(
                                        "at",
                                        new Transform.Generalise(
                                                Transform.Generalise.Unit.MONTH)))));
        views.add(
                new Plan.View(
                        new RelationName("app", "posts"),
                        List.of(shown("user_id"), shown("body"))));
        return new Plan.Audience(AUDIENCE, "parent", List.of("analytics"), views);
    }

    private static Plan.ViewColumn shown(String column) {
        return new Plan.ViewColumn(column, new Transform.Show());
    }

    static Plan plan(Plan.Audience... audiences) {
        return new Plan(
                DATABASE,
                "usds",
                List.of(new Plan.Entity("usds", "US"), new Plan.Entity("parent", "CN")),
                List.of(
                        table("users", "id", "id handle email birth_date country passport"),
                        table("videos", "user_id", "id user_id title length"),
                        table("views", "user_id", "user_id video_id at"),
                        table("payments", "user_id", "id user_id card amount paid_at"),
                        table("logins", "user_id", "user_id city at"),
                        table("posts", "user_id", "user_id body")),
                audiences.length == 0 ? List.of(audience()) : List.of(audiences));
    }

    private static Plan.Table table(String name, String subject, String columns) {
        return new Plan.Table(
                new RelationName("app", name),
                List.of(subject),
                Stream.of(columns.split(" "))
                        .map(column ->
                                new Plan.Column(
                                        column,
                                        column.equals(subject)
                                                ? "user.unique_id"
                                                : "user.behavior"))
                        .toList());
    }

    /** Applies a plan as {@code domicile apply} does; the gateway serves it from then on. */
    void apply(Plan plan) throws SQLException {
        served = applied(plan);
    }

    private AppliedPlans.Served applied(Plan plan) throws SQLException {
        Roster roster =
                new Roster(
                        DATABASE,
                        List.of(
                                new Roster.Accessor(
                                        ANALYST, "parent", "CN", "CN", List.of(AUDIENCE))));
        try (Connection compiler = as(StoreNames.COMPILER_ROLE)) {
            StoreApplier.apply(compiler, plan, roster, SECRET, false, progress -> {});
        }
        try (Connection gateway = as(StoreNames.GATEWAY_ROLE)) {
            AppliedPlan now = AppliedPlanReader.read(gateway).orElseThrow();
            Map<RelationName, Long> people = new ConcurrentHashMap<>();
            for (Plan.Table table : plan.tables()) {
                OptionalLong count =
                        AppliedPlanReader.countSubjects(
                                gateway, table.name(), COUNT_TIMEOUT_MILLIS);
                people.put(table.name(), count.orElseThrow());
            }
            return new AppliedPlans.Served(
                    now,
                    AppliedPlanReader.readSubjects(gateway, now).orElseThrow(),
                    table -> OptionalLong.of(people.getOrDefault(table, 0L)));
        }
    }

    private Connection as(String role) throws SQLException {
        return DriverManager.getConnection(
                store.jdbcUrl(DATABASE), role, BackendPassword.derive(SECRET, role));
    }

    /** The schema that the audience's views have now. */
    String schema() {
        return StoreNames.schema(AUDIENCE, served.applied().version());
    }

    /** The tokens of everybody in the store, as the store writes them. */
    Set<String> tokens() {
        Set<String> tokens = new HashSet<>();
        for (int i = 0; i <= PEOPLE; i++) {
            for (String key : List.of("zqh_users_id_" + i, "" + (8811000000000L + i))) {
                tokens.add(token(key));
            }
        }
        return tokens;
    }

    private String token(String key) {
        byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
        return HexFormat.of().formatHex(served.subjects().token().of(bytes, 0, bytes.length));
    }

    /** A statement of {@code attacks.txt}, whose schema has another version. */
    String here(String sql) {
        return sql.replace(Fixture.SCHEMA, schema());
    }

    /** Through the gateway, as the analyst. */
    ScriptedClient analyst(String... parameters) throws IOException {
        String[] all =
                Stream.concat(
                                Stream.of("options", "-c domicile.purpose=analytics"),
                                Stream.of(parameters))
                        .toArray(String[]::new);
        return ScriptedClient.login(port(), ANALYST, PASSWORD, DATABASE, all);
    }

    /** Past the gateway, as the role it would log in as. */
    ScriptedClient role() throws IOException {
        return ScriptedClient.login(
                store.port(), ROLE, BackendPassword.derive(SECRET, ROLE), DATABASE);
    }

    Connection admin() throws SQLException {
        return store.connect(DATABASE);
    }

    void asAdmin(String... statements) throws SQLException {
        try (Connection admin = admin()) {
            for (String sql : statements) {
                run(admin, sql);
            }
        }
    }

    private static void run(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    int port() {
        return server.address().getPort();
    }

    EmbeddedStore postgres() {
        return store;
    }

    int storePort() {
        return store.port();
    }

    RecordingLedger ledger() {
        return ledger;
    }

    @Override
    public void close() throws IOException {
        server.close();
        store.close();
        ledger.close();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
