package org.domicile.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.domicile.plan.Plan;
import org.domicile.plan.Roster;

/** Turns a policy into one plan and one roster per jurisdiction. The same policy gives the same. */
public final class PolicyCompiler {
    private final Policy policy;

    private PolicyCompiler(Policy policy) {
        this.policy = policy;
    }

    /** What one store shows, and to whom. */
    public record Compiled(Plan plan, Roster roster) {}

    /** Everything, by jurisdiction. */
    public static Map<String, Compiled> compile(Policy policy) {
        PolicyCompiler compiler = new PolicyCompiler(policy);
        Map<String, Compiled> compiled = new TreeMap<>();
        policy.jurisdictions()
                .values()
                .forEach(jurisdiction ->
                        compiled.put(
                                jurisdiction.id(),
                                new Compiled(
                                        compiler.plan(jurisdiction),
                                        compiler.roster(jurisdiction.id()))));
        return compiled;
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
                        .map(entity -> new Plan.Entity(entity.id(), entity.country()))
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

    /** Those with something to see there; each audience there only. */
    private Roster roster(String jurisdiction) {
        List<Roster.Accessor> accessors =
                policy.people().values().stream()
                        .map(person -> accessor(person, jurisdiction))
                        .filter(accessor -> !accessor.audiences().isEmpty())
                        .toList();
        return new Roster(jurisdiction, accessors);
    }

    private Roster.Accessor accessor(Policy.Person person, String jurisdiction) {
        List<String> audiences =
                person.audiences().stream()
                        .filter(name ->
                                Objects.requireNonNull(policy.audiences().get(name), name)
                                        .jurisdictions()
                                        .contains(jurisdiction))
                        .toList();
        return new Roster.Accessor(
                person.id(), person.employer(), person.sitsIn(), person.residesIn(), audiences);
    }
}
