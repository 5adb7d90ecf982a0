package org.domicile.control.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.IntStream;
import org.domicile.ledger.note.NoteFormatException;
import org.domicile.plan.Plan;
import org.domicile.plan.PlanFormatException;
import org.domicile.plan.Transform;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The two documents: a request, and a signed act about one. */
class RequestTest {
    private static final Request REQUEST = World.request("analyst");
    private static final String JSON =
            "{\"counterparty\":\"app\",\"filed_at\":\"2026-11-22T12:00:00Z\",\"format\":\"domicile-request-1\","
                    + "\"jurisdiction\":\"us\",\"purpose\":\"support\",\"requester\":\"analyst\","
                    + "\"salt\":\"0123456789abcdef0123456789abcdef\",\"subjects\":[\"17\",\"4\"],"
                    + "\"tables\":[{\"columns\":[\"email\"],\"name\":\"users\",\"schema\":\"public\"}],"
                    + "\"ticket\":\"T-1\",\"until\":\"2026-11-22T13:00:00Z\"}";

    @Test
    void isWrittenAsItsSpecificationHasIt() {
        assertThat(REQUEST.toJson()).isEqualTo(JSON);
        assertThat(Request.fromJson(JSON)).isEqualTo(REQUEST);
        assertThat(REQUEST.digest())
                .isEqualTo("cb4ea4e87ca52d19cfd628f64e061d4a90ad48da4d30b32194dac633856d1818");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    T-1                  | T\\u00001
                    "T-1"                | " "
                    analyst              | Analyst
                    "17","4"             | "4","17"
                    "17","4"             | "17","17"
                    ["17","4"]           | []
                    T13:00:00Z           | T12:00:00Z
                    T13:00:00Z           | T13:00:60Z
                    T13:00:00Z           | T13:00:00.5Z
                    "email"              | "email","email"
                    ["email"]            | []
                    domicile-request-1   | domicile-request-2
                    0123456789abcdef0123 | 0123456789ABCDEF0123
                    "ticket":"T-1",      | ''
                    {"counterparty"      | { "counterparty"
                    """)
    void anythingElseIsRefused(String written, String instead) {
        assertThat(JSON).contains(written);
        String changed =
                JSON.replaceFirst(
                        java.util.regex.Pattern.quote(written),
                        java.util.regex.Matcher.quoteReplacement(instead));
        assertThatThrownBy(() -> Request.fromJson(changed)).isInstanceOf(PlanFormatException.class);
    }

    @Test
    void isForColumnsAsTheyAreAndForNotTooManyPeople() {
        assertThatThrownBy(() -> of(new Transform.Pseudonym(), List.of("1")))
                .hasMessageContaining("columns as they are");
        assertThatThrownBy(() ->
                        of(
                                new Transform.Show(),
                                IntStream.range(0, 10_001).mapToObj(Integer::toString).toList()))
                .hasMessageContaining("1 to 10000 people");
        Request large =
                of(
                        new Transform.Show(),
                        IntStream.range(0, 10_000).mapToObj(i -> "\"".repeat(20) + i).toList());
        assertThatThrownBy(large::toJson).hasMessageContaining("ask for fewer people");
    }

    private static Request of(Transform transform, List<String> subjects) {
        return new Request(
                "analyst",
                "app",
                "us",
                "support",
                "T-1",
                List.of(
                        new Plan.View(
                                World.USERS, List.of(new Plan.ViewColumn("email", transform)))),
                subjects,
                REQUEST.until(),
                REQUEST.filedAt(),
                REQUEST.salt());
    }

    @Test
    void aSignedActIsOfOneKeyAndOneRequest() {
        String note = World.note(SignedAct.Kind.APPROVE, REQUEST, "second");
        SignedAct act = SignedAct.parse(note);
        assertThat(act.kind()).isEqualTo(SignedAct.Kind.APPROVE);
        assertThat(act.about()).isEqualTo(REQUEST.digest());
        assertThat(act.isBy(World.key("second").verifierKey())).isTrue();
        assertThat(act.isBy(World.key("eye").verifierKey())).isFalse();
        assertThat(note)
                .startsWith(
                        "domicile-request/v1\napprove\n"
                                + REQUEST.digest()
                                + "\n2026-11-22T12:00:00Z\n\n\u2014 domicile-approval ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\napprove\n>\nagree\n",
                "v1>v2",
                ":00Z>:00.1Z",
                "\n\n>\n\n\n",
                "approval >approval  "
            })
    void aNoteThatIsOtherwiseIsNone(String change) {
        String[] parts = change.split(">", -1);
        String note = World.note(SignedAct.Kind.APPROVE, REQUEST, "second");
        assertThat(note).contains(parts[0]);
        String changed = note.replace(parts[0], parts[1]);
        assertThatThrownBy(() -> SignedAct.parse(changed)).isInstanceOf(NoteFormatException.class);
    }

    @Test
    void namesNobodyInALogLine() {
        assertThat(REQUEST.toString()).doesNotContain("analyst").doesNotContain("17");
    }
}
