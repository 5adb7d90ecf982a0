package org.domicile.policy.store;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import org.domicile.plan.AppliedPlan;

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
