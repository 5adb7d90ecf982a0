package org.domicile.policy.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.domicile.plan.Plan;
import org.domicile.plan.RelationName;
import org.domicile.plan.Transform;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The transforms on real servers, as readers of views meet them. */
class TransformTest {
    private static final String NULL = "∅";
    private static final String READER = "dom_reader-ann";
    private static final RelationName VALUES = new RelationName("public", "values");

    /** A line of {@code transforms.txt}. */
    private record Example(String transform, String type, String value, String seen) {}

    static List<TestServer> servers() {
        return TestServer.all();
    }

    @ParameterizedTest
    @MethodSource("servers")
    void giveWhatTheTableOfExamplesSays(TestServer server) throws Exception {
        List<Example> examples = examples();
        List<String> columns = new ArrayList<>();
        List<String> values = new ArrayList<>();
        List<String> transforms = new ArrayList<>();
        for (int i = 0; i < examples.size(); i++) {
            Example example = examples.get(i);
            columns.add("c%d %s".formatted(i, example.type()));
            values.add(SqlText.text(example.value()) + "::" + example.type());
            transforms.add(example.transform());
        }
        prepare(server, columns, transforms);
        server.asSuperuser(
                "INSERT INTO values VALUES (" + String.join(", ", values) + ")",
                "INSERT INTO values DEFAULT VALUES");
        for (String settings :
                List.of("", "SET TimeZone = 'Pacific/Kiritimati'; SET DateStyle = 'ISO, DMY'")) {
            try (Connection reader = server.login(READER)) {
                Session.execute(reader, List.of(settings.isEmpty() ? "SELECT 1" : settings));
                List<List<String>> rows = rows(reader, examples.size());
                for (int i = 0; i < examples.size(); i++) {
                    assertThat(rows.get(0).get(i))
                            .as("%s", examples.get(i))
                            .isEqualTo(examples.get(i).seen());
                    assertThat(rows.get(1).get(i))
                            .as("NULL stays NULL: %s", examples.get(i))
                            .isEqualTo(NULL);
                }
            }
        }
    }

    /** Types, and literals of theirs that tend to break functions. */
    private static final Map<String, List<String>> NASTY =
            new TreeMap<>(
                    Map.of(
                            "text",
                                    List.of(
                                            "''",
                                            "'%'",
                                            "'\\'",
                                            "E'\\n@a.b'",
                                            "'::'",
                                            "'1.1.1.1'",
                                            "repeat('x', 200000)",
                                            "repeat('a.', 500) || '@b.c'",
                                            "'ä@ö.ü'",
                                            "chr(65533)",
                                            "'0:0:0:0:0:0:0.0.0.0'"),
                            "bigint",
                                    List.of(
                                            "9223372036854775807",
                                            "-9223372036854775808",
                                            "0",
                                            "-1"),
                            "integer", List.of("2147483647", "-2147483648", "0"),
                            "numeric",
                                    List.of(
                                            "'NaN'",
                                            "'Infinity'",
                                            "'-Infinity'",
                                            "1e130000",
                                            "-1e130000",
                                            "1e-16000",
                                            "0",
                                            "-0.0"),
                            "double precision",
                                    List.of(
                                            "'NaN'",
                                            "'Infinity'",
                                            "'-Infinity'",
                                            "1.7976931348623157e308",
                                            "-1.7976931348623157e308",
                                            "5e-324",
                                            "-5e-324",
                                            "-0.0",
                                            "360",
                                            "-360"),
                            "real",
                                    List.of(
                                            "'NaN'",
                                            "'Infinity'",
                                            "3.4028235e38",
                                            "1e-45",
                                            "-1e-45"),
                            "date",
                                    List.of(
                                            "'infinity'",
                                            "'-infinity'",
                                            "'4713-11-24 BC'::date",
                                            "'5874897-12-31'",
                                            "'0001-01-01'",
                                            "'9999-12-31'"),
                            "timestamp",
                                    List.of(
                                            "'infinity'",
                                            "'-infinity'",
                                            "'4713-01-01 00:00:00 BC'",
                                            "'294276-12-31 23:59:59.999999'",
                                            "'9999-12-31 23:59:59.999999'"),
                            "timestamptz",
                                    List.of(
                                            "'infinity'",
                                            "'-infinity'",
                                            "'4713-01-02 00:00:00+00 BC'",
                                            "'294276-12-31 23:59:59.999999+00'"),
                            "inet",
                                    List.of(
                                            "'0.0.0.0/0'",
                                            "'::/0'",
                                            "'255.255.255.255'",
                                            "'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'",
                                            "'::1/1'")));

