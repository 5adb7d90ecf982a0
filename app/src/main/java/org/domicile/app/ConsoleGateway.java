package org.domicile.app;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.domicile.console.site.Gateway;
import org.domicile.gateway.GatewayServer;
import org.domicile.gateway.session.Pass;
import org.domicile.gateway.transport.Tls;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGResultSetMetaData;
import org.postgresql.util.PSQLException;
import org.postgresql.util.PSQLState;
import org.postgresql.util.ServerErrorMessage;

/**
 * The console's way to the gateway: PostgreSQL's driver on a connection to the gateway's own port,
 * with a one-time password that is good on this connection alone. Everything that holds for psql
 * holds here, since it is the same way.
 */
final class ConsoleGateway implements Gateway {
    /** What the sessions call themselves. */
    static final String APPLICATION = "domicile-console";

    private static final int CONNECT_MILLIS = 5_000;

    /** After the limit of time, for the gateway to say that it ended the statement. */
    private static final Duration GRACE = Duration.ofSeconds(10);

    private final GatewayServer server;
    private final @Nullable Tls tls;

    private ConsoleGateway(GatewayServer server, @Nullable Tls tls) {
        this.server = server;
        this.tls = tls;
    }

    /**
     * Of a gateway in this process; empty where it asks every client for a certificate, which the
     * console has of nobody.
     */
    static Optional<Gateway> of(GatewayServer server, @Nullable Tls tls) {
        return tls != null && tls.asksForCertificate()
                ? Optional.empty()
                : Optional.of(new ConsoleGateway(server, tls));
    }

    @Override
    public Answer run(Question question, Taker taker) throws IOException {
        long deadlineNanos = System.nanoTime() + question.limit().toNanos();
        InetSocketAddress target = target();
        try (Socket socket = new Socket()) {
            connect(socket, target);
            InetSocketAddress ours = (InetSocketAddress) socket.getLocalSocketAddress();
            try (Pass pass =
                    server.pass(
                            question.person(), ours, APPLICATION + " for " + question.client())) {
                Optional<PSQLException> ended = run(question, taker, socket, target, pass);
                return new Answer(
                        pass.session(),
                        pass.noted().stream()
                                .map(noted -> new Entry(noted.index(), noted.fact()))
                                .toList(),
                        ended.map(e -> end(e, deadlineNanos)).orElse(End.DONE),
                        ended.map(ConsoleGateway::refusal));
            }
        }
    }

    /** Where this process listens; a wildcard is heard on loopback too. */
    private InetSocketAddress target() {
        InetSocketAddress address = server.address();
        return address.getAddress().isAnyLocalAddress()
                ? new InetSocketAddress(InetAddress.getLoopbackAddress(), address.getPort())
                : address;
    }

    private static void connect(Socket socket, InetSocketAddress target) {
        try {
            socket.connect(target, CONNECT_MILLIS);
        } catch (IOException e) {
            throw new IllegalStateException("the gateway beside this console cannot be reached");
        }
    }

    /** What ended it early, if something did. */
    private Optional<PSQLException> run(
            Question question, Taker taker, Socket socket, InetSocketAddress target, Pass pass)
            throws IOException {
        try (Connection connection =
                ScopedValue.where(ReadySocket.READY, socket)
                        .call(() ->
                                DriverManager.getConnection(
                                        "jdbc:postgresql://"
                                                + host(target)
                                                + ":"
                                                + target.getPort()
                                                + "/"
                                                + question.jurisdiction(),
                                        properties(question, pass)))) {
            connection.setAutoCommit(false);
            connection.setReadOnly(true);
            try (Statement statement = connection.createStatement()) {
                statement.setEscapeProcessing(false);
                // As all times of the console are; the driver would say this machine's.
                statement.execute("SET TimeZone TO 'UTC'");
                statement.setMaxRows(question.maxRows());
                statement.setQueryTimeout(Math.toIntExact(question.limit().toSeconds()));
                boolean isResult = statement.execute(question.statement());
                while (isResult || statement.getUpdateCount() >= 0) {
                    if (isResult) {
                        give(statement.getResultSet(), question, taker);
                    }
                    isResult = statement.getMoreResults();
                }
            }
            return Optional.empty();
        } catch (PSQLException e) {
            return Optional.of(e);
        } catch (SQLException e) {
            throw new IllegalStateException("the driver failed: " + e.getSQLState());
        }
    }

