package org.domicile.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.domicile.gateway.gate.AttackTest;
import org.domicile.gateway.upstream.ScriptedClient;
import org.domicile.gateway.upstream.ScriptedClient.Received;
import org.domicile.gateway.wire.FrontendMessage;
import org.domicile.ledger.Fact;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.ThrowingSupplier;

/**
 * I3: each wall holds with the other one down. Every statement of {@code attacks.txt} is sent to
 * the store without any gate, and through the gate to a role that may do everything.
 */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class WallsApartTest {
    /** No more is read of an answer: one of the statements never ends by itself. */
    private static final long MAX_ANSWER_BYTES = 1024 * 1024;

    private static final byte[] COPY_FAIL = {'f', 0, 0, 0, 5, 0};

    private static WalledStore store;

    @BeforeAll
    static void start() throws Exception {
        store = WalledStore.start();
    }

    @AfterAll
    static void stop() throws IOException {
        store.close();
    }

    /** What is known of one answer: whether an error was in it, and whether the session goes on. */
    private record Answer(String bytes, boolean failed, boolean ended) {}

    /**
     * Sessions of one kind, one at a time, each brought back to its beginning after a statement.
     */
    private static final class Sessions implements AutoCloseable {
        private final ThrowingSupplier<ScriptedClient> login;
        private ScriptedClient client;

        Sessions(ThrowingSupplier<ScriptedClient> login) throws IOException {
            this.login = login;
            this.client = open();
        }

        private ScriptedClient open() throws IOException {
            try {
                return login.get();
            } catch (Throwable e) {
                throw new IOException(e);
            }
        }

        Answer answer(String sql) throws IOException {
            client.forget();
            Answer answer = ask(sql);
            boolean ended = answer.ended || ask("ROLLBACK").ended || ask("DISCARD ALL").failed;
            if (ended) {
                client.close();
                client = open();
            }
            return answer;
        }

        private Answer ask(String sql) throws IOException {
            client.send(new FrontendMessage.Query(sql));
            boolean failed = false;
            long bytes = 0;
            Received next = next(sql);
            while (next != null && next.type() != 'Z' && bytes < MAX_ANSWER_BYTES) {
                failed |= next.type() == 'E';
                bytes += next.body().length;
                if (next.type() == 'G') {
                    client.sendBytes(COPY_FAIL);
                }
                next = next(sql);
            }
            return new Answer(client.everything(), failed, next == null || next.type() != 'Z');
        }

        private @Nullable Received next(String sql) throws IOException {
            try {
                return client.next();
            } catch (SocketTimeoutException e) {
                throw new AssertionError("no answer to: " + sql, e);
            }
        }

        @Override
        public void close() throws IOException {
            client.close();
        }
    }

    /** Without what no message can carry. */
    private static List<AttackTest.Attack> attacks() {
        return AttackTest.cases().filter(attack -> attack.sql().indexOf('\0') < 0).toList();
    }

    /** Why the gate refuses; empty where it does not. */
    private static String reason(AttackTest.Attack attack) {
        int mark = attack.verdict().indexOf("! ");
        return mark < 0 ? "" : attack.verdict().substring(mark + 2);
    }

    @Test
    void i3TheRoleHoldsWithoutTheGate() throws Exception {
        List<String> answered = new ArrayList<>();
        try (Sessions role = new Sessions(store::role)) {
            for (AttackTest.Attack attack : attacks()) {
                String sql = store.here(attack.sql());
                Answer answer = role.answer(sql);
                Canary.assertNone(answer.bytes(), sql);
                if (!answer.failed() && !reason(attack).isEmpty()) {
                    answered.add(reason(attack) + ": " + attack.sql().replace("\n", "\\n"));
                }
            }
        }
        assertThat(listed()).as("what SECURITY.md says the gate holds alone").isEqualTo(answered);
    }

    /** The block of SECURITY.md that lists what the role is not refused. */
    private static List<String> listed() throws IOException {
        String text = Files.readString(Path.of("..", "SECURITY.md"));
        String begin = "```text\n# gate only\n";
        int from = text.indexOf(begin) + begin.length();
        return text.substring(from, text.indexOf("```", from)).lines().toList();
    }

    @Test
    void i3TheGateHoldsWithoutTheRole() throws Exception {
        String role = "ALTER ROLE \"" + WalledStore.ROLE + "\" ";
        Set<String> tokens = store.tokens();
        store.asAdmin(role + "SUPERUSER");
        try (Sessions analyst = new Sessions(store::analyst)) {
            for (AttackTest.Attack attack : attacks()) {
                String sql = store.here(attack.sql());
                store.ledger().forget();
                Answer answer = analyst.answer(sql);
                Canary.assertNoneAndNoSubject(answer.bytes(), tokens, sql);
                if (!reason(attack).isEmpty()) {
                    assertThat(
                                    store.ledger().refusals().stream()
                                            .map(Fact.Refusal::reason)
                                            .collect(Collectors.joining(" ")))
                            .as("why the gate, not the store, refuses: %s", sql)
                            .isEqualTo(reason(attack));
                }
            }
        } finally {
            store.asAdmin(role + "NOSUPERUSER");
        }
    }

    @Test
    void aWallThatIsDownIsSeen() throws Exception {
        store.asAdmin("ALTER ROLE \"" + WalledStore.ROLE + "\" SUPERUSER");
        try (ScriptedClient role = store.role()) {
            assertThat(role.query("SELECT passport FROM app.users")).isNotEmpty();
            assertThat(role.everything()).contains("zqh_users_passport_1");
        } finally {
            store.asAdmin("ALTER ROLE \"" + WalledStore.ROLE + "\" NOSUPERUSER");
        }
    }
}
