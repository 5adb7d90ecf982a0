package org.domicile.plan;

import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The rules between a plan's parts: nothing is named that is not there. */
final class PlanConsistency {
    private PlanConsistency() {}

    static void check(
            String custodian,
            List<Plan.Entity> entities,
            List<Plan.Table> tables,
            List<Plan.Audience> audiences) {
        Set<String> entityIds =
                entities.stream().map(Plan.Entity::id).collect(Collectors.toUnmodifiableSet());
        Map<RelationName, Plan.Table> tablesByName = new HashMap<>();
        tables.forEach(table -> tablesByName.put(table.name(), table));

        require(entityIds.contains(custodian), "custodian", custodian, "an entity");
        for (Plan.Table table : tables) {
            for (String subject : table.subjects()) {
                require(table.column(subject).isPresent(), "subject key", subject, "a column");
            }
        }
        for (Plan.Audience audience : audiences) {
            require(
                    entityIds.contains(audience.counterparty()),
                    "counterparty",
                    audience.counterparty(),
                    "an entity");
            for (Plan.View view : audience.views()) {
                Plan.Table table = tablesByName.get(view.table());
                require(table != null, "view", view.table().toString(), "a table");
                if (table != null) {
                    requireColumns(view, table);
                }
            }
        }
    }

    /** Both lists ascend by name, so one pass over them is enough. */
    private static void requireColumns(Plan.View view, Plan.Table table) {
        Iterator<Plan.Column> columns = table.columns().iterator();
        for (Plan.ViewColumn column : view.columns()) {
            boolean found = false;
            while (!found && columns.hasNext()) {
                found = columns.next().name().equals(column.name());
            }
            if (!found) {
                require(
                        false,
                        "view column",
                        view.table() + "." + column.name(),
                        "a column of its table");
            }
        }
    }

    private static void require(boolean holds, String what, String name, String whatItMustBe) {
        if (!holds) {
            throw new PlanFormatException(
                    what + " \"" + name + "\" is not " + whatItMustBe + " of this plan");
        }
    }
}
