package org.domicile.gateway.disclosure;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.domicile.gateway.SubjectsField;
import org.domicile.gateway.gate.CopyFormat;
import org.domicile.gateway.gate.Subjects;
import org.domicile.gateway.gate.Verdict;
import org.domicile.gateway.wire.BackendType;
import org.domicile.gateway.wire.Frame;
import org.domicile.gateway.wire.FrameReader;
import org.domicile.gateway.wire.MessageBuffer;
import org.domicile.ledger.Fact;
import org.domicile.plan.Plan;
import org.domicile.plan.RelationName;
import org.domicile.plan.StoreSubjects;
import org.domicile.plan.SubjectToken;
import org.domicile.testkit.TestDatabase;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyOut;

/**
 * A cut COPY is, message by message, the COPY that PostgreSQL writes of the columns that are left,
 * and the people in it are those of the rows.
 */
class CopyCutterTest {
    private static final int ROUNDS = 60;
    private static final int ROWS = 30;
    private static final int MAX_SHOWN = 3;
    private static final int HIDDEN = 2;
    private static final String[] PIECES = {
        ",", ";", "\t", "|", "\"", "'", "~", "\\", "\n", "\r", "\b", "\f", "\u000b", "\u0001", ".",
        "N", "x", "n", "ä", "☃", " ", "42", "\\.", "\\N"
    };

    private static final SubjectToken TOKEN = new SubjectToken(new byte[SubjectToken.SECRET_BYTES]);
    private static final SubjectColumns COLUMNS = columns();

    @AutoClose private static final TestDatabase DATABASE = create();

    /** A table's rows: what is shown, then the key and the token that are not. */
    private record Row(
            List<@Nullable String> shown, @Nullable String key, @Nullable String token) {}

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void aCutCopyIsACopyOfWhatIsShown(long seed) throws Exception {
        Random random = new Random(seed);
        try (Connection connection = DATABASE.connect()) {
            for (int round = 0; round < ROUNDS; round++) {
                List<Row> rows = rows(random);
                fill(connection, rows);
                compare(connection, rows, 1 + random.nextInt(MAX_SHOWN), format(random));
            }
        }
    }

    private static void compare(Connection connection, List<Row> rows, int shown, CopyFormat format)
            throws Exception {
        String list = List.of("a", "a, b", "a, b, c").get(shown - 1);
        List<byte[]> expected = copied(connection, list, format);
        CopyCutter cutter = new CopyCutter(COLUMNS, format);
        MessageBuffer out = new MessageBuffer();
        cutter.header(copyOutResponse(shown + HIDDEN), out);
        int counted = 0;
        for (byte[] data : copied(connection, list + ", key, token", format)) {
            counted += cutter.row(frame('d', data), out) ? 1 : 0;
        }

        FrameReader reader = new FrameReader(BackendType::maxBodyBytes);
        reader.feed(out.view());
        assertThat(body(reader)).hasSize(3 + 2 * shown);
        for (byte[] data : expected) {
            assertThat(body(reader)).as("%s", format).isEqualTo(data);
        }
        reader.requireEnd();
        assertThat(counted).isEqualTo(ROWS);
        assertThat(SubjectsField.tokens(cutter.tally.everybody().toText()))
                .as("%s", format)
                .isEqualTo(tokens(rows, format));
    }

    private static List<String> tokens(List<Row> rows, CopyFormat format) {
        Set<String> tokens = new TreeSet<>();
        boolean certain = format.kind() != CopyFormat.Kind.TEXT || format.nullText().equals("\\N");
        for (Row row : rows) {
            // Where a key can be written as NULL is, what looks so is counted: never too few.
            String key = row.key() == null && !certain ? format.nullText() : row.key();
            if (key != null) {
                tokens.add(HexFormat.of().formatHex(TOKEN.of(key)));
            }
            if (row.token() != null) {
                tokens.add(row.token());
            }
        }
        return List.copyOf(tokens);
    }

    private static List<byte[]> copied(Connection connection, String list, CopyFormat format)
            throws SQLException {
        List<byte[]> messages = new ArrayList<>();
        CopyOut copy =
                connection
                        .unwrap(PGConnection.class)
                        .getCopyAPI()
                        .copyOut(
                                "COPY (SELECT "
                                        + list
                                        + " FROM copied ORDER BY n) TO STDOUT "
                                        + format.sql());
        for (byte[] data = copy.readFromCopy(); data != null; data = copy.readFromCopy()) {
            messages.add(data);
        }
        return messages;
    }

