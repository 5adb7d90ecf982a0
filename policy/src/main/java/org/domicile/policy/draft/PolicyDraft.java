package org.domicile.policy.draft;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.domicile.plan.Names;
import org.domicile.plan.RelationName;
import org.domicile.plan.StoreNames;
import org.domicile.policy.DataCategories;
import org.domicile.yaml.YamlText;

/** The writer of a first {@code domicile.yaml} for a store, in which everything is hidden. */
public final class PolicyDraft {
    private final PeopleTable people;
    private final StringBuilder out = new StringBuilder();

    private PolicyDraft(PeopleTable people) {
        this.people = people;
    }

    /**
     * Writes the file.
     *
     * @param jurisdiction the store's name in it
     * @param tables those of the store; PostgreSQL's and Domicile's own are left out
     */
    public static String write(String jurisdiction, List<DiscoveredTable> tables) {
        if (!Names.isName(jurisdiction, Names.MAX_NAME_LENGTH)) {
            throw new IllegalArgumentException(
                    "a jurisdiction's name has lower-case letters, digits and _, a letter first");
        }
        List<DiscoveredTable> theirs =
                tables.stream()
                        .filter(table -> !StoreNames.isReservedSchema(table.name().schema()))
                        .sorted(Comparator.comparing(DiscoveredTable::name))
                        .toList();
        PolicyDraft draft = new PolicyDraft(PeopleTable.among(theirs));
        draft.head(jurisdiction);
        draft.out.append("tables:\n");
        theirs.forEach(draft::table);
        draft.audiences(jurisdiction);
        return draft.out.toString();
    }

    private void head(String jurisdiction) {
        String prefix = "DOMICILE_" + jurisdiction.toUpperCase(Locale.ROOT);
        out.append(
                """
                # A first policy for this store, drafted from its tables' names and types. Everything in it
                # is hidden: nobody sees a column until an audience, at the end, has a rule for it.
                #
                # Go through the tables, mend the guesses, and give each column that is still a comment a
                # category: what it is, in fideslang's words. docs/policy.md describes this file, and
                # policy/src/main/resources/domicile.schema.json makes editors complete it.

                domicile: 1

                jurisdictions:
                  %1$s:
                    name: "%1$s" # the territory's name, for people
                    custodian: custodian # an entity of organisation.yaml, which lies beside this file
                    store: ${%2$s_STORE} # postgresql://host:5432/database
                    secret: ${%2$s_SECRET} # at least 32 random characters
                    requests: ${%2$s_REQUESTS} # for those who ask and decide, and have no secret

                purposes:
                  support: Answer a user's own request
                  analytics: Learn how the product is used, about nobody in particular

                """
                        .formatted(jurisdiction, prefix));
        people.name()
                .ifPresent(name ->
                        out.append("# The people are taken to be those of ")
                                .append(YamlText.comment(name.spelling()))
                                .append(
                                        ": a subject is a column that leads to one of"
                                                + " them.\n"));
    }

    private void table(DiscoveredTable table) {
        List<String> subjects = people.subjects(table);
        Map<String, String> guesses = new LinkedHashMap<>();
        for (DiscoveredTable.Column column : table.columns()) {
            Optional<String> guess =
                    subjects.contains(column.name())
                            ? Optional.of("user.unique_id")
                            : CategoryGuess.of(column);
            guess.ifPresent(category -> guesses.put(column.name(), category));
        }
        // Without a column, or with a dot in its schema's name, a table can only be a comment.
        boolean written =
                !guesses.isEmpty()
                        && RelationName.parse(table.name().spelling()).equals(table.name());
        String line = written ? "" : "# ";
        out.append("  ")
                .append(line)
                .append(YamlText.scalar(table.name().spelling()))
                .append(":\n");
        if (guesses.values().stream().anyMatch(DataCategories::isPersonal)) {
            out.append("    ").append(line).append("subject: ").append(list(subjects));
            out.append(subjects.isEmpty() ? " # whose rows are these?\n" : "\n");
        }
        out.append("    ").append(line).append("columns:\n");
        for (DiscoveredTable.Column column : table.columns()) {
            String guess = guesses.get(column.name());
            out.append("      ")
                    .append(guess == null ? "# " : line)
                    .append(YamlText.scalar(column.name()))
                    .append(guess == null ? ":" : ": " + guess)
                    .append(" # ")
                    .append(YamlText.comment(column.type()))
                    .append('\n');
        }
        out.append('\n');
    }

    private static String list(List<String> names) {
        return names.size() == 1
                ? YamlText.scalar(names.get(0))
                : names.stream().map(YamlText::scalar).collect(Collectors.joining(", ", "[", "]"));
    }

    private void audiences(String jurisdiction) {
        out.append(
                """
                audiences: # who sees what; take the comment signs away to begin with
                  # support:
                  #   counterparty: custodian
                  #   jurisdictions: [%1$s]
                  #   purposes: [support]
                  #   categories:
                  #     user: show
                  #     user.authorization: hide
                  # analytics:
                  #   counterparty: partner
                  #   jurisdictions: [%1$s]
                  #   purposes: [analytics]
                  #   categories:
                  #     user.unique_id: pseudonym
                  #     user.contact.email: partial
                  #     user.demographic.date_of_birth: generalise year
                """
                        .formatted(jurisdiction));
    }
}
