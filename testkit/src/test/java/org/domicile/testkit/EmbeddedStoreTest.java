package org.domicile.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class EmbeddedStoreTest {
    private static final PostgresBinaries BINARIES = PostgresBinaries.embedded();

    private Path directory = Path.of("");

    /** Not JUnit's: that one is closed to the user root's servers may run as. */
    @BeforeEach
    void makeDirectory() throws IOException {
        directory = Files.createTempDirectory("domicile-testkit-");
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx--x--x"));
    }

    @AfterEach
    void deleteDirectory() throws IOException {
        FileTree.delete(directory);
    }

    private EmbeddedStore start() {
        return EmbeddedStore.start(
                BINARIES, directory.resolve("store"), 0, EmbeddedStore.THROWAWAY);
    }

    @Test
    void keepsItsDataFromOneRunToTheNext() throws Exception {
        String password;
        try (EmbeddedStore store = start()) {
            password = store.password();
            store.createDatabase("us");
            execute(store, "us", "CREATE TABLE kept AS SELECT 42 AS answer");
        }
        try (EmbeddedStore store = start()) {
            assertThat(store.password()).isEqualTo(password);
            assertThat(query(store, "us", "SELECT answer FROM kept")).isEqualTo("42");
        }
    }

    @Test
    void makesDatabasesInUtf8FromTemplates() throws Exception {
        try (EmbeddedStore store = start()) {
            store.createDatabase("model");
            execute(store, "model", "CREATE TABLE t AS SELECT 'Ä' AS letter");
            store.createDatabase("copy", "model");
            assertThat(query(store, "copy", "SELECT lower(letter) FROM t")).isEqualTo("ä");
            assertThat(query(store, "copy", "SHOW server_encoding")).isEqualTo("UTF8");
            store.dropDatabase("copy");
            assertThatThrownBy(() -> store.connect("copy")).isInstanceOf(SQLException.class);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> store.createDatabase("x\"; DROP DATABASE model"));
        }
    }

    @Test
    void admitsNobodyWithoutThePassword() {
        try (EmbeddedStore store = start()) {
            for (String password : List.of("", "wrong")) {
                assertThatThrownBy(() ->
                                DriverManager.getConnection(
                                        store.jdbcUrl("postgres"), store.superuser(), password))
                        .isInstanceOf(SQLException.class);
            }
        }
    }

    @Test
    void listensOnTheLoopbackOnly() throws Exception {
        try (EmbeddedStore store = start()) {
            assertThat(query(store, "postgres", "SHOW listen_addresses")).isEqualTo("127.0.0.1");
            assertThat(query(store, "postgres", "SHOW unix_socket_directories")).isEmpty();
            InetSocketAddress other = new InetSocketAddress("127.0.0.2", store.port());
            try (Socket socket = new Socket()) {
                assertThatThrownBy(() -> socket.connect(other, 1000))
                        .isInstanceOf(IOException.class);
            }
        }
    }

    @Test
    void keepsItsFilesToTheirOwner() throws Exception {
        try (EmbeddedStore store = start()) {
            assertThat(store.isRunning()).isTrue();
            Path root = directory.resolve("store");
            for (String file : List.of("superuser-password", "server.log", "lock")) {
                assertThat(permissions(root.resolve(file))).as(file).isEqualTo("rw-------");
            }
            assertThat(permissions(root.resolve("data"))).isEqualTo("rwx------");
        }
    }

    @Test
    void takesSettingsForThisRun() throws Exception {
        Map<String, String> settings = new HashMap<>(EmbeddedStore.THROWAWAY);
        settings.put("work_mem", "7MB");
        try (EmbeddedStore store =
                EmbeddedStore.start(BINARIES, directory.resolve("store"), 0, settings)) {
            assertThat(query(store, "postgres", "SHOW work_mem")).isEqualTo("7MB");
        }
        assertThatThrownBy(() ->
                        EmbeddedStore.start(
                                BINARIES,
                                directory.resolve("store"),
                                0,
                                Map.of("no_such_setting", "1")))
                .isInstanceOf(TestkitException.class)
                .hasMessageContaining("no_such_setting");
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        EmbeddedStore.start(
                                BINARIES, directory.resolve("store"), 0, Map.of("a=b", "1")));
    }

    @Test
    void stopsWithClientsConnectedAndLeavesNoProcess() throws Exception {
        EmbeddedStore store = start();
        List<ProcessHandle> processes = processesOf(store);
        try (Connection client = store.connect("postgres");
                Statement statement = client.createStatement()) {
            statement.execute("BEGIN; CREATE TABLE open AS SELECT 1");
            store.stop();
            store.stop();
        } catch (SQLException e) {
            // The client's connection was cut, which is what stopping means.
        }
        assertThat(store.isRunning()).isFalse();
        assertThat(processes).hasSizeGreaterThan(3).noneMatch(EmbeddedStoreTest::isRunning);
    }

    @Test
    void startsAgainAfterACrash() throws Exception {
        EmbeddedStore crashed = start();
        execute(
                crashed,
                "postgres",
                "SET synchronous_commit = on; CREATE TABLE kept AS SELECT 42 AS answer");
        List<ProcessHandle> processes = processesOf(crashed);
        crashed.kill();
        assertThat(processes).noneMatch(EmbeddedStoreTest::isRunning);
        assertThat(Postmaster.pidFile(directory.resolve("store/data"))).exists();
        try (EmbeddedStore store = start()) {
            assertThat(query(store, "postgres", "SELECT answer FROM kept")).isEqualTo("42");
        }
    }

    /** A process that is slow to end keeps the shared memory, and PostgreSQL does not start. */
    @Test
    void waitsForTheProcessesOfAKilledServerToEnd() throws Exception {
        Process owner = startInAnotherProcess();
        ProcessHandle server = leftServer();
        String slow = Long.toString(server.children().findFirst().orElseThrow().pid());
        signal("STOP", slow);
        signal("KILL", Long.toString(server.pid()));
        while (isRunning(server)) {
            Thread.sleep(5);
        }
        owner.destroyForcibly().waitFor();
        Thread ending =
                Thread.ofPlatform()
                        .start(() -> {
                            awaitInLog("pre-existing shared memory block");
                            signal("KILL", slow);
                        });
        try (EmbeddedStore store = start()) {
            assertThat(query(store, "postgres", "SELECT 1")).isEqualTo("1");
        } finally {
            ending.join();
        }
    }

    private Process startInAnotherProcess() throws IOException {
        Process owner =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                StartAndWait.class.getName(),
                                directory.resolve("store").toString())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        assertThat(owner.inputReader().readLine()).isEqualTo("started");
        return owner;
    }

    private ProcessHandle leftServer() throws IOException {
        return Postmaster.accepting(directory.resolve("store/data")).orElseThrow().process();
    }

    private static void signal(String name, String pid) {
        assertThat(Commands.succeeds("sh", "-c", "kill -" + name + " " + pid)).isTrue();
    }

    private void awaitInLog(String text) {
        for (int i = 0; i < 6_000; i++) {
            try {
                Thread.sleep(5);
                if (Files.readString(directory.resolve("store/server.log")).contains(text)) {
                    return;
                }
            } catch (IOException e) {
                // Each start begins a new log; at this moment there is none.
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    @Test
    void ignoresAPidFileWhoseNumberIsAnothersByNow() throws Exception {
        start().kill();
        Path pidFile = Postmaster.pidFile(directory.resolve("store/data"));
        List<String> lines = Files.readAllLines(pidFile);
        Process stranger = new ProcessBuilder("sleep", "600").start();
        try {
            Files.writeString(
                    pidFile,
                    stranger.pid() + "\n" + String.join("\n", lines.subList(1, lines.size())));
            try (EmbeddedStore store = start()) {
                assertThat(query(store, "postgres", "SELECT 1")).isEqualTo("1");
            }
            assertThat(stranger.isAlive()).isTrue();
        } finally {
            stranger.destroyForcibly();
        }
    }

    /** In a container whose first process reaps nobody, a dead server stays in the list. */
    @Test
    void ignoresAPidFileOfADeadProcessThatIsStillListed() throws Exception {
        start().kill();
        Path pidFile = Postmaster.pidFile(directory.resolve("store/data"));
        List<String> lines = Files.readAllLines(pidFile);
        // The shell becomes a program that never asks how its child ended.
        Process parent =
                new ProcessBuilder("sh", "-c", "sleep 0 & echo $!; exec sleep 600").start();
        try {
            String dead = parent.inputReader().readLine();
            Path status = Path.of("/proc", dead, "stat");
            while (!Files.readString(status).contains(") Z")) {
                Thread.sleep(5);
            }
            Files.writeString(
                    pidFile, dead + "\n" + String.join("\n", lines.subList(1, lines.size())));
            try (EmbeddedStore store = start()) {
                assertThat(query(store, "postgres", "SELECT 1")).isEqualTo("1");
            }
        } finally {
            parent.destroyForcibly();
        }
    }

    /** A Java process that is killed leaves its server behind. */
    @Test
    void endsAServerThatAKilledProcessLeftBehind() throws Exception {
        Process owner = startInAnotherProcess();
        ProcessHandle server = leftServer();
        assertThatThrownBy(this::start)
                .isInstanceOf(TestkitException.class)
                .hasMessageContaining("in use by another process");

        owner.destroyForcibly().waitFor();
        assertThat(isRunning(server)).isTrue();
        try (EmbeddedStore store = start()) {
            assertThat(isRunning(server)).isFalse();
            assertThat(query(store, "postgres", "SELECT 1")).isEqualTo("1");
        }
    }

    /** Ending Java in the ordinary way ends the server. */
    @Test
    void endsWithItsProcess() throws Exception {
        Process owner = startInAnotherProcess();
        ProcessHandle server = leftServer();
        owner.destroy();
        assertThat(owner.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(isRunning(server)).isFalse();
    }

    /** Starts a store and waits to be ended. */
    static final class StartAndWait {
        private StartAndWait() {}

        public static void main(String[] arguments) throws Exception {
            EmbeddedStore.start(
                    PostgresBinaries.embedded(), Path.of(arguments[0]), 0, EmbeddedStore.THROWAWAY);
            System.out.println("started");
            Thread.sleep(Long.MAX_VALUE);
        }
    }

    @Test
    void refusesAPortInUseAndADirectoryInUse() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"));
                EmbeddedStore store = start()) {
            assertThatThrownBy(() ->
                            EmbeddedStore.start(
                                    BINARIES,
                                    directory.resolve("other"),
                                    taken.getLocalPort(),
                                    EmbeddedStore.THROWAWAY))
                    .isInstanceOf(TestkitException.class)
                    .hasMessageContaining("port " + taken.getLocalPort())
                    .hasMessageContaining("in use");
            assertThatThrownBy(this::start)
                    .isInstanceOf(TestkitException.class)
                    .hasMessageContaining("in use by another process");
            assertThat(store.isRunning()).isTrue();
        }
    }

    @Test
    void refusesDataOfAnotherVersionAndDataWithoutItsPassword() throws Exception {
        start().stop();
        Path root = directory.resolve("store");
        Files.writeString(root.resolve("data/PG_VERSION"), "13\n");
        assertThatThrownBy(this::start)
                .isInstanceOf(TestkitException.class)
                .hasMessageContaining("made by PostgreSQL 13");
        Files.delete(root.resolve("superuser-password"));
        assertThatThrownBy(this::start)
                .isInstanceOf(TestkitException.class)
                .hasMessageContaining("superuser-password is missing");
    }

    @Test
    void beginsAnewWhereMakingTheDataDirectoryWasCutOff() throws Exception {
        Path partial = directory.resolve("store/data.partial/base");
        Files.createDirectories(partial);
        Files.writeString(partial.resolve("left-behind"), "x");
        try (EmbeddedStore store = start()) {
            assertThat(query(store, "postgres", "SELECT 1")).isEqualTo("1");
        }
    }

    @ParameterizedTest
    @MethodSource("installedServers")
    void runsInstalledServers(PostgresBinaries installed) throws Exception {
        try (EmbeddedStore store =
                EmbeddedStore.start(
                        installed, directory.resolve("store"), 0, EmbeddedStore.THROWAWAY)) {
            assertThat(query(store, "postgres", "SHOW server_version_num"))
                    .startsWith(Integer.toString(installed.majorVersion()));
        }
    }

    /** Never empty, so that the test runs where no server is installed. */
    static List<PostgresBinaries> installedServers() {
        List<PostgresBinaries> found = PostgresBinaries.findInstalled();
        return found.isEmpty() ? List.of(BINARIES) : found;
    }

    @Test
    void runsAsAnotherUserWhereUserNamespacesAreForbidden() throws Exception {
        assumeTrue(RunAs.isRoot(), "only root has to become somebody else");
        Path root = directory.resolve("store");
        for (RunAs runAs :
                List.of(
                        RunAs.otherUser(List.of("no-such-user", "nobody")),
                        new RunAs(List.of("runuser", "-u", "nobody", "--"), "nobody"))) {
            try (EmbeddedStore store =
                    EmbeddedStore.start(BINARIES, root, 0, EmbeddedStore.THROWAWAY, runAs)) {
                assertThat(query(store, "postgres", "SELECT 1")).isEqualTo("1");
                assertThat(processOf(store).info().user()).hasValue("nobody");
                assertThat(Files.getOwner(root.resolve("data")).getName()).isEqualTo("nobody");
            }
        }
        // What one way has made, the other can open.
        try (EmbeddedStore store =
                EmbeddedStore.start(
                        BINARIES, root, 0, EmbeddedStore.THROWAWAY, RunAs.userNamespace())) {
            assertThat(query(store, "postgres", "SELECT 1")).isEqualTo("1");
            assertThat(Files.getOwner(root.resolve("data")).getName()).isEqualTo("root");
        }
    }

    @Test
    void saysWhichDirectoryIsClosedToTheOtherUser() throws Exception {
        assumeTrue(RunAs.isRoot(), "only root has to become somebody else");
        Path closed = Files.createDirectory(directory.resolve("closed"));
        Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("rwx------"));
        RunAs nobody = RunAs.otherUser(List.of("nobody"));
        assertThatThrownBy(() ->
                        EmbeddedStore.start(
                                BINARIES,
                                closed.resolve("store"),
                                0,
                                EmbeddedStore.THROWAWAY,
                                nobody))
                .isInstanceOf(TestkitException.class)
                .hasMessageContaining("as nobody here, who cannot enter " + closed.toRealPath())
                .hasMessageContaining("chmod o+x");
    }

    @Test
    void saysThatNothingElseIsPossible() {
        assumeTrue(RunAs.isRoot(), "only root has to become somebody else");
        assertThatThrownBy(() -> RunAs.otherUser(List.of("no-such-user")))
                .isInstanceOf(TestkitException.class)
                .hasMessageContaining("run Domicile as an ordinary user");
    }

    private static boolean isRunning(ProcessHandle process) {
        return new Postmaster(process).isRunning();
    }

    private ProcessHandle processOf(EmbeddedStore store) throws IOException {
        assertThat(store.isRunning()).isTrue();
        return Postmaster.accepting(directory.resolve("store/data")).orElseThrow().process();
    }

    private List<ProcessHandle> processesOf(EmbeddedStore store) throws IOException {
        ProcessHandle server = processOf(store);
        return Stream.concat(Stream.of(server), server.descendants()).toList();
    }

    private static String permissions(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    private static void execute(EmbeddedStore store, String database, String sql)
            throws SQLException {
        try (Connection connection = store.connect(database);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String query(EmbeddedStore store, String database, String sql)
            throws SQLException {
        try (Connection connection = store.connect(database);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            assertThat(rows.next()).isTrue();
            return rows.getString(1);
        }
    }
}
