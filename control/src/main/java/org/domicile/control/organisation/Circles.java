package org.domicile.control.organisation;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.domicile.yaml.Problems;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.Node;

/** Finds entities that own each other and people who manage each other, in a circle. */
final class Circles {
    private Circles() {}

    static void check(
            Problems problems,
            Map<String, Organisation.Entity> entities,
            Map<String, Node> entityPlaces,
            Map<String, Organisation.Person> people,
            Map<String, Node> peoplePlaces) {
        Set<String> done = new HashSet<>();
        for (String id : entities.keySet()) {
            List<String> circle = ownership(id, entities, new ArrayList<>(), done);
            Node at = circle == null ? null : entityPlaces.get(circle.get(0));
            if (circle != null && at != null) {
                problems.add(
                        at,
                        "entities own each other in a circle: " + owns(circle, entities),
                        "leave out the share that closes it");
            }
        }
        Set<String> told = new HashSet<>();
        for (String id : people.keySet()) {
            List<String> circle = management(id, people);
            Node at = peoplePlaces.get(id);
            if (circle != null && at != null && told.addAll(circle)) {
                problems.add(
                        at,
                        "people report to each other in a circle: "
                                + String.join(", who reports to ", circle),
                        "take one manager out");
            }
        }
    }

    /**
     * Follows owners upwards.
     *
     * @param path entities, each owned by the next
     * @return a circle with its first at its end again, each owned by the next
     */
    private static @Nullable List<String> ownership(
            String id,
            Map<String, Organisation.Entity> entities,
            List<String> path,
            Set<String> done) {
        int before = path.indexOf(id);
        if (before >= 0) {
            List<String> circle = new ArrayList<>(path.subList(before, path.size()));
            circle.add(id);
            return circle;
        }
        Organisation.Entity entity = entities.get(id);
        if (entity == null || !done.add(id)) {
            return null;
        }
        path.add(id);
        for (Organisation.Share share : entity.owners()) {
            if (share.owner() instanceof Organisation.EntityParty owner) {
                List<String> circle = ownership(owner.id(), entities, path, done);
                if (circle != null) {
                    return circle;
                }
            }
        }
        path.removeLast();
        return null;
    }

    private static String owns(List<String> circle, Map<String, Organisation.Entity> entities) {
        StringBuilder text = new StringBuilder();
        for (int i = circle.size() - 1; i > 0; i--) {
            String owner = circle.get(i);
            String owned = circle.get(i - 1);
            Organisation.Entity entity = entities.get(owned);
            String percent =
                    entity == null
                            ? "?"
                            : entity.owners().stream()
                                    .filter(share -> share.owner().text().equals(owner))
                                    .map(share -> EntityReader.plain(share.percent()))
                                    .findFirst()
                                    .orElse("?");
            text.append(text.isEmpty() ? owner : ", which")
                    .append(" owns ")
                    .append(percent)
                    .append(" % of ")
                    .append(owned);
        }
        return text.toString();
    }

    private static @Nullable List<String> management(
            String id, Map<String, Organisation.Person> people) {
        List<String> chain = new ArrayList<>(List.of(id));
        Set<String> passed = new HashSet<>();
        Organisation.Person at = people.get(id);
        while (at != null && at.manager().isPresent() && passed.add(at.id())) {
            String manager = at.manager().get();
            chain.add(manager);
            if (manager.equals(id)) {
                return chain;
            }
            at = people.get(manager);
        }
        return null;
    }
}
