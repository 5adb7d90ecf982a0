package org.domicile.console.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Sessions end: by themselves, by their owner, and with their owner. */
final class SessionsTest {
    private Instant now = Instant.parse("2026-11-22T08:00:00Z");
    private final Sessions sessions = new Sessions(() -> now);

    private String begin(String person) {
        return sessions.begin(person, "curl").orElseThrow();
    }

    @Test
    void aSessionThatIsNotUsedEnds() {
        String token = begin("ana");
        now = now.plus(Sessions.IDLE).minusSeconds(1);
        assertThat(sessions.find(token)).isPresent();
        now = now.plus(Sessions.IDLE).minusSeconds(1);
        assertThat(sessions.find(token)).as("being used counts").isPresent();
        now = now.plus(Sessions.IDLE);
        assertThat(sessions.find(token)).isEmpty();
        assertThat(sessions.count()).isZero();
    }

    @Test
    void whatAPageDoesByItselfDoesNotCountAsUse() {
        String token = begin("ana");
        now = now.plus(Sessions.IDLE).minusSeconds(1);
        assertThat(sessions.look(token)).isPresent();
        now = now.plusSeconds(1);
        assertThat(sessions.look(token)).isEmpty();
        assertThat(sessions.find(token)).isEmpty();
    }

    @Test
    void aSessionEndsAfterADayHoweverBusyItIs() {
        String token = begin("ana");
        Instant end = now.plus(Sessions.LONGEST);
        while (now.isBefore(end)) {
            assertThat(sessions.find(token)).isPresent();
            now = now.plus(Duration.ofMinutes(20));
        }
        assertThat(sessions.find(token)).isEmpty();
    }

    @Test
    void nobodyEndsSomebodyElsesSession() {
        String token = begin("ana");
        String name = sessions.find(token).orElseThrow().name();
        sessions.end("bea", name);
        assertThat(sessions.find(token)).isPresent();
        sessions.end("ana", name);
        assertThat(sessions.find(token)).isEmpty();
    }

    @Test
    void theOneUsedLongestAgoGivesWay() {
        String first = begin("ana");
        String others = begin("bea");
        for (int i = 0; i < Sessions.MAX_OF_ONE_PERSON; i++) {
            now = now.plusSeconds(1);
            begin("ana");
        }
        assertThat(sessions.find(first)).isEmpty();
        assertThat(sessions.find(others)).isPresent();
        assertThat(sessions.of("ana")).hasSize(Sessions.MAX_OF_ONE_PERSON);
        sessions.endAll("ana");
        assertThat(sessions.of("ana")).isEmpty();
    }

    @Test
    void aNameOpensNothing() {
        String token = begin("ana");
        Sessions.Session session = sessions.find(token).orElseThrow();
        assertThat(sessions.find(session.name())).isEmpty();
        assertThat(sessions.find(session.formToken())).isEmpty();
        assertThat(session.toString()).doesNotContain(session.formToken()).doesNotContain("ana");
    }

    @Test
    void triesEndWithTheirWindow() {
        Tries tries = new Tries(() -> now, 2, Duration.ofMinutes(1));
        assertThat(tries.admit("ana")).isTrue();
        assertThat(tries.admit("ana")).isTrue();
        assertThat(tries.admit("ana")).isFalse();
        assertThat(tries.admit("bea")).isTrue();
        now = now.plusSeconds(59);
        assertThat(tries.admit("ana")).isFalse();
        now = now.plusSeconds(1);
        assertThat(tries.admit("ana")).isTrue();
    }

    @Test
    void withTooManyNamesNobodyNewTries() {
        Tries tries = new Tries(() -> now, 2, Duration.ofMinutes(1));
        for (int i = 0; i < Tries.MAX_NAMES; i++) {
            assertThat(tries.admit("name" + i)).isTrue();
        }
        assertThat(tries.admit("one more")).isFalse();
        assertThat(tries.admit("name1")).as("known ones go on").isTrue();
        now = now.plusSeconds(60);
        assertThat(tries.admit("one more")).isTrue();
    }
}