    // Bytes.

    private static Frame frame(char type, byte[] body) {
        byte[] bytes =
                ByteBuffer.allocate(Frame.HEADER_BYTES + body.length)
                        .put((byte) type)
                        .putInt(Integer.BYTES + body.length)
                        .put(body)
                        .array();
        return new Frame(bytes, 0, bytes.length);
    }

    private static Frame copyOutResponse(int columns) {
        ByteBuffer body = ByteBuffer.allocate(3 + 2 * columns);
        return frame('H', body.put((byte) 0).putShort((short) columns).array());
    }

    private static byte[] body(FrameReader reader) {
        Frame frame = reader.next();
        assertThat(frame).isNotNull();
        byte[] body = new byte[frame.size() - Frame.HEADER_BYTES];
        System.arraycopy(frame.buffer(), frame.start() + Frame.HEADER_BYTES, body, 0, body.length);
        return body;
    }

    // What is copied, and how.

    private static List<Row> rows(Random random) {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < ROWS; i++) {
            List<@Nullable String> shown = new ArrayList<>();
            for (int column = 0; column < MAX_SHOWN; column++) {
                shown.add(value(random));
            }
            String token = HexFormat.of().formatHex(TOKEN.of("person " + random.nextInt(5)));
            rows.add(new Row(shown, value(random), random.nextInt(4) == 0 ? null : token));
        }
        return rows;
    }

    private static @Nullable String value(Random random) {
        int pieces = random.nextInt(5) - 1;
        if (pieces < 0) {
            return null;
        }
        StringBuilder value = new StringBuilder();
        for (int i = 0; i < pieces; i++) {
            value.append(PIECES[random.nextInt(PIECES.length)]);
        }
        return value.toString();
    }

    private static CopyFormat format(Random random) {
        return switch (random.nextInt(5)) {
            case 0 ->
                    new CopyFormat(CopyFormat.Kind.BINARY, false, '\t', "\\N", '"', '"', List.of());
            case 1, 2 ->
                    new CopyFormat(
                            CopyFormat.Kind.TEXT,
                            random.nextBoolean(),
                            any(random, "\t,;|~\"'\b "),
                            List.of("\\N", "", "nil", "42", "x").get(random.nextInt(5)),
                            '"',
                            '"',
                            List.of());
            default -> {
                char quote = any(random, "\"'~");
                yield new CopyFormat(
                        CopyFormat.Kind.CSV,
                        random.nextBoolean(),
                        any(random, ",;\t| x\b"),
                        List.of("", "\\N", "nil", "42", "\\.").get(random.nextInt(5)),
                        quote,
                        any(random, quote + "\\" + quote + ".,'"),
                        List.of(List.<String>of(), List.of("a")).get(random.nextInt(2)));
            }
        };
    }

    private static char any(Random random, String marks) {
        return marks.charAt(random.nextInt(marks.length()));
    }

    private static void fill(Connection connection, List<Row> rows) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("DROP TABLE IF EXISTS copied");
            statement.execute(
                    "CREATE TABLE copied (n serial, a text, b text, c text, key text, token text)");
        }
        try (PreparedStatement insert =
                connection.prepareStatement(
                        "INSERT INTO copied (a, b, c, key, token) VALUES (?, ?, ?, ?, ?)")) {
            for (Row row : rows) {
                for (int i = 0; i < MAX_SHOWN; i++) {
                    insert.setString(1 + i, row.shown().get(i));
                }
                insert.setString(4, row.key());
                insert.setString(5, row.token());
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }

    private static TestDatabase create() {
        try {
            return TestDatabase.create();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static SubjectColumns columns() {
        Plan plan =
                new Plan(
                        "us",
                        "company",
                        List.of(new Plan.Entity("company", "US")),
                        List.of(),
                        List.of());
        Plan.Audience audience =
                new Plan.Audience("support", "company", List.of("support"), List.of());
        RelationName table = new RelationName("app", "copied");
        Verdict.Query query =
                new Verdict.Query(
                        Fact.Shape.SELECT,
                        Map.of(),
                        new Subjects(
                                List.of(
                                        new Subjects.Hidden(table, "key", Subjects.Form.KEY),
                                        new Subjects.Hidden(table, "other", Subjects.Form.TOKEN)),
                                Map.of()),
                        "");
        return SubjectColumns.of(
                plan,
                audience,
                new StoreSubjects(TOKEN, Map.of(), Map.of()),
                _ -> OptionalLong.empty(),
                query);
    }
}
