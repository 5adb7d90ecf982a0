package org.domicile.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TransformTest {
    @Test
    void every_transform_has_one_spelling() {
        List<Transform> all =
                List.of(
                        new Transform.Show(),
                        new Transform.Redact(),
                        new Transform.Pseudonym(),
                        new Transform.Truncate(),
                        new Transform.Generalise(Transform.Generalise.Unit.MONTH),
                        new Transform.Generalise(Transform.Generalise.Unit.YEAR),
                        new Transform.Bucket(1),
                        new Transform.Bucket(999_999_999_999_999L),
                        new Transform.Coarsen(1),
                        new Transform.Coarsen(20_000),
                        new Transform.Partial());
        assertThat(all.stream().map(Transform::text))
                .containsExactly(
                        "show",
                        "redact",
                        "pseudonym",
                        "truncate",
                        "generalise month",
                        "generalise year",
                        "bucket 1",
                        "bucket 999999999999999",
                        "coarsen 1 km",
                        "coarsen 20000 km",
                        "partial");
        assertThat(all)
                .allSatisfy(transform ->
                        assertThat(Transform.parse(transform.text())).isEqualTo(transform));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "hide",
                "Show",
                "show ",
                " show",
                "generalise",
                "generalise day",
                "generalise  month",
                "bucket",
                "bucket 0",
                "bucket 01",
                "bucket -1",
                "bucket 1.5",
                "bucket 1000000000000000",
                "bucket 1 km",
                "coarsen 1",
                "coarsen 0 km",
                "coarsen 20001 km",
                "coarsen 10 miles",
                "coarsen 99999999999999999999 km"
            })
    void any_other_spelling_is_refused(String text) {
        assertThatExceptionOfType(PlanFormatException.class)
                .isThrownBy(() -> Transform.parse(text));
    }

    @Test
    void the_refusal_says_what_to_write() {
        assertThatThrownBy(() -> Transform.parse("mask"))
                .hasMessage(
                        "unknown transform \"mask\"; write one of: show, redact, pseudonym,"
                                + " truncate, generalise month, generalise year, bucket N, coarsen N"
                                + " km, partial");
    }

    @Test
    void a_measure_out_of_its_bounds_is_refused() {
        assertThatThrownBy(() -> new Transform.Bucket(0)).isInstanceOf(PlanFormatException.class);
        assertThatThrownBy(() -> new Transform.Coarsen(0)).isInstanceOf(PlanFormatException.class);
        assertThatThrownBy(() -> new Transform.Coarsen(20_001))
                .isInstanceOf(PlanFormatException.class);
        // Nothing that has no spelling may be made, or its plan would not read back.
        assertThatThrownBy(() -> new Transform.Bucket(1_000_000_000_000_000L))
                .isInstanceOf(PlanFormatException.class);
    }

    @Test
    void random_texts_are_read_to_the_same_spelling_or_refused() {
        String[] pieces = {
            "show",
            "redact",
            "bucket",
            "coarsen",
            "km",
            " ",
            "0",
            "1",
            "9",
            "٣",
            "generalise",
            "month",
            "year",
            "partial",
            "-",
            ".",
            "\n",
            ""
        };
        Random random = new Random(1);
        int read = 0;
        int refused = 0;
        for (int round = 0; round < 50_000; round++) {
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(6); i >= 0; i--) {
                text.append(pieces[random.nextInt(pieces.length)]);
            }
            try {
                assertThat(Transform.parse(text.toString()).text()).isEqualTo(text.toString());
                read++;
            } catch (PlanFormatException e) {
                refused++;
            }
        }
        assertThat(read).isPositive();
        assertThat(refused).isPositive();
    }
}
