package org.domicile.gateway.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code attacks.txt}: each statement in it gets the verdict that stands before it. */
public class AttackTest {
    private static final StatementGate GATE = StatementGate.open();

    /** One line: the expected verdict and the statement. */
    public record Attack(int line, String verdict, String sql) {}

    @AfterAll
    static void close() {
        GATE.close();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void theVerdictIsAsWritten(Attack attack) {
        List<Judged> judged = GATE.judge(attack.sql(), Fixture.CONTEXT);
        assertThat(
                        judged.stream()
                                .map(one -> text(one.verdict()))
                                .collect(Collectors.joining(" ; ")))
                .as("line %s: %s", attack.line(), attack.sql())
                .isEqualTo(attack.verdict());
        // The second time it comes from the cache, and must be the same.
        assertThat(GATE.judge(attack.sql(), Fixture.CONTEXT)).isEqualTo(judged);
    }

    static String text(Verdict verdict) {
        return switch (verdict) {
            case Verdict.Query query ->
                    (query.shape().text()
                                    + " "
                                    + query.columns().entrySet().stream()
                                            .sorted(java.util.Map.Entry.comparingByKey())
                                            .map(entry ->
                                                    entry.getKey().replace("app.", "")
                                                            + new TreeSet<>(
                                                                            entry.getValue()
                                                                                    .keySet())
                                                                    .toString()
                                                                    .replace(" ", ""))
                                            .collect(Collectors.joining(" ")))
                            .strip();
            case Verdict.Copy copy -> {
                String options = copy.format().sql();
                yield "copy "
                        + options.substring(1, options.length() - 1)
                        + ": "
                        + text(copy.query());
            }
            case Verdict.DeclareCursor declare ->
                    "DECLARE "
                            + declare.name()
                            + (declare.hold() ? " hold: " : ": ")
                            + text(declare.query());
            case Verdict.FetchCursor fetch -> (fetch.move() ? "MOVE " : "FETCH ") + fetch.name();
            case Verdict.CloseCursor close -> "CLOSE " + close.name();
            case Verdict.Transaction transaction -> transaction.verb().name();
            case Verdict.SetSetting set ->
                    "SET " + set.name() + "=" + set.value() + (set.local() ? " local" : "");
            case Verdict.ResetSetting reset -> "RESET " + reset.name();
            case Verdict.Show show -> "SHOW " + show.name();
            case Verdict.Deallocate deallocate -> "DEALLOCATE";
            case Verdict.Discard discard -> "DISCARD " + discard.target();
            case Verdict.Tidy tidy -> "TIDY";
            case Verdict.Refused refused -> "! " + refused.reason();
        };
    }

    public static Stream<Attack> cases() {
        try (InputStream in =
                Objects.requireNonNull(AttackTest.class.getResourceAsStream("attacks.txt"))) {
            List<String> lines =
                    new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))
                            .lines()
                            .toList();
            List<Attack> attacks = new ArrayList<>();
            for (int i = 0; i < lines.size(); i++) {
                String line = lines.get(i);
                if (line.isBlank() || line.startsWith("#")) {
                    continue;
                }
                int bar = line.indexOf(" | ");
                attacks.add(
                        new Attack(
                                i + 1,
                                line.substring(0, bar).strip().translateEscapes(),
                                line.substring(bar + 3).translateEscapes()));
            }
            return attacks.stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
