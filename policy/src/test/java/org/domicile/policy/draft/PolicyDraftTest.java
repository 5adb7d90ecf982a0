package org.domicile.policy.draft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.domicile.plan.Plan;
import org.domicile.plan.RelationName;
import org.domicile.policy.Policy;
import org.domicile.policy.PolicyCompiler;
import org.domicile.policy.PolicyFile;
import org.junit.jupiter.api.Test;

class PolicyDraftTest {
    private static final RelationName USERS = new RelationName("public", "users");

    private static final List<DiscoveredTable> SHOP =
            List.of(
                    table(
                            USERS,
                            List.of("id"),
                            Map.of(),
                            "id bigint",
                            "email public.citext",
                            "email_verified boolean",
                            "birth_date date",
                            "lastSeenIp inet",
                            "created_at timestamp with time zone"),
                    table(
                            new RelationName("shop", "orders"),
                            List.of("id"),
                            Map.of("buyer", USERS),
                            "id bigint",
                            "buyer bigint",
                            "postal_code character varying(12)",
                            "amount numeric(10,2)"),
                    table(
                            new RelationName("public", "currencies"),
                            List.of("code"),
                            Map.of(),
                            "code text",
                            "digits smallint"),
                    table(
                            new RelationName("domicile", "users"),
                            List.of("id"),
                            Map.of(),
                            "id bigint"));

    private static DiscoveredTable table(
            RelationName name,
            List<String> primaryKey,
            Map<String, RelationName> references,
            String... columns) {
        List<DiscoveredTable.Column> read = new ArrayList<>();
        for (String column : columns) {
            int space = column.indexOf(' ');
            read.add(
                    new DiscoveredTable.Column(
                            column.substring(0, space), column.substring(space + 1)));
        }
        List<DiscoveredTable.Reference> keys =
                references.entrySet().stream()
                        .map(key -> new DiscoveredTable.Reference(key.getKey(), key.getValue()))
                        .toList();
        return new DiscoveredTable(name, read, primaryKey, keys);
    }

    private static Policy read(String text) {
        return PolicyFile.read(
                "domicile.yaml",
                text,
                List.of(new Plan.Entity("custodian", "US"), new Plan.Entity("partner", "SG")),
                name -> null);
    }

    private static Map<String, String> categories(Plan.Table table) {
        return table.columns().stream()
                .collect(Collectors.toMap(Plan.Column::name, Plan.Column::category));
    }

    @Test
    void guesses_what_columns_are_and_whose() {
        Policy policy = read(PolicyDraft.write("us", SHOP));

        Policy.Table users = policy.tables().get(USERS);
        Policy.Table orders = policy.tables().get(new RelationName("shop", "orders"));
        assertThat(users).isNotNull();
        assertThat(orders).isNotNull();
        assertThat(users.table().subjects()).containsExactly("id");
        assertThat(categories(users.table()))
                .isEqualTo(
                        Map.of(
                                "id", "user.unique_id",
                                "email", "user.contact.email",
                                "birth_date", "user.demographic.date_of_birth",
                                "lastSeenIp", "user.device.ip_address"));
        assertThat(orders.table().subjects()).containsExactly("buyer");
        assertThat(categories(orders.table()))
                .isEqualTo(
                        Map.of(
                                "buyer", "user.unique_id",
                                "postal_code", "user.contact.address.postal_code"));
        assertThat(policy.tables()).hasSize(2);
    }

    @Test
    void everything_is_hidden() {
        Policy policy = read(PolicyDraft.write("us", SHOP));
        assertThat(policy.audiences()).isEmpty();
        assertThat(PolicyCompiler.compile(policy).get("us"))
                .satisfies(plan -> assertThat(plan.audiences()).isEmpty());
    }

    /** What a newcomer does first: take the comment signs away. */
    @Test
    void its_comments_are_a_policy_too() {
        String draft = PolicyDraft.write("us", SHOP);
        int audiences = draft.indexOf("\naudiences:");
        String uncommented =
                draft.substring(0, audiences) + draft.substring(audiences).replace("  # ", "  ");
        Policy policy = read(uncommented);
        assertThat(policy.audiences().keySet()).containsExactly("support", "analytics");
    }

    @Test
    void what_has_no_guess_is_a_comment_with_its_type() {
        assertThat(PolicyDraft.write("us", SHOP))
                .contains("      # created_at: # timestamp with time zone\n")
                .contains("      email: user.contact.email # public.citext\n")
                .contains("  # currencies:\n");
    }

    @Test
    void names_of_any_spelling_read_back() {
        Random random = new Random(20261122);
        for (int round = 0; round < 500; round++) {
            RelationName name = new RelationName("s" + round, identifier(random));
            String email = identifier(random);
            DiscoveredTable table =
                    new DiscoveredTable(
                            name,
                            List.of(
                                    new DiscoveredTable.Column("ip", "text\n- evil: {"),
                                    new DiscoveredTable.Column("mail", "text"),
                                    new DiscoveredTable.Column(email, "inet")),
                            List.of(),
                            List.of(new DiscoveredTable.Reference(email, USERS)));
            Policy policy = read(PolicyDraft.write("us", List.of(SHOP.get(0), table)));
            Policy.Table read = policy.tables().get(name);
            assertThat(read).as(name.name()).isNotNull();
            assertThat(read.table().subjects()).containsExactly(email);
            assertThat(read.table().columns())
                    .extracting(Plan.Column::name)
                    .contains(email, "mail");
        }
    }

    private static String identifier(Random random) {
        int[] likely = {'a', 'B', '_', '.', ' ', ':', '#', '"', '\'', '\\', '\n', '\t', '{', '~'};
        int[] rarely = {0x7f, 0x85, 0xa0, 0xe9, 0x2028, 0xfeff, 0x4e2d, 0x1f600, 1, 0xd7ff, 0xffff};
        StringBuilder text = new StringBuilder();
        int length = 1 + random.nextInt(12);
        for (int i = 0; i < length; i++) {
            int[] from = random.nextInt(4) == 0 ? rarely : likely;
            text.appendCodePoint(from[random.nextInt(from.length)]);
        }
        return text.toString();
    }

    @Test
    void a_schema_that_cannot_be_written_is_a_comment() {
        DiscoveredTable odd =
                table(new RelationName("a.b", "users"), List.of("id"), Map.of(), "id bigint");
        String draft = PolicyDraft.write("us", List.of(odd));
        assertThat(read(draft).tables()).isEmpty();
        assertThat(draft).contains("  # a.b.users:\n");
    }

    @Test
    void an_empty_store_has_a_draft() {
        assertThat(read(PolicyDraft.write("us", List.of())).tables()).isEmpty();
        assertThatIllegalArgumentException().isThrownBy(() -> PolicyDraft.write("U.S.", List.of()));
    }
}
