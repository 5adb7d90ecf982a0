package org.domicile.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.domicile.gateway.transport.Tls;
import org.domicile.gateway.upstream.ScriptedClient;
import org.domicile.gateway.wire.StartupPacket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients over TLS: psql's libpq and pgjdbc, and sockets that misbehave. */
class TlsTest {
    @TempDir private static Path files;
    private static TestGateway gateway;
    private static GatewayServer withTls;
    private static GatewayServer withClientCertificates;
    private static X509Bundle authority;

    @BeforeAll
    static void start() throws Exception {
        CertificateBuilder common =
                new CertificateBuilder().algorithm(CertificateBuilder.Algorithm.ecp256);
        authority =
                common.copy()
                        .subject("CN=Test Authority")
                        .setIsCertificateAuthority(true)
                        .buildSelfSigned();
        write("server", common, "CN=localhost");
        write("own", common, "CN=parent_analyst");
        write("other", common, "CN=us_support");
        Files.writeString(files.resolve("root.crt"), authority.getCertificatePEM());
        gateway = TestGateway.start();
        withTls = gateway.start(TestGateway.LIMITS, tls(null));
        withClientCertificates = gateway.start(TestGateway.LIMITS, tls(files.resolve("root.crt")));
    }

    private static Tls tls(@Nullable Path clientAuthorities) throws IOException {
        return Tls.read(
                files.resolve("server.crt"), files.resolve("server.key"), clientAuthorities, true);
    }

    private static void write(String name, CertificateBuilder common, String subject)
            throws Exception {
        X509Bundle bundle =
                common.copy().subject(subject).addSanDnsName("localhost").buildIssuedBy(authority);
        Files.writeString(files.resolve(name + ".crt"), bundle.getCertificatePEM());
        Path key = files.resolve(name + ".key");
        Files.writeString(key, bundle.getPrivateKeyPEM());
        Files.setPosixFilePermissions(
                key, java.nio.file.attribute.PosixFilePermissions.fromString("rw-------"));
        Files.write(files.resolve(name + ".pk8"), bundle.getKeyPair().getPrivate().getEncoded());
    }

    @AfterAll
    static void stop() throws IOException {
        withTls.close();
        withClientCertificates.close();
        gateway.close();
    }

    private static Connection connect(GatewayServer server, String... properties)
            throws SQLException {
        Properties all = new Properties();
        all.setProperty("user", "parent_analyst");
        all.setProperty("password", TestGateway.password("parent_analyst"));
        all.setProperty("options", "-c domicile.purpose=analytics");
        all.setProperty("sslrootcert", files.resolve("root.crt").toString());
        for (int i = 0; i < properties.length; i += 2) {
            all.setProperty(properties[i], properties[i + 1]);
        }
        return DriverManager.getConnection(
                "jdbc:postgresql://localhost:" + server.address().getPort() + "/us", all);
    }

    private static long countThrough(Connection connection) throws SQLException {
        try (connection;
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT count(*) FROM users")) {
            rows.next();
            return rows.getLong(1);
        }
    }

    @Test
    void pgjdbcVerifiesTheServerAndBindsTheChannel() throws SQLException {
        assertThat(
                        countThrough(
                                connect(
                                        withTls,
                                        "sslmode",
                                        "verify-full",
                                        "channelBinding",
                                        "require")))
                .isEqualTo(TestGateway.USERS);
    }

    @Test
    void pgjdbcBeginsTlsDirectly() throws SQLException {
        assertThat(
                        countThrough(
                                connect(
                                        withTls,
                                        "sslmode",
                                        "verify-full",
                                        "sslNegotiation",
                                        "direct")))
                .isEqualTo(TestGateway.USERS);
    }

    @Test
    void libpqVerifiesTheServerAndBindsTheChannel() throws Exception {
        assertThat(psql(withTls, "channel_binding=require")).isEqualTo("0: " + TestGateway.USERS);
        assertThat(psql(withTls, "sslmode=disable"))
                .startsWith("2: ")
                .contains("takes no connection without TLS");
    }

