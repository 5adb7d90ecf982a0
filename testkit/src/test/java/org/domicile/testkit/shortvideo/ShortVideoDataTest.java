package org.domicile.testkit.shortvideo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.domicile.testkit.TestDatabase;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ShortVideoDataTest {
    private static final int USERS = 600;
    private static final ShortVideoData DATA = ShortVideoData.madeUp(USERS, 7);

    @Test
    void theSameSeedGivesTheSameRowsAndAnotherOthers() throws Exception {
        ShortVideoData again = ShortVideoData.madeUp(USERS, 7);
        ShortVideoData other = ShortVideoData.madeUp(USERS, 8);
        for (String jurisdiction : ShortVideoData.JURISDICTIONS) {
            Map<String, String> rows = rows(DATA, jurisdiction);
            assertThat(rows(again, jurisdiction)).isEqualTo(rows);
            rows(other, jurisdiction)
                    .forEach((table, text) -> assertThat(text).isNotEqualTo(rows.get(table)));
        }
    }

    @Test
    void everyUserIsInTheStoreOfTheirCountryAndNoOther() throws Exception {
        Set<String> seen = new HashSet<>();
        for (String jurisdiction : ShortVideoData.JURISDICTIONS) {
            List<String[]> users = lines(rows(DATA, jurisdiction).get("users"));
            assertThat(users).hasSize(DATA.userCount(jurisdiction)).hasSizeGreaterThan(USERS / 5);
            for (String[] user : users) {
                assertThat(seen.add(user[0])).as("user %s is new", user[0]).isTrue();
                assertThat(Country.of(user[7]).jurisdiction()).isEqualTo(jurisdiction);
            }
        }
        assertThat(seen).hasSize(USERS);
    }

    @Test
    void aRowsIdIsInOneStoreOnly() throws Exception {
        Map<String, Set<String>> seen = new HashMap<>();
        for (String jurisdiction : ShortVideoData.JURISDICTIONS) {
            Map<String, String> rows = rows(DATA, jurisdiction);
            for (String table :
                    List.of("devices", "logins", "impressions", "comments", "messages", "orders")) {
                Set<String> ids = seen.computeIfAbsent(table, name -> new HashSet<>());
                for (String[] row : lines(rows.get(table))) {
                    assertThat(ids.add(row[0])).as("%s %s is new", table, row[0]).isTrue();
                }
            }
        }
    }

    @Test
    void countsFollowersAsTheStoresHaveThem() throws Exception {
        Map<String, Integer> following = new HashMap<>();
        Map<String, Integer> followers = new HashMap<>();
        List<String[]> users = new ArrayList<>();
        for (String jurisdiction : ShortVideoData.JURISDICTIONS) {
            Map<String, String> rows = rows(DATA, jurisdiction);
            for (String[] follow : lines(rows.get("follows"))) {
                following.merge(follow[0], 1, Integer::sum);
                followers.merge(follow[1], 1, Integer::sum);
            }
            users.addAll(lines(rows.get("users")));
        }
        for (String[] user : users) {
            assertThat(user[11]).isEqualTo("" + followers.getOrDefault(user[0], 0));
            assertThat(user[12]).isEqualTo("" + following.getOrDefault(user[0], 0));
        }
    }

    @Test
    void peopleCannotBeMistakenForRealOnes() throws Exception {
        for (String jurisdiction : ShortVideoData.JURISDICTIONS) {
            for (String[] user : lines(rows(DATA, jurisdiction).get("users"))) {
                assertThat(user[3]).endsWith(".example").matches("[a-z0-9._]+@[a-z.]+");
                if (user[7].equals("US") && !user[4].equals("\\N")) {
                    assertThat(user[4]).matches("\\+1 \\d{3} 555 01\\d\\d");
                }
            }
        }
    }

    @Test
    void loadsIntoAStoreWithAllKeysHolding() throws Exception {
        try (TestDatabase database = TestDatabase.create();
                Connection connection = database.connect()) {
            assertThat(ShortVideoData.isLoaded(connection)).isFalse();
            Map<String, Long> reported = new HashMap<>();
            DATA.load(
                    connection,
                    "eu",
                    (jurisdiction, table, rows) -> {
                        assertThat(jurisdiction).isEqualTo("eu");
                        reported.put(table, rows);
                    });
            assertThat(ShortVideoData.isLoaded(connection)).isTrue();
            assertThat(reported).hasSize(14).allSatisfy((t, rows) -> assertThat(rows).isPositive());
            for (Map.Entry<String, Long> table : reported.entrySet()) {
                assertThat(number(connection, "SELECT count(*) FROM " + table.getKey()))
                        .as(table.getKey())
                        .isEqualTo(table.getValue());
            }
            assertThat(number(connection, FOREIGN_KEYS)).isEqualTo(13);
            assertThat(
                            number(
                                    connection,
                                    "SELECT count(*) FROM logins l JOIN devices d ON d.id ="
                                            + " l.device_id WHERE d.user_id <> l.user_id"))
                    .isZero();
            assertThat(
                            number(
                                    connection,
                                    "SELECT count(*) FROM impressions i JOIN users u ON u.id ="
                                            + " i.user_id WHERE i.at < u.created_at"))
                    .isZero();
        }
    }

    private static final String FOREIGN_KEYS =
            "SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND convalidated";

    @Test
    void refusesWhatItCannotMake() {
        assertThatIllegalArgumentException().isThrownBy(() -> ShortVideoData.madeUp(0, 1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ShortVideoData.madeUp(ShortVideoData.MAX_USERS + 1, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> DATA.residents("mars"));
    }

    @Test
    void makesDoWithASingleUser() throws Exception {
        ShortVideoData lonely = ShortVideoData.madeUp(1, 3);
        int users = 0;
        for (String jurisdiction : ShortVideoData.JURISDICTIONS) {
            users += lines(rows(lonely, jurisdiction).get("users")).size();
        }
        assertThat(users).isEqualTo(1);
    }

    static Map<String, String> rows(ShortVideoData data, String jurisdiction) throws IOException {
        Map<String, String> rows = new TreeMap<>();
        for (Table table : ShortVideoData.tables(data.residents(jurisdiction))) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            ShortVideoData.write(table, jurisdiction, out, (j, t, count) -> {});
            rows.put(table.name(), out.toString(StandardCharsets.UTF_8));
        }
        return rows;
    }

    static List<String[]> lines(@Nullable String rows) {
        return Objects.requireNonNull(rows).lines().map(line -> line.split("\t", -1)).toList();
    }

    private static long number(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            assertThat(rows.next()).isTrue();
            return rows.getLong(1);
        }
    }
}
