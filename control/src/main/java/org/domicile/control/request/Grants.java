package org.domicile.control.request;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.domicile.control.organisation.Organisation;
import org.domicile.plan.Plan;
import org.domicile.plan.Roster;

/**
 * What a store is to show: a policy's plan and roster with the grants that are in force.
 *
 * @param plan with an audience for each grant
 * @param roster in which each requester may act as their grants' audiences
 */
public record Grants(Plan plan, Roster roster) {
    /**
     * Puts grants into a plan and a roster that have none.
     *
     * @param organisation knows the requesters and their employers
     */
    public static Grants merge(
            Plan plan,
            Roster roster,
            Organisation organisation,
            Collection<RequestState.Approved> approved) {
        List<Plan.Entity> entities = new ArrayList<>(plan.entities());
        List<Plan.Audience> audiences = new ArrayList<>(plan.audiences());
        List<Roster.Granted> granted = new ArrayList<>(roster.grants());
        List<Roster.Accessor> accessors = new ArrayList<>(roster.accessors());
        for (RequestState.Approved grant : approved) {
            Request request = grant.request();
            Plan.Grant inPlan = request.grant();
            if (audiences.stream().anyMatch(a -> a.name().equals(inPlan.audience()))) {
                continue; // 48 bits of a digest alike: no accident, and no reason to stop an apply
            }
            if (entities.stream().noneMatch(e -> e.id().equals(request.counterparty()))) {
                entities.add(entity(organisation, request.counterparty()));
            }
            audiences.add(
                    new Plan.Audience(
                            inPlan.audience(),
                            request.counterparty(),
                            List.of(request.purpose()),
                            request.views(),
                            Optional.of(inPlan)));
            granted.add(new Roster.Granted(inPlan.audience(), request.salt(), request.subjects()));
            admit(accessors, organisation, grant);
        }
        return new Grants(
                new Plan(plan.jurisdiction(), plan.custodian(), entities, plan.tables(), audiences),
                new Roster(roster.jurisdiction(), accessors, granted));
    }

    /**
     * What of a plan in force is the policy's: the same without its grants, as if none had been put
     * into it.
     */
    public static Grants lasting(Plan plan, Roster roster) {
        List<Plan.Audience> audiences =
                plan.audiences().stream().filter(a -> a.grant().isEmpty()).toList();
        Set<String> names = audiences.stream().map(Plan.Audience::name).collect(Collectors.toSet());
        Set<String> entities =
                Stream.concat(
                                Stream.of(plan.custodian()),
                                audiences.stream().map(Plan.Audience::counterparty))
                        .collect(Collectors.toSet());
        List<Roster.Accessor> accessors = new ArrayList<>();
        for (Roster.Accessor accessor : roster.accessors()) {
            List<String> theirs = accessor.audiences().stream().filter(names::contains).toList();
            if (!theirs.isEmpty()) {
                accessors.add(
                        new Roster.Accessor(
                                accessor.id(),
                                accessor.entity(),
                                accessor.sitsIn(),
                                accessor.residesIn(),
                                theirs));
            }
        }
        return new Grants(
                new Plan(
                        plan.jurisdiction(),
                        plan.custodian(),
                        plan.entities().stream().filter(e -> entities.contains(e.id())).toList(),
                        plan.tables(),
                        audiences),
                new Roster(roster.jurisdiction(), accessors));
    }

    private static Plan.Entity entity(Organisation organisation, String id) {
        return organisation.planEntities().stream()
                .filter(entity -> entity.id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    /** Lets the requester act as the audience, who may have had none before. */
    private static void admit(
            List<Roster.Accessor> accessors,
            Organisation organisation,
            RequestState.Approved grant) {
        Request request = grant.request();
        Organisation.Person person =
                Optional.ofNullable(organisation.people().get(request.requester())).orElseThrow();
        List<String> audiences = new ArrayList<>();
        List<Roster.Limit> limits = new ArrayList<>();
        accessors.stream()
                .filter(accessor -> accessor.id().equals(person.id()))
                .forEach(accessor -> {
                    audiences.addAll(accessor.audiences());
                    limits.addAll(accessor.limits());
                });
        audiences.add(request.grant().audience());
        accessors.removeIf(accessor -> accessor.id().equals(person.id()));
        accessors.add(
                new Roster.Accessor(
                        person.id(),
                        request.counterparty(),
                        person.sitsIn(),
                        person.residesIn(),
                        audiences,
                        limits));
    }
}
