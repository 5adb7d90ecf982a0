package org.domicile.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.domicile.testkit.RunAs;

/** PgBouncer before the store, pooling sessions; it ends with {@link Children}. */
final class PgBouncer {
    private static final int READY_MILLIS = 10_000;
    private static final int POLL_MILLIS = 20;

    private PgBouncer() {}

    /**
     * Starts it and returns its port.
     *
     * @param passwords the login roles' own: it has to log in to the store as them
     */
    static int start(
            Children children,
            Path folder,
            int storePort,
            String database,
            Map<String, String> passwords) {
        String program = Programs.PGBOUNCER.require().toString();
        try {
            int port = freePort();
            Files.createDirectories(folder);
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
            StringBuilder users = new StringBuilder();
            passwords.forEach((user, password) ->
                    users.append('"').append(user).append("\" \"").append(password).append("\"\n"));
            Path userFile = folder.resolve("users.txt");
            Files.writeString(userFile, users);
            Path settings = folder.resolve("pgbouncer.ini");
            Files.writeString(settings, settings(port, storePort, database, userFile));
            RunAs runAs = RunAs.choose(); // it refuses to be root
            runAs.takeOver(folder);
            runAs.requireReachable(folder);
            Process process =
                    children.start(
                            "pgbouncer",
                            Map.of(),
                            runAs.command(List.of(program, "-q", settings.toString())));
            await(children, process, port);
            return port;
        } catch (IOException e) {
            throw new BenchException("cannot start PgBouncer in " + folder, e);
        }
    }

    private static String settings(int port, int storePort, String database, Path userFile) {
        return """
        [databases]
        %s = host=127.0.0.1 port=%d
        [pgbouncer]
        listen_addr = 127.0.0.1
        listen_port = %d
        unix_socket_dir =
        auth_type = scram-sha-256
        auth_file = %s
        pool_mode = session
        max_client_conn = 500
        default_pool_size = 200
        """
                .formatted(database, storePort, port, userFile);
    }

    private static void await(Children children, Process process, int port) {
        long deadline = System.nanoTime() + READY_MILLIS * 1_000_000L;
        while (System.nanoTime() < deadline && process.isAlive()) {
            try (Socket socket = new Socket()) {
                socket.connect(Endpoint.address(port), READY_MILLIS);
                return;
            } catch (IOException e) {
                Pause.millis(POLL_MILLIS);
            }
        }
        throw new BenchException("PgBouncer did not start:\n" + children.said("pgbouncer"));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            return socket.getLocalPort();
        }
    }
}