    @Test
    void aClientCertificateMustBeTheUsersOwn() throws Exception {
        assertThat(psql(withClientCertificates, certificate("own")))
                .isEqualTo("0: " + TestGateway.USERS);
        assertThat(psql(withClientCertificates, certificate("other")))
                .startsWith("2: ")
                .contains("the client certificate is not of user \"parent_analyst\"");
        assertThat(psql(withClientCertificates, "sslcert=/nonexistent")).startsWith("2: ");
    }

    private static String certificate(String name) {
        return "sslcert="
                + files.resolve(name + ".crt")
                + " sslkey="
                + files.resolve(name + ".key");
    }

    private static String psql(GatewayServer server, String more) throws Exception {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                "psql",
                                "-X",
                                "-At",
                                "-c",
                                "SELECT count(*) FROM users",
                                "host=localhost port="
                                        + server.address().getPort()
                                        + " dbname=us user=parent_analyst sslrootcert="
                                        + files.resolve("root.crt")
                                        + " sslmode=verify-full options='-c domicile.purpose=analytics' "
                                        + more));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("PGPASSWORD", TestGateway.password("parent_analyst"));
        Process process = builder.start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        return process.exitValue() + ": " + output;
    }

    private static final java.nio.charset.Charset UTF_8 = java.nio.charset.StandardCharsets.UTF_8;

    @Test
    void aStatementIsCancelledFromInsideTls() throws Exception {
        try (Connection connection =
                        connect(withTls, "sslmode", "verify-full", "cancelSignalTimeout", "10");
                Statement statement = connection.createStatement()) {
            Thread canceller =
                    Thread.ofVirtual()
                            .start(() -> {
                                try {
                                    Thread.sleep(500);
                                    statement.cancel();
                                } catch (InterruptedException | SQLException e) {
                                    throw new AssertionError(e);
                                }
                            });
            assertThatThrownBy(() -> statement.executeQuery(TestGateway.ENDLESS))
                    .isInstanceOfSatisfying(
                            SQLException.class,
                            e -> assertThat(e.getSQLState()).isEqualTo("57014"));
            canceller.join();
        }
    }

    @Test
    void whatCameBeforeTheAnswerOnEncryptionEndsTheConnection() throws IOException {
        for (StartupPacket request :
                List.of(new StartupPacket.SslRequest(), new StartupPacket.GssEncRequest())) {
            try (ScriptedClient client = new ScriptedClient(withTls.address().getPort())) {
                client.sendWithMore(request, (byte) 'Q');
                assertThat(client.untilReady()).as(request.toString()).hasToString("[E:08P01]");
            }
        }
    }

    @Test
    void withoutTlsNobodyComesFurtherThanTheStartupMessage() throws IOException {
        try (ScriptedClient client = new ScriptedClient(withTls.address().getPort())) {
            client.send(new StartupPacket.GssEncRequest());
            assertThat(client.readByte()).isEqualTo('N');
            client.startup(3, 0, "parent_analyst", "us");
            assertThat(client.untilReady()).hasToString("[E:28000]");
        }
    }

    @Test
    void directTlsNeedsItsOwnProtocolName() throws Exception {
        assertThat(firstByteAfterDirectTls(new String[0])).isEqualTo('E');
        assertThat(firstByteAfterDirectTls(new String[] {"postgresql"})).isEqualTo('R');
        assertThatThrownBy(() -> firstByteAfterDirectTls(new String[] {"http/1.1"}))
                .isInstanceOf(IOException.class);
    }

    /** Sends a startup message right after the handshake. */
    private static int firstByteAfterDirectTls(String[] alpn) throws Exception {
        java.security.KeyStore trusted = java.security.KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("root", authority.getCertificate());
        TrustManagerFactory trust =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        try (SSLSocket socket =
                (SSLSocket)
                        context.getSocketFactory()
                                .createSocket("localhost", withTls.address().getPort())) {
            socket.setSoTimeout(10_000);
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setApplicationProtocols(alpn);
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            org.domicile.gateway.wire.MessageBuffer startup =
                    new org.domicile.gateway.wire.MessageBuffer();
            new StartupPacket.StartupMessage(
                            3, 0, java.util.Map.of("user", "parent_analyst", "database", "us"))
                    .writeTo(startup);
            startup.drainTo(socket.getOutputStream());
            return socket.getInputStream().read();
        }
    }
}
