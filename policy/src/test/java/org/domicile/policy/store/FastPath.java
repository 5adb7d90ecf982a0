package org.domicile.policy.store;

import java.sql.Connection;
import java.sql.SQLException;
import org.postgresql.PGConnection;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.ParameterList;
import org.postgresql.core.QueryExecutor;

/** Calls a function by its identity alone, through the protocol's FunctionCall message. */
final class FastPath {
    private FastPath() {}

    // The driver has no other way to send this message, which any client may send.
    @SuppressWarnings("deprecation")
    static void call(Connection connection, int function, String argument) throws SQLException {
        QueryExecutor executor =
                ((BaseConnection) connection.unwrap(PGConnection.class)).getQueryExecutor();
        ParameterList parameters = executor.createFastpathParameters(1);
        parameters.setStringParameter(1, argument, 25);
        executor.fastpathCall(function, parameters, true);
    }
}
