package org.domicile.control.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Period;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.domicile.ledger.note.DocumentSigner;
import org.domicile.ledger.note.VerifierKey;
import org.domicile.yaml.YamlException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RulePacksTest {
    private final RulePack dsp = RulePacks.included("us-dsp-2025");

    private static String text() {
        try (InputStream in =
                Objects.requireNonNull(RulePacks.class.getResourceAsStream("us-dsp-2025.yaml"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** 28 CFR 202.205. */
    @ParameterizedTest
    @CsvSource({
        "user.health.genetic, human_genomic, 100, PERSONS",
        "user.biometrics.voice, biometric, 1000, PERSONS",
        "user.location.precise, precise_location, 1000, DEVICES",
        "user.health.medications, health, 10000, PERSONS",
        "user.financial.bank_account, financial, 10000, PERSONS",
        "user.contact.email, personal_identifiers, 100000, PERSONS",
        "user.device.ip_address, personal_identifiers, 100000, PERSONS",
        "user.location.coarse,,,",
        "user.behavior,,,"
    })
    void the_thresholds_of_the_data_security_program(
            String data, String category, Long moreThan, BulkThreshold.Counted of) {
        if (category == null) {
            assertThat(dsp.bulk().of(data)).isEmpty();
            return;
        }
        assertThat(dsp.bulk().of(data))
                .hasValueSatisfying(threshold -> {
                    assertThat(threshold.category()).isEqualTo(category);
                    assertThat(threshold.moreThan()).isEqualTo(moreThan);
                    assertThat(threshold.of()).isEqualTo(of);
                    assertThat(threshold.citation()).startsWith("28 CFR 202.205(");
                });
    }

    @Test
    void the_terms_of_the_data_security_program() {
        assertThat(dsp.bulk().windowMonths()).isEqualTo(12);
        assertThat(dsp.retention().period()).isEqualTo(Period.ofYears(10));
        assertThat(dsp.covered().countryOfConcern("MO")).contains("China");
        assertThat(dsp.covered().countryOfConcern("TW")).isEmpty();
        assertThat(dsp.covered().concern().keySet())
                .containsExactly("China", "Cuba", "Iran", "North Korea", "Russia", "Venezuela");
        assertThat(dsp.reference()).isEqualTo("us-dsp-2025@1");
    }

    @Test
    void a_pack_counts_when_its_signature_does(@TempDir Path folder) throws IOException {
        DocumentSigner legal =
                DocumentSigner.generate(folder.resolve("legal.key"), "example/legal", null);
        DocumentSigner other =
                DocumentSigner.generate(folder.resolve("other.key"), "example/other", null);
        String text = text().replace("id: us-dsp-2025", "id: ours");
        Path file = folder.resolve("ours.yaml");
        Path note = folder.resolve("ours.yaml.note");
        Files.writeString(file, text);
        assertRefused(file, legal.verifierKey(), "has no signature beside it");

        Files.write(note, RulePacks.sign("ours.yaml", text, legal));
        assertThat(RulePacks.load(file, legal.verifierKey()).id()).isEqualTo("ours");
        assertThat(DocumentSigner.load(folder.resolve("legal.key"), null).verifierKey())
                .isEqualTo(legal.verifierKey());
        assertRefused(file, other.verifierKey(), "is not signed by example/other");

        Files.writeString(file, text.replace("more_than: 100000", "more_than: 900000"));
        assertRefused(file, legal.verifierKey(), "is of another text");

        Files.writeString(file, text);
        Files.writeString(
                note,
                Files.readString(note)
                        .replaceFirst(
                                "— example/legal [A-Za-z0-9+/]{8}", "— example/legal AAAAAAAA"));
        assertRefused(file, legal.verifierKey(), "ours.yaml");
    }

    private static void assertRefused(Path file, VerifierKey key, String message) {
        assertThatExceptionOfType(YamlException.class)
                .isThrownBy(() -> RulePacks.load(file, key))
                .withMessageContaining(message);
    }

    @Test
    void the_strictest_wins_and_differences_are_told() {
        RulePack stricter =
                RulePackFile.read(
                        "eu.yaml",
                        text().replace("id: us-dsp-2025", "id: eu")
                                .replace("more_than: 10000\n", "more_than: 500\n")
                                .replace("more_than: 100000\n", "more_than: 200000\n")
                                .replace("window_months: 12", "window_months: 24")
                                .replace("{years: 10,", "{years: 3,"));
        Rules rules = new Rules(List.of(dsp, stricter));
        assertThat(rules.threshold("user.health.medications").orElseThrow().pack())
                .isEqualTo(stricter);
        assertThat(rules.threshold("user.contact.email").orElseThrow().threshold().moreThan())
                .isEqualTo(100_000);
        assertThat(rules.threshold("user.behavior")).isEmpty();
        assertThat(rules.windowMonths()).isEqualTo(24);
        assertThat(rules.conflicts())
                .extracting(Rules.Conflict::what)
                .contains("user.health", "user.contact", "window", "retention")
                .doesNotContain("user.biometrics", "audit");
        assertThat(rules.conflicts())
                .filteredOn(conflict -> conflict.what().equals("user.health"))
                .singleElement()
                .satisfies(conflict -> {
                    assertThat(conflict.said())
                            .containsExactly(
                                    "us-dsp-2025@1: more than 10000 persons (28 CFR 202.205(d))",
                                    "eu@1: more than 500 persons (28 CFR 202.205(d))");
                    assertThat(conflict.counts()).startsWith("eu@1: more than 500");
                });
        assertThat(new Rules(List.of(dsp)).conflicts()).isEmpty();
    }

    @Test
    void problems_are_told_at_once() {
        assertThatExceptionOfType(YamlException.class)
                .isThrownBy(() ->
                        RulePackFile.read(
                                "p.yaml",
                                text().replace("Cuba: [CU]", "Cuba: [CUBA]")
                                        .replace("of: devices", "of: phones")
                                        .replace("      citation: 28 CFR 202.205(d)\n", "")
                                        .replace("[user.biometrics,", "[user.health,")))
                .satisfies(e -> assertThat(e.problems()).hasSize(4));
    }

    @Test
    void damaged_packs_are_read_or_refused() {
        Random random = new Random(20261122);
        int refused = 0;
        for (int round = 0; round < 500; round++) {
            StringBuilder damaged = new StringBuilder(text());
            for (int i = random.nextInt(4); i >= 0; i--) {
                int at = random.nextInt(damaged.length());
                damaged.replace(
                        at,
                        Math.min(damaged.length(), at + random.nextInt(9)),
                        String.valueOf("{}[]:,#\n -7aé".charAt(random.nextInt(13))));
            }
            try {
                RulePackFile.read("p.yaml", damaged.toString());
            } catch (YamlException e) {
                refused++;
            }
        }
        assertThat(refused).isBetween(100, 499);
    }
}
