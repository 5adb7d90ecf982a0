package org.domicile.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class StoreNamesTest {
    private static final String LONGEST_AUDIENCE = "a".repeat(Names.MAX_AUDIENCE_LENGTH);
    private static final String LONGEST_ACCESSOR = "b".repeat(Names.MAX_ACCESSOR_LENGTH);

    /** PostgreSQL would cut longer ones, and two could become one. */
    @Test
    void the_longest_names_fit_an_identifier() {
        assertThat(StoreNames.loginRole(LONGEST_AUDIENCE, LONGEST_ACCESSOR))
                .hasSizeLessThanOrEqualTo(Names.MAX_IDENTIFIER_BYTES);
        assertThat(StoreNames.schema(LONGEST_AUDIENCE, Long.MAX_VALUE))
                .hasSizeLessThanOrEqualTo(Names.MAX_IDENTIFIER_BYTES);
        assertThat(StoreNames.subjectSchema(LONGEST_AUDIENCE, Long.MAX_VALUE))
                .hasSizeLessThanOrEqualTo(Names.MAX_IDENTIFIER_BYTES);
        assertThat(StoreNames.audienceRole(LONGEST_AUDIENCE))
                .hasSizeLessThanOrEqualTo(Names.MAX_IDENTIFIER_BYTES);
        assertThat(Names.isName(LONGEST_AUDIENCE, Names.MAX_AUDIENCE_LENGTH)).isTrue();
        assertThat(Names.isName(LONGEST_AUDIENCE + "a", Names.MAX_AUDIENCE_LENGTH)).isFalse();
    }

    @Test
    void no_two_pairs_share_a_role() {
        assertThat(StoreNames.loginRole("a_b", "c")).isNotEqualTo(StoreNames.loginRole("a", "b_c"));
        assertThat(StoreNames.loginRole("a", "b")).isNotEqualTo(StoreNames.audienceRole("a_b"));
        assertThat(Names.isName("a-b", Names.MAX_AUDIENCE_LENGTH)).isFalse();
    }

    @Test
    void a_token_column_has_a_name_of_its_own_however_long_the_keys() {
        assertThat(StoreNames.subjectColumn("user_id")).isEqualTo("domicile_subject_user_id");
        String longest = "domicile_subject_" + "k".repeat(46);
        assertThat(StoreNames.subjectColumn("k".repeat(46))).isEqualTo(longest).hasSize(63);
        String one = StoreNames.subjectColumn("k".repeat(47));
        String other = StoreNames.subjectColumn("k".repeat(46) + "l");
        assertThat(one).hasSize(63).startsWith("domicile_subject_").isNotEqualTo(other);
        assertThat(one).isNotEqualTo(longest);
        assertThat(StoreNames.subjectColumn("\u00e9".repeat(24))).hasSize(63);
    }

    @Test
    void what_is_not_the_users_own_is_reserved() {
        assertThat(StoreNames.isReservedSchema("pg_catalog")).isTrue();
        assertThat(StoreNames.isReservedSchema("information_schema")).isTrue();
        assertThat(StoreNames.isReservedSchema(StoreNames.SCHEMA)).isTrue();
        assertThat(StoreNames.isReservedSchema(StoreNames.schema("abroad", 1))).isTrue();
        assertThat(StoreNames.isReservedSchema(StoreNames.subjectSchema("abroad", 1))).isTrue();
        assertThat(StoreNames.isReservedSchema("public")).isFalse();
        assertThat(StoreNames.isReservedSchema("domicile_app")).isFalse();
    }

    @Test
    void a_password_belongs_to_one_secret_and_one_role() {
        String secret = "0123456789abcdef0123456789abcdef";
        // printf 'domicile backend password\ndom_a-b' | openssl dgst -sha256 -hmac $secret
        assertThat(BackendPassword.derive(secret, "dom_a-b"))
                .isEqualTo("80f676286a2ac2ee05f939df1ce88edfa872b3841099b0f8612c3f108730d2e5");
        assertThat(BackendPassword.derive(secret, "dom_a-c"))
                .isNotEqualTo(BackendPassword.derive(secret, "dom_a-b"));
        assertThat(BackendPassword.derive(secret + "0", "dom_a-b"))
                .isNotEqualTo(BackendPassword.derive(secret, "dom_a-b"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> BackendPassword.derive("hunter2", "dom_a-b"))
                .withMessage("a store secret has at least 32 characters");
    }
}
