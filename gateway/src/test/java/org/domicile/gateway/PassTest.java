package org.domicile.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Properties;
import javax.net.SocketFactory;
import org.domicile.gateway.session.Pass;
import org.domicile.ledger.Fact;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.util.PSQLException;

/** Whom the gateway's own process lets in: only them, only from there, only once. */
final class PassTest {
    private static final ScopedValue<Socket> READY = ScopedValue.newInstance();

    private static TestGateway gateway;

    /** Gives the driver a socket that is connected already; it is made by its name. */
    public static final class Ready extends SocketFactory {
        @Override
        public Socket createSocket() {
            return READY.isBound() ? READY.get() : new Socket();
        }

        @Override
        public Socket createSocket(String host, int port) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Socket createSocket(String host, int port, InetAddress from, int fromPort) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Socket createSocket(InetAddress host, int port) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Socket createSocket(InetAddress host, int port, InetAddress from, int fromPort) {
            throw new UnsupportedOperationException();
        }
    }

    @BeforeAll
    static void start() throws Exception {
        gateway = TestGateway.start();
    }

    @AfterAll
    static void stop() throws Exception {
        gateway.close();
    }

    @BeforeEach
    void forget() {
        gateway.ledger().forget();
    }

    private static Socket connected() throws IOException {
        Socket socket = new Socket();
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), gateway.port()));
        return socket;
    }

    private static Pass pass(String person, Socket socket) {
        return gateway.server()
                .pass(person, (InetSocketAddress) socket.getLocalSocketAddress(), "the console");
    }

    private static Connection over(Socket socket, String user, String password)
            throws SQLException {
        Properties all = new Properties();
        all.setProperty("user", user);
        all.setProperty("password", password);
        all.setProperty("options", "-c domicile.purpose=analytics");
        all.setProperty("socketFactory", Ready.class.getName());
        all.setProperty("sslmode", "disable");
        all.setProperty("gssEncMode", "disable");
        return ScopedValue.where(READY, socket)
                .call(() ->
                        DriverManager.getConnection(
                                "jdbc:postgresql://127.0.0.1:" + gateway.port() + "/us", all));
    }

    private static void refused(Socket socket, String user, String password) {
        assertThatThrownBy(() -> over(socket, user, password).close())
                .isInstanceOf(PSQLException.class)
                .extracting(e -> ((PSQLException) e).getSQLState())
                .isEqualTo("28P01");
    }

    @Test
    void theirSessionIsAsAnyOther() throws Exception {
        try (Socket socket = connected();
                Pass pass = pass("parent_analyst", socket);
                Connection connection = over(socket, "parent_analyst", pass.password());
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT id, email FROM users")) {
            assertThat(rows.next()).isTrue();
            assertThat(rows.getString(2)).isNull();
            assertThatThrownBy(() -> statement.executeQuery("SELECT handle FROM users"))
                    .hasMessageContaining("handle");
            RecordingLedger.Entry opened = gateway.ledger().entries().getFirst();
            assertThat(opened.privateFields())
                    .containsEntry("accessor", "parent_analyst")
                    .containsEntry("client", "the console");
            assertThat(((Fact.SessionOpened) opened.fact()).session()).isEqualTo(pass.session());
            List<Fact> recorded =
                    gateway.ledger().entries().stream().map(RecordingLedger.Entry::fact).toList();
            assertThat(pass.noted()).extracting(Pass.Noted::fact).isEqualTo(recorded);
            assertThat(pass.noted())
                    .extracting(Pass.Noted::index)
                    .isSorted()
                    .doesNotHaveDuplicates();
            assertThat(gateway.ledger().disclosures()).hasSize(1);
            assertThat(gateway.ledger().refusals()).hasSize(1);
        }
    }

    @Test
    void anothersIsRefused() throws Exception {
        try (Socket socket = connected();
                Pass pass = pass("parent_analyst", socket)) {
            refused(socket, "us_support", pass.password());
        }
        // Nor does one's own password do there: the connection is somebody else's.
        try (Socket socket = connected();
                Pass _ = pass("parent_analyst", socket)) {
            refused(socket, "us_support", TestGateway.password("us_support"));
        }
    }

    @Test
    void fromAnywhereElseItIsNothing() throws Exception {
        try (Socket socket = connected();
                Pass pass = pass("parent_analyst", socket);
                Socket other = connected()) {
            refused(other, "parent_analyst", pass.password());
            over(socket, "parent_analyst", pass.password()).close();
        }
    }

    @Test
    void whatWasTakenBackIsNothing() throws Exception {
        try (Socket socket = connected()) {
            Pass pass = pass("parent_analyst", socket);
            pass.close();
            refused(socket, "parent_analyst", pass.password());
        }
    }

    @Test
    void othersLogInMeanwhile() throws Exception {
        try (Socket socket = connected();
                Pass _ = pass("parent_analyst", socket);
                Connection connection = gateway.analyst()) {
            assertThat(connection.isValid(5)).isTrue();
        }
    }
}