    @ParameterizedTest
    @MethodSource("servers")
    void neverRaiseWhateverTheValue(TestServer server) throws Exception {
        List<String> transforms =
                List.of(
                        "show",
                        "redact",
                        "pseudonym",
                        "truncate",
                        "generalise month",
                        "generalise year",
                        "bucket 1",
                        "bucket 7",
                        "bucket 999999999999999",
                        "coarsen 1 km",
                        "coarsen 20000 km",
                        "partial");
        server.reset();
        for (Map.Entry<String, List<String>> type : NASTY.entrySet()) {
            List<String> columns = new ArrayList<>();
            List<String> suiting = new ArrayList<>();
            for (String transform : transforms) {
                if (suits(type.getKey(), transform)) {
                    columns.add("c%d %s".formatted(columns.size(), type.getKey()));
                    suiting.add(transform);
                }
            }
            prepare(server, columns, suiting);
            int n = columns.size();
            List<String> literals = new ArrayList<>(type.getValue());
            literals.addAll(random(type.getKey()));
            StringBuilder inserts = new StringBuilder();
            for (String literal : literals) {
                inserts.append("INSERT INTO values SELECT ")
                        .append(String.join(", ", java.util.Collections.nCopies(n, "v")))
                        .append(" FROM (SELECT (")
                        .append(literal)
                        .append(")::")
                        .append(type.getKey())
                        .append(" AS v) x;");
            }
            server.asSuperuser(inserts.toString());
            try (Connection reader = server.login(READER)) {
                try {
                    assertThat(rows(reader, n)).hasSize(literals.size());
                } catch (SQLException e) {
                    fail(type.getKey() + " raised " + e.getMessage());
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("servers")
    void pseudonymsJoinWithinOneRecipientAndNotBetweenTwo(TestServer server) throws Exception {
        server.reset();
        server.asSuperuser(
                "CREATE TABLE a (i integer, n numeric, t timestamptz, f real, x bytea, u uuid)",
                "CREATE TABLE b (i bigint, n numeric(20,5), t timestamp, f float8, x bytea, u text)",
                "INSERT INTO a VALUES (7, 1.5, '2024-01-01 00:00+00', 0.5, '\\x00ff', '00000000-0000-0000-0000-0000000000AA')",
                "INSERT INTO b VALUES (7, 1.50000, '2024-01-01 00:00', 0.5, '\\x00ff', '00000000-0000-0000-0000-0000000000aa')");
        try (Connection admin = server.superuser()) {
            StoreInit.run(admin, TestServer.SECRET);
        }
        String[] columns = {"i", "n", "t", "f", "x", "u"};
        List<Plan.Table> tables = new ArrayList<>();
        List<Plan.View> views = new ArrayList<>();
        for (String name : List.of("a", "b")) {
            RelationName table = new RelationName("public", name);
            tables.add(
                    new Plan.Table(
                            table,
                            List.of(),
                            java.util.Arrays.stream(columns)
                                    .map(c -> new Plan.Column(c, "user.unique_id"))
                                    .toList()));
            views.add(
                    new Plan.View(
                            table,
                            java.util.Arrays.stream(columns)
                                    .map(c -> new Plan.ViewColumn(c, new Transform.Pseudonym()))
                                    .toList()));
        }
        Plan plan =
                new Plan(
                        "us",
                        "custodian",
                        List.of(
                                new Plan.Entity("custodian", "US"),
                                new Plan.Entity("parent", "CN")),
                        tables,
                        List.of(
                                new Plan.Audience("one", "custodian", List.of("support"), views),
                                new Plan.Audience("same", "custodian", List.of("support"), views),
                                new Plan.Audience(
                                        "purpose", "custodian", List.of("engineering"), views),
                                new Plan.Audience("two", "parent", List.of("support"), views)));
        Sample.apply(
                server,
                plan,
                Sample.roster(
                        Sample.accessor("ann", "custodian", "one", "same", "purpose"),
                        Sample.accessor("bo", "parent", "two")));
        Map<String, String> seen = new TreeMap<>();
        for (String role :
                List.of("dom_one-ann", "dom_same-ann", "dom_purpose-ann", "dom_two-bo")) {
            try (Connection reader = server.login(role)) {
                for (String column : columns) {
                    assertThat(
                                    StoreApplierTest.row(
                                            reader,
                                            "SELECT count(*) FROM a JOIN b USING (%s)"
                                                    .formatted(column)))
                            .as("%s joins for %s", column, role)
                            .isEqualTo("1");
                }
                seen.put(role, StoreApplierTest.row(reader, "SELECT i FROM a"));
                Session.execute(
                        reader,
                        List.of(
                                "SET extra_float_digits = -10; SET DateStyle = 'ISO, DMY'; SET bytea_output = 'escape'; SET TimeZone = 'Asia/Tokyo'"));
                assertThat(
                                StoreApplierTest.row(
                                        reader,
                                        "SELECT count(*) FROM a JOIN b USING (i, n, t, f, x, u)"))
                        .isEqualTo("1");
            }
        }
        assertThat(seen.get("dom_one-ann")).isEqualTo(seen.get("dom_same-ann"));
        assertThat(new java.util.HashSet<>(seen.values())).hasSize(3);
        try (Connection admin = server.superuser()) {
            assertThat(seen.get("dom_one-ann"))
                    .isEqualTo(hmac(admin, "custodian", "support", "user.unique_id\n7"));
        }
    }

    /** HMAC-SHA-256 by the platform, with the key won back from its padded block. */
    private static String hmac(
            Connection admin, String counterparty, String purposes, String message)
            throws Exception {
        byte[] key = new byte[64];
        try (PreparedStatement statement =
                admin.prepareStatement(
                        "SELECT inner_block FROM domicile.pseudonym_key WHERE counterparty = ? AND purposes = ?")) {
            statement.setString(1, counterparty);
            statement.setString(2, purposes);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                byte[] block = row.getBytes(1);
                for (int i = 0; i < 64; i++) {
                    key[i] = (byte) (block[i] ^ 0x36);
                }
            }
        }
        javax.crypto.Mac mac = javax.crypto.Mac.getInstance("HmacSHA256");
        mac.init(new javax.crypto.spec.SecretKeySpec(key, "HmacSHA256"));
        return java.util.HexFormat.of()
                .formatHex(mac.doFinal(message.getBytes(StandardCharsets.UTF_8)))
                .substring(0, 32);
    }

    private static boolean suits(String type, String transform) {
        TypeFamily family =
                switch (type) {
                    case "text" -> TypeFamily.TEXT;
                    case "bigint", "integer" -> TypeFamily.INTEGER;
                    case "numeric" -> TypeFamily.NUMERIC;
                    case "double precision", "real" -> TypeFamily.FLOAT;
                    case "date" -> TypeFamily.DATE;
                    case "timestamp" -> TypeFamily.TIMESTAMP;
                    case "timestamptz" -> TypeFamily.TIMESTAMPTZ;
                    default -> TypeFamily.INET;
                };
        Catalogue.Column column =
                new Catalogue.Column("c", type, type, family, false, java.util.Optional.empty());
        return ColumnTransform.of(Transform.parse(transform), column, "user", "1").isPresent();
    }

    private static List<String> random(String type) {
        Random random = new Random(20261122);
        List<String> literals = new ArrayList<>();
        String alphabet = "0123456789abcdefF:.@/- %\\'\"\u00e9\t";
        for (int i = 0; i < 60; i++) {
            literals.add(
                    switch (type) {
                        case "text" -> {
                            StringBuilder text = new StringBuilder();
                            for (int j = random.nextInt(45); j > 0; j--) {
                                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
                            }
                            yield SqlText.text(text.toString());
                        }
                        case "integer" -> "'" + random.nextInt() + "'";
                        case "bigint" -> "'" + random.nextLong() + "'";
                        case "date" -> "date '2000-01-01' + " + random.nextInt(4_000_000);
                        case "timestamp", "timestamptz" ->
                                "timestamp '2000-01-01' + interval '1 s' * " + random.nextInt();
                        case "inet" ->
                                random.nextBoolean()
                                        ? "'"
                                                + random.nextInt(256)
                                                + "."
                                                + random.nextInt(256)
                                                + ".3.4/"
                                                + random.nextInt(33)
                                                + "'"
                                        : "'"
                                                + Integer.toHexString(random.nextInt(65536))
                                                + "::"
                                                + Integer.toHexString(random.nextInt(65536))
                                                + "/"
                                                + random.nextInt(129)
                                                + "'";
                        case "real" -> "'" + Float.intBitsToFloat(random.nextInt()) + "'";
                        default -> "'" + Double.longBitsToDouble(random.nextLong()) + "'";
                    });
        }
        return literals;
    }

    private static void prepare(TestServer server, List<String> columns, List<String> transforms)
            throws Exception {
        server.reset();
        server.asSuperuser("CREATE TABLE values (" + String.join(", ", columns) + ")");
        try (Connection admin = server.superuser()) {
            StoreInit.run(admin, TestServer.SECRET);
        }
        List<Plan.Column> classes = new ArrayList<>();
        List<Plan.ViewColumn> shown = new ArrayList<>();
        for (int i = 0; i < transforms.size(); i++) {
            classes.add(new Plan.Column("c" + i, "user"));
            shown.add(new Plan.ViewColumn("c" + i, Transform.parse(transforms.get(i))));
        }
        Plan plan =
                new Plan(
                        "us",
                        "custodian",
                        List.of(new Plan.Entity("custodian", "US")),
                        List.of(new Plan.Table(VALUES, List.of(), classes)),
                        List.of(
                                new Plan.Audience(
                                        "reader",
                                        "custodian",
                                        List.of("support"),
                                        List.of(new Plan.View(VALUES, shown)))));
        Sample.apply(server, plan, Sample.roster(Sample.accessor("ann", "custodian", "reader")));
    }

    /** As text made by PostgreSQL itself with fixed settings for dates. */
    private static List<List<String>> rows(Connection reader, int columns) throws SQLException {
        List<List<String>> rows = new ArrayList<>();
        List<String> list = new ArrayList<>();
        for (int i = 0; i < columns; i++) {
            list.add("to_jsonb(c%d) #>> '{}'".formatted(i));
        }
        try (var statement = reader.createStatement();
                ResultSet row =
                        statement.executeQuery(
                                "SELECT " + String.join(", ", list) + " FROM values")) {
            while (row.next()) {
                List<String> cells = new ArrayList<>();
                for (int i = 1; i <= columns; i++) {
                    String cell = row.getString(i);
                    cells.add(cell == null ? NULL : cell);
                }
                rows.add(cells);
            }
        }
        return rows;
    }

    private static List<Example> examples() {
        return SqlText.resource("transforms.txt")
                .lines()
                .filter(line -> !line.startsWith("#"))
                .map(line -> line.split("\\|", -1))
                .map(parts ->
                        new Example(
                                parts[0].strip(),
                                parts[1].strip(),
                                parts[2].strip(),
                                parts[3].strip()))
                .toList();
    }
}
