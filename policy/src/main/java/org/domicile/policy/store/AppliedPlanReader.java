package org.domicile.policy.store;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.OptionalLong;
import org.domicile.plan.AppliedPlan;
import org.domicile.plan.RelationName;
import org.domicile.plan.StoreSubjects;

/** What the gateway reads of a store's record, connected as {@code domicile_gateway}. */
public final class AppliedPlanReader {
    private AppliedPlanReader() {}

    /**
     * The plan in force; nothing where none was applied yet.
     *
     * @throws org.domicile.plan.PlanFormatException when the record is damaged: serve nothing
     */
    public static Optional<AppliedPlan> read(Connection connection) throws SQLException {
        return StoreRecord.read(connection).map(StoreRecord::applied);
    }

    /**
     * What tells whose rows pass under that plan; nothing where the store's plan is another by now,
     * so that the plan has to be read again.
     */
    public static Optional<StoreSubjects> readSubjects(Connection connection, AppliedPlan applied)
            throws SQLException {
        return SubjectReader.read(connection, applied);
    }

    /**
     * How many people a table holds: the different values of its subject keys together.
     *
     * @return nothing where the plan in force knows no subject key of the table
     * @throws SQLException with state 57014 when it takes longer than that
     */
    public static OptionalLong countSubjects(
            Connection connection, RelationName table, int timeoutMillis) throws SQLException {
        return SubjectReader.count(connection, table, timeoutMillis);
    }

    /** The version of the plan in force, 0 where none was applied yet: cheap enough to poll. */
    public static long currentVersion(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row =
                        statement.executeQuery(
                                "SELECT coalesce(max(version), 0) FROM domicile.applied_plan")) {
            row.next();
            return row.getLong(1);
        }
    }
}