    private static String host(InetSocketAddress target) {
        String host = target.getAddress().getHostAddress();
        return host.contains(":") ? "[" + host + "]" : host;
    }

    private Properties properties(Question question, Pass pass) {
        Properties properties = new Properties();
        properties.setProperty("user", question.person());
        properties.setProperty("password", pass.password());
        properties.setProperty("ApplicationName", APPLICATION);
        properties.setProperty(
                "options",
                "-c domicile.purpose="
                        + question.purpose()
                        + question.grant().map(grant -> " -c domicile.grant=" + grant).orElse(""));
        properties.setProperty("socketFactory", ReadySocket.class.getName());
        properties.setProperty(
                "socketTimeout", Long.toString(question.limit().plus(GRACE).toSeconds()));
        properties.setProperty("maxResultBuffer", Integer.toString(question.maxBytes()));
        properties.setProperty("gssEncMode", "disable");
        // Values as PostgreSQL writes them, as psql shows them too.
        properties.setProperty("binaryTransfer", "false");
        properties.setProperty("sslmode", tls == null ? "disable" : "require");
        if (tls != null && tls.endPoint().isPresent()) {
            // Bound to the gateway's own certificate: nobody else can answer in its place.
            properties.setProperty("channelBinding", "require");
        }
        return properties;
    }

    private static void give(ResultSet result, Question question, Taker taker)
            throws SQLException, IOException {
        PGResultSetMetaData origins = result.getMetaData().unwrap(PGResultSetMetaData.class);
        List<Column> columns = new ArrayList<>();
        int count = result.getMetaData().getColumnCount();
        for (int i = 1; i <= count; i++) {
            columns.add(
                    new Column(
                            result.getMetaData().getColumnLabel(i),
                            result.getMetaData().getColumnTypeName(i),
                            question.isDescribed() ? origin(origins, i) : Optional.empty()));
        }
        taker.columns(columns);
        while (result.next()) {
            List<@Nullable String> values = new ArrayList<>(count);
            for (int i = 1; i <= count; i++) {
                values.add(result.getString(i));
            }
            taker.row(values);
        }
    }

    private static Optional<Origin> origin(PGResultSetMetaData of, int column) throws SQLException {
        String view = of.getBaseTableName(column);
        String name = of.getBaseColumnName(column);
        return view.isEmpty() || name.isEmpty()
                ? Optional.empty()
                : Optional.of(new Origin(view, name));
    }

    private static End end(PSQLException e, long deadlineNanos) {
        if (e.getServerErrorMessage() == null) {
            // So the driver says of its buffer alone.
            return PSQLState.COMMUNICATION_ERROR.getState().equals(e.getSQLState())
                    ? End.TOO_LARGE
                    : End.REFUSED;
        }
        return PSQLState.QUERY_CANCELED.getState().equals(e.getSQLState())
                        && System.nanoTime() >= deadlineNanos
                ? End.TIMED_OUT
                : End.REFUSED;
    }

    private static Refusal refusal(PSQLException e) {
        ServerErrorMessage server = e.getServerErrorMessage();
        String state = e.getSQLState() == null ? "" : e.getSQLState();
        if (server == null) {
            return new Refusal(state, String.valueOf(e.getMessage()), "");
        }
        String hint = server.getHint();
        return new Refusal(state, String.valueOf(server.getMessage()), hint == null ? "" : hint);
    }
}
