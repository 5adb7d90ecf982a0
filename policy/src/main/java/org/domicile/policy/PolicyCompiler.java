package org.domicile.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.domicile.plan.Plan;

/** Turns a policy into one plan per jurisdiction. The same policy gives the same. */
public final class PolicyCompiler {
    private final Policy policy;

    private PolicyCompiler(Policy policy) {
        this.policy = policy;
    }

    /** Every jurisdiction's plan, by its name. */
    public static Map<String, Plan> compile(Policy policy) {
        PolicyCompiler compiler = new PolicyCompiler(policy);
        Map<String, Plan> plans = new TreeMap<>();
        policy.jurisdictions()
                .values()
                .forEach(jurisdiction -> plans.put(jurisdiction.id(), compiler.plan(jurisdiction)));
        return plans;
    }

    private Plan plan(Policy.Jurisdiction jurisdiction) {
        List<Plan.Table> tables =
                policy.tables().values().stream()
                        .filter(table -> table.jurisdictions().contains(jurisdiction.id()))
                        .map(Policy.Table::table)
                        .toList();
        List<Plan.Audience> audiences =
                policy.audiences().values().stream()
                        .filter(audience -> audience.jurisdictions().contains(jurisdiction.id()))
                        .map(audience -> audience(audience, tables))
                        .toList();
        List<Plan.Entity> entities =
                Stream.concat(
                                Stream.of(jurisdiction.custodian()),
                                audiences.stream().map(Plan.Audience::counterparty))
                        .distinct()
                        .map(id -> Objects.requireNonNull(policy.entities().get(id), id))
                        .toList();
        return new Plan(jurisdiction.id(), jurisdiction.custodian(), entities, tables, audiences);
    }

    private static Plan.Audience audience(Policy.Audience audience, List<Plan.Table> tables) {
        Sight sight = new Sight(audience);
        List<Plan.View> views = new ArrayList<>();
        for (Plan.Table table : tables) {
            List<Plan.ViewColumn> columns = new ArrayList<>();
            for (Plan.Column column : table.columns()) {
                sight.of(table.name(), column)
                        .ifPresent(transform ->
                                columns.add(new Plan.ViewColumn(column.name(), transform)));
            }
            if (!columns.isEmpty()) {
                views.add(new Plan.View(table.name(), columns));
            }
        }
        return new Plan.Audience(
                audience.name(), audience.counterparty(), audience.purposes(), views);
    }
}
