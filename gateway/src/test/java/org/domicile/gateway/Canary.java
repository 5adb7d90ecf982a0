package org.domicile.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the raw cells of a {@link WalledStore} hold: values found nowhere else, which tell their
 * cell. Those that the audience does not show can be told from those it does: texts by how they
 * begin, numbers by their first digits, dates by their month, of which no view shows the day.
 */
final class Canary {
    /** The tables and their rows. Some shown texts are such as break lines and quoting. */
    static final String[] TABLES = {
        "CREATE SCHEMA app",
        """
        CREATE TABLE app.users (id text PRIMARY KEY, handle text, email text, birth_date date, country text,
          passport text)
        """,
        "CREATE TABLE app.videos (id text PRIMARY KEY, user_id text, title text, length text)",
        "CREATE TABLE app.views (user_id text, video_id text, at text)",
        """
        CREATE TABLE app.payments (id bigint PRIMARY KEY, user_id text, card text, amount numeric, paid_at timestamptz)
        """,
        "CREATE TABLE app.logins (user_id bigint, city text, at timestamptz)",
        "CREATE TABLE app.posts (user_id bigint, body text)",
        """
        INSERT INTO app.users SELECT 'zqh_users_id_' || i, 'zqs_users_handle_' || i, 'zqh_users_email_' || i,
          make_date(1931 + i, 7, i + 1), 'zqs_users_country_' || i % 4, 'zqh_users_passport_' || i
        FROM generate_series(1, 20) i
        """,
        """
        INSERT INTO app.videos SELECT 'zqh_videos_id_' || i, 'zqh_users_id_' || i % 10 + 1, 'zqs_videos_title_' || i,
          'zqs_videos_length_' || i
        FROM generate_series(1, 30) i
        """,
        """
        INSERT INTO app.views SELECT 'zqh_users_id_' || i % 15 + 1, 'zqs_views_video_id_' || i, 'zqs_views_at_' || i
        FROM generate_series(1, 40) i
        """,
        """
        INSERT INTO app.payments SELECT 9933000000000 + i, 'zqh_users_id_' || i, 'zqh_payments_card_' || i,
          5544330000 + i + 0.77, timestamptz '1929-07-01 04:05:06Z' + i * interval '1 day'
        FROM generate_series(1, 20) i
        """,
        """
        INSERT INTO app.logins SELECT 8811000000000 + i % 12, 'zqs_logins_city_' || i,
          timestamptz '1961-07-03 04:05:06Z' + i * interval '1 day'
        FROM generate_series(1, 25) i
        """,
        """
        INSERT INTO app.posts VALUES (6600000001, 'a,b'), (6600000001, 'say "hi"'), (6600000002, 'it''s'),
          (6600000003, E'back\\\\slash'), (6600000003, E'\\\\'), (6600000004, E'\\\\.'), (6600000004, ''),
          (6600000005, NULL), (6600000005, E'two\\nlines'), (6600000006, E'car\\rriage\\ttab'),
          (6600000007, '"'), (6600000007, '""'), (6600000008, E'\\\\N'), (6600000008, 'NULL'),
          (NULL, 'nobody''s'), (6600000009, E'ends in \\\\'), (6600000009, ';|~,'), (6600000010, E'\\b\\f\\v'),
          (6600000010, 'häßlich 漢字'), (6600000011, '1')
        """,
        "ANALYZE"
    };

    private static final Pattern HIDDEN =
            Pattern.compile(
                    "zqh_\\w*|99330000000\\d\\d|55443300\\d\\d|88110000000\\d\\d|19\\d\\d-07-(?!01)\\d\\d|07/(?!01)\\d\\d/19\\d\\d",
                    Pattern.CASE_INSENSITIVE);

    /** How the names of the gate's own columns begin. */
    private static final Pattern GATES_OWN = Pattern.compile("domicile_subject");

    /** As the token of a person is written, but pseudonyms are as well. */
    private static final Pattern HEX = Pattern.compile("(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])");

    private Canary() {}

    /** Nothing that the audience does not show may be in what a server sent. */
    static void assertNone(String bytes, String what) {
        assertNone(HIDDEN, bytes, what);
    }

    /** Nor may a name or a value of a column that the gate appended. */
    static void assertNoneAndNoSubject(String bytes, Set<String> tokens, String what) {
        assertNone(HIDDEN, bytes, what);
        assertNone(GATES_OWN, bytes, what);
        Matcher hex = HEX.matcher(bytes);
        while (hex.find()) {
            assertThat(tokens).as("in the answer to: %s", what).doesNotContain(hex.group());
        }
    }

    private static void assertNone(Pattern pattern, String bytes, String what) {
        Matcher found = pattern.matcher(bytes);
        if (found.find()) {
            assertThat(found.group()).as("in the answer to: %s", what).isNull();
        }
    }
}
