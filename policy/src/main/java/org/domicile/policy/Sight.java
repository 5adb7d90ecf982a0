package org.domicile.policy;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.domicile.plan.Plan;
import org.domicile.plan.RelationName;
import org.domicile.plan.Transform;

/**
 * What one audience sees of each column: a rule for the column itself, else the rule of its
 * category or the category's nearest ancestor, else nothing.
 */
final class Sight {
    private final Policy.Audience audience;

    /** A plan asks for the same few categories over and over. */
    private final Map<String, Optional<Transform>> byCategory = new HashMap<>();

    Sight(Policy.Audience audience) {
        this.audience = audience;
    }

    /** Empty where the column is hidden. */
    Optional<Transform> of(RelationName table, Plan.Column column) {
        if (!audience.columns().isEmpty()) {
            Optional<Transform> own =
                    audience.columns().get(new Policy.ColumnName(table, column.name()));
            if (own != null) {
                return own;
            }
        }
        return byCategory.computeIfAbsent(column.category(), this::ofCategory);
    }

    private Optional<Transform> ofCategory(String category) {
        return DataCategories.nearest(audience.categories(), category).flatMap(rule -> rule);
    }
}
