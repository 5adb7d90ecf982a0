package org.domicile.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.domicile.gateway.disclosure.HeldResult;
import org.domicile.gateway.upstream.ScriptedClient;
import org.domicile.gateway.upstream.ScriptedClient.Received;
import org.domicile.gateway.wire.FrontendMessage;
import org.domicile.ledger.Fact;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A result far longer than what a session may hold. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class LargeResultTest {
    private static final int ROWS = TestGateway.USERS * TestGateway.USERS;

    @Test
    void aMillionRowsLeaveInSegmentsThatAreEachRecorded() throws Exception {
        long rows = 0;
        long bytes = 0;
        try (TestGateway gateway = TestGateway.start()) {
            try (ScriptedClient client =
                    ScriptedClient.login(
                            gateway.port(),
                            "us_support",
                            TestGateway.password("us_support"),
                            "us",
                            "options",
                            "-c domicile.purpose=support")) {
                client.keepNothing();
                client.send(
                        new FrontendMessage.Query(
                                "SELECT a.id, a.handle, b.email FROM users a, users b"));
                for (Received next = client.next();
                        next != null && next.type() != 'Z';
                        next = client.next()) {
                    if (next.type() == 'D') {
                        rows++;
                        bytes += next.body().length + 5;
                    }
                }
            }
            assertThat(rows).isEqualTo(ROWS);
            assertThat(gateway.ledger().disclosures())
                    .allSatisfy(
                            d -> assertThat(d.bytes()).isLessThan(HeldResult.SEGMENT_BYTES + 1_000))
                    .extracting(Fact.Disclosure::last)
                    .endsWith(true)
                    .containsOnlyOnce(true);
            assertThat(gateway.ledger().disclosures().stream().mapToLong(d -> d.rows()).sum())
                    .isEqualTo(ROWS);
            assertThat(gateway.ledger().disclosures().stream().mapToLong(d -> d.bytes()).sum())
                    .isEqualTo(bytes);
        }
    }
}
