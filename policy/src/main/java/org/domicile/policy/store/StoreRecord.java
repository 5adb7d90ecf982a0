package org.domicile.policy.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.domicile.plan.AppliedPlan;
import org.domicile.plan.Plan;
import org.domicile.plan.Roster;
import org.jspecify.annotations.Nullable;

/**
 * The store's record of the plan in force, with what only the compiler needs of it.
 *
 * @param definitions for each audience, the digest of the SQL that made its views
 * @param secretCheck tells whether the login roles' passwords derive from a given secret
 */
record StoreRecord(AppliedPlan applied, Map<String, String> definitions, String secretCheck) {
    /** One statement, so that all of it is of one moment. */
    private static final String READ =
            """
            SELECT p.version, CASE WHEN p.plan_digest <> ? THEN p.plan END,
              CASE WHEN p.roster_digest <> ? THEN p.roster END, p.catalogue_digest, p.secret_check,
              ARRAY(SELECT audience FROM domicile.audience_version ORDER BY audience),
              ARRAY(SELECT version FROM domicile.audience_version ORDER BY audience),
              ARRAY(SELECT definition FROM domicile.audience_version ORDER BY audience)
            FROM domicile.applied_plan p ORDER BY p.version DESC LIMIT 1
            """;

    StoreRecord {
        definitions = Map.copyOf(definitions);
    }

    static Optional<StoreRecord> read(Connection connection) throws SQLException {
        return read(connection, null, null);
    }

    /**
     * Reads the record without parsing again what the caller has: reading a plan of 20,000 views
     * takes longer than all else an apply does that has nothing to do.
     */
    static Optional<StoreRecord> read(
            Connection connection, @Nullable Plan likelyPlan, @Nullable Roster likelyRoster)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(READ)) {
            statement.setString(1, likelyPlan == null ? "" : likelyPlan.digest());
            statement.setString(2, likelyRoster == null ? "" : likelyRoster.digest());
            try (ResultSet row = statement.executeQuery()) {
                return row.next()
                        ? Optional.of(read(row, likelyPlan, likelyRoster))
                        : Optional.empty();
            }
        }
    }

    private static StoreRecord read(
            ResultSet row, @Nullable Plan likelyPlan, @Nullable Roster likelyRoster)
            throws SQLException {
        String planText = row.getString(2);
        String rosterText = row.getString(3);
        String[] audiences = (String[]) row.getArray(6).getArray();
        Long[] versions = (Long[]) row.getArray(7).getArray();
        String[] digests = (String[]) row.getArray(8).getArray();
        Map<String, Long> audienceVersions = new TreeMap<>();
        Map<String, String> definitions = new TreeMap<>();
        for (int i = 0; i < audiences.length; i++) {
            audienceVersions.put(audiences[i], versions[i]);
            definitions.put(audiences[i], digests[i]);
        }
        AppliedPlan applied =
                new AppliedPlan(
                        row.getLong(1),
                        planText == null && likelyPlan != null
                                ? likelyPlan
                                : Plan.fromJson(planText),
                        rosterText == null && likelyRoster != null
                                ? likelyRoster
                                : Roster.fromJson(rosterText),
                        audienceVersions,
                        row.getString(4));
        return new StoreRecord(applied, definitions, row.getString(5));
    }

    /** The schemas of the audiences of the plan in force, the second ones too. */
    Collection<String> schemas() {
        List<String> schemas = new ArrayList<>();
        for (Plan.Audience audience : applied.plan().audiences()) {
            schemas.add(applied.schemaOf(audience));
            applied.subjectSchemaOf(audience).ifPresent(schemas::add);
        }
        return schemas;
    }

    void write(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("UPDATE domicile.applied_plan SET plan = NULL, roster = NULL");
            statement.execute("DELETE FROM domicile.audience_version");
            statement.execute("DELETE FROM domicile.subject_key");
        }
        try (PreparedStatement insert =
                connection.prepareStatement(
                        """
                        INSERT INTO domicile.applied_plan
                          (version, plan, plan_digest, roster, roster_digest, catalogue_digest, secret_check)
                        VALUES (?, ?, ?, ?, ?, ?, ?)
                        """)) {
            insert.setLong(1, applied.version());
            insert.setString(2, applied.plan().toJson());
            insert.setString(3, applied.plan().digest());
            insert.setString(4, applied.roster().toJson());
            insert.setString(5, applied.roster().digest());
            insert.setString(6, applied.catalogueDigest());
            insert.setString(7, secretCheck);
            insert.executeUpdate();
        }
        try (PreparedStatement insert =
                connection.prepareStatement(
                        "INSERT INTO domicile.audience_version VALUES (?, ?, ?)")) {
            for (Map.Entry<String, Long> entry : applied.audienceVersions().entrySet()) {
                insert.setString(1, entry.getKey());
                insert.setLong(2, entry.getValue());
                insert.setString(3, definitions.get(entry.getKey()));
                insert.addBatch();
            }
            insert.executeBatch();
        }
        writeSubjectKeys(connection);
    }

    private void writeSubjectKeys(Connection connection) throws SQLException {
        try (PreparedStatement insert =
                connection.prepareStatement("INSERT INTO domicile.subject_key VALUES (?, ?, ?)")) {
            for (Plan.Table table : applied.plan().tables()) {
                for (String key : table.subjects()) {
                    insert.setString(1, table.name().schema());
                    insert.setString(2, table.name().name());
                    insert.setString(3, key);
                    insert.addBatch();
                }
            }
            insert.executeBatch();
        }
    }
}
