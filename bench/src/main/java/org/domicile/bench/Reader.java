package org.domicile.bench;

import org.domicile.plan.StoreNames;

/** Who reads in a measurement, by what they see of the subject key of {@code impressions}. */
enum Reader {
    SHOWN("us_support", "us_support", "support"),
    PSEUDONYMISED("parent_analyst", "parent_analytics", "analytics"),
    HIDDEN("bench_reader", "bench_hidden", "oversight");

    /** What the demo's policy gets for {@link #HIDDEN}. */
    static final String HIDDEN_PERSON =
            """
              bench_reader:
                employer: auditor
                sits_in: IE
                resides_in: IE
            """;

    static final String HIDDEN_ACCESS =
            """

            permit (
              principal == Person::"bench_reader",
              action == Action::"act",
              resource == Audience::"bench_hidden"
            );
            """;

    static final String HIDDEN_AUDIENCE =
            """
              bench_hidden:
                counterparty: auditor
                jurisdictions: [us]
                purposes: [oversight]
                categories:
                  system: show
                  user.behavior: show
            """;

    final String accessor;
    final String audience;
    final String purpose;

    Reader(String accessor, String audience, String purpose) {
        this.accessor = accessor;
        this.audience = audience;
        this.purpose = purpose;
    }

    /** Whom the store knows them as. */
    String loginRole() {
        return StoreNames.loginRole(audience, accessor);
    }

    /** How the gateway is told the purpose. */
    String options() {
        return "-c domicile.purpose=" + purpose;
    }

    /** The policy of the demo, with {@link #HIDDEN}'s audience in it. */
    static String policy(DemoFiles demo) {
        return after(demo.policy(), "\naudiences:\n", HIDDEN_AUDIENCE);
    }

    /** The organisation of the demo, with {@link #HIDDEN} in it. */
    static String organisation(DemoFiles demo) {
        return after(demo.organisation(), "\npeople:\n", HIDDEN_PERSON);
    }

    /** The demo's policies about who may act as what, with {@link #HIDDEN}'s. */
    static String access(DemoFiles demo) {
        return demo.access() + HIDDEN_ACCESS;
    }

    private static String after(String text, String line, String added) {
        int at = text.indexOf(line);
        if (at < 0) {
            throw new IllegalArgumentException(
                    "the demo's files have no line" + line.stripTrailing());
        }
        return text.substring(0, at + line.length()) + added + text.substring(at + line.length());
    }
}
