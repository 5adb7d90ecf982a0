package org.domicile.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** What pgbench says is read as it is meant. */
class PgbenchTest {
    private static final String OUTPUT =
            """
            pgbench (15.18 (Debian 15.18-0+deb12u1), server 18.6)
            transaction type: point.sql
            scaling factor: 1
            query mode: prepared
            number of clients: 64
            number of threads: 2
            maximum number of tries: 1
            duration: 5 s
            number of transactions actually processed: 231842
            number of failed transactions: 0 (0.000%)
            latency average = 1.366 ms
            initial connection time = 121.004 ms
            tps = 46846.150303 (without initial connection time)
            """;

    @Test
    void theRateIsRead() {
        assertThat(Pgbench.rateOf(OUTPUT)).isEqualTo(46_846.150303);
    }

    @Test
    void theRateOfReconnectingRunsIsRead() {
        String output =
                "average connection time = 6.012 ms\ntps = 155.25 (including reconnection times)\n";
        assertThat(Pgbench.rateOf(output)).isEqualTo(155.25);
    }

    @Test
    void aRunThatFailedInPartIsNoMeasurement() {
        String someFailed = OUTPUT.replace("failed transactions: 0", "failed transactions: 3");
        assertThatThrownBy(() -> Pgbench.rateOf(someFailed)).isInstanceOf(BenchException.class);
        String aborted =
                OUTPUT + "pgbench: error: Run was aborted; the above results are incomplete.";
        assertThatThrownBy(() -> Pgbench.rateOf(aborted)).isInstanceOf(BenchException.class);
    }

    @Test
    void anOutputWithoutARateIsNoMeasurement() {
        assertThatThrownBy(() -> Pgbench.rateOf("")).isInstanceOf(BenchException.class);
    }

    @Test
    void aLineOfTheLogTellsMicroseconds() {
        assertThat(Pgbench.millisOf("0 199 2241 0 1175850568 995598")).isEqualTo(2.241);
        assertThatThrownBy(() -> Pgbench.millisOf("0 199")).isInstanceOf(BenchException.class);
    }
}
