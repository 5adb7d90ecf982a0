package org.domicile.control.access;

import com.cedarpolicy.model.entity.Entity;
import com.cedarpolicy.value.CedarList;
import com.cedarpolicy.value.EntityTypeName;
import com.cedarpolicy.value.EntityUID;
import com.cedarpolicy.value.PrimBool;
import com.cedarpolicy.value.PrimString;
import com.cedarpolicy.value.Value;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.domicile.control.organisation.Coverage;
import org.domicile.control.organisation.Organisation;
import org.domicile.control.request.Ownership;
import org.domicile.plan.Plan;

/**
 * What an organisation and a plan are in Cedar's terms, by {@code access.cedarschema}: of each
 * request only the entities that its policies can reach.
 */
final class CedarEntities {
    static final EntityTypeName PERSON = type("Person");
    static final EntityTypeName JOB = type("Job");
    static final EntityTypeName ENTITY = type("Entity");
    static final EntityTypeName STATE = type("State");
    static final EntityTypeName TEAM = type("Team");
    static final EntityTypeName ROLE = type("Role");
    static final EntityTypeName AUDIENCE = type("Audience");
    static final EntityTypeName JURISDICTION = type("Jurisdiction");
    static final EntityUID ACT = type("Action").of("act");

    private final Organisation organisation;
    private final Coverage coverage;
    private final Ownership ownership;

    /** By their ids: few, and asked for with each accessor. */
    private final Map<String, Set<Entity>> employers = new ConcurrentHashMap<>();

    CedarEntities(Organisation organisation, Coverage coverage) {
        this.organisation = organisation;
        this.coverage = coverage;
        this.ownership = new Ownership(organisation);
    }

    private static EntityTypeName type(String name) {
        return EntityTypeName.parse(name).orElseThrow();
    }

    /** The accessor, who works for an entity of the organisation. */
    Entity principal(Organisation.Accessor accessor, String employer) {
        Map<String, Value> attributes = new HashMap<>();
        Set<EntityUID> parents = new HashSet<>();
        parents.add(ENTITY.of(employer));
        accessor.teams().forEach(team -> parents.add(TEAM.of(team)));
        attributes.put("employer", ENTITY.of(employer));
        attributes.put("sitsIn", text(accessor.sitsIn()));
        attributes.put("residesIn", text(accessor.residesIn()));
        attributes.put("isCovered", new PrimBool(coverage.isCovered(accessor.id())));
        Collection<Organisation.Person> superiors =
                switch (accessor) {
                    case Organisation.Person person -> {
                        person.roles().forEach(role -> parents.add(ROLE.of(role.text())));
                        attributes.put("contractsWith", entities(person.contractsWith()));
                        attributes.put("citizenOf", texts(person.citizenOf()));
                        attributes.put("settledIn", texts(person.settledIn()));
                        yield organisation.superiors(person.id());
                    }
                    case Organisation.Job job -> {
                        Set<Organisation.Person> above =
                                new HashSet<>(organisation.superiors(job.responsible()));
                        above.add(organisation.people().get(job.responsible()));
                        yield above;
                    }
                };
        attributes.put(
                "superiors",
                new CedarList(superiors.stream().map(s -> (Value) PERSON.of(s.id())).toList()));
        attributes.put(
                "superiorsSitIn",
                texts(superiors.stream().map(Organisation.Person::sitsIn).distinct().toList()));
        attributes.put(
                "hasCoveredSuperior",
                new PrimBool(superiors.stream().anyMatch(s -> coverage.isCovered(s.id()))));
        return new Entity(uid(accessor), attributes, parents);
    }

    static EntityUID uid(Organisation.Accessor accessor) {
        return switch (accessor) {
            case Organisation.Person person -> PERSON.of(person.id());
            case Organisation.Job job -> JOB.of(job.id());
        };
    }

    /** An entity, and those that own so much of it that they count. */
    Set<Entity> withOwners(String entity) {
        return employers.computeIfAbsent(
                entity,
                id -> {
                    Set<Entity> found = new HashSet<>();
                    Map<String, String> owners = ownership.owners(id);
                    found.add(entity(id, owners.keySet()));
                    owners.keySet().stream()
                            .filter(organisation.entities()::containsKey)
                            .forEach(owner ->
                                    found.add(entity(owner, ownership.owners(owner).keySet())));
                    return Set.copyOf(found);
                });
    }

    private Entity entity(String id, Set<String> owners) {
        Organisation.Entity entity = organisation.entities().get(id);
        if (entity == null) {
            throw new IllegalArgumentException("no entity of the organisation");
        }
        Set<EntityUID> parents = new HashSet<>();
        for (String owner : owners) {
            if (organisation.entities().containsKey(owner)) {
                parents.add(ENTITY.of(owner));
            } else if (!organisation.people().containsKey(owner)) {
                parents.add(STATE.of(owner));
            }
        }
        return new Entity(
                ENTITY.of(id),
                Map.of(
                        "organisedIn", texts(entity.organisedIn()),
                        "placeOfBusiness", text(entity.placeOfBusiness()),
                        "isCovered", new PrimBool(coverage.isCovered(id))),
                parents);
    }

    static Entity audience(Plan plan, Plan.Audience audience) {
        Set<String> categories = new TreeSet<>();
        for (Plan.View view : audience.views()) {
            plan.table(view.table())
                    .ifPresent(table ->
                            view.columns().stream()
                                    .flatMap(shown -> table.column(shown.name()).stream())
                                    .forEach(
                                            column -> addWithWider(column.category(), categories)));
        }
        return new Entity(
                AUDIENCE.of(audience.name()),
                Map.of(
                        "counterparty", ENTITY.of(audience.counterparty()),
                        "purposes", texts(audience.purposes()),
                        "categories", texts(categories)),
                Set.of(JURISDICTION.of(plan.jurisdiction())));
    }

    /** {@code user.contact.email} is {@code user.contact} and {@code user} too. */
    private static void addWithWider(String category, Set<String> categories) {
        String at = category;
        while (categories.add(at) && at.contains(".")) {
            at = at.substring(0, at.lastIndexOf('.'));
        }
    }

    static Value text(String text) {
        return new PrimString(text);
    }

    private static Value texts(Collection<String> texts) {
        return new CedarList(texts.stream().map(CedarEntities::text).toList());
    }

    private Value entities(List<Organisation.Party> parties) {
        return new CedarList(
                parties.stream()
                        .map(Organisation.Party::text)
                        .filter(organisation.entities()::containsKey)
                        .map(id -> (Value) ENTITY.of(id))
                        .toList());
    }
}
