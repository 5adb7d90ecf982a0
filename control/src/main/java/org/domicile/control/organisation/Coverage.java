package org.domicile.control.organisation;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.domicile.control.rules.RulePack;
import org.domicile.control.rules.Rules;

/**
 * Who of an organisation is a covered person, by each of its rule packs: somebody whom one pack
 * covers is covered.
 */
public final class Coverage {
    private final Organisation organisation;
    private final List<PackCoverage> packs;

    private Coverage(Organisation organisation, List<PackCoverage> packs) {
        this.organisation = organisation;
        this.packs = packs;
    }

    /** Works it out for everybody. */
    public static Coverage of(Organisation organisation, Rules rules) {
        List<PackCoverage> packs = new ArrayList<>();
        for (RulePack pack : rules.packs()) {
            packs.add(PackCoverage.of(organisation, pack));
        }
        return new Coverage(organisation, packs);
    }

    /** What is known of an entity, a person or a job; nothing where the id is none's. */
    public Optional<Finding> of(String id) {
        return title(id)
                .map(title -> {
                    List<Finding.Reason> reasons = new ArrayList<>();
                    List<String> notes = new ArrayList<>();
                    for (PackCoverage pack : packs) {
                        reasons.addAll(pack.reasons(id));
                        notes.addAll(pack.notes(id));
                    }
                    Organisation.Entity entity = organisation.entities().get(id);
                    if (entity != null
                            && !entity.owners().isEmpty()
                            && entity.unnamed().signum() > 0) {
                        notes.add(
                                "the owners of "
                                        + EntityReader.plain(entity.unnamed())
                                        + " % are not named, and count as nobody's");
                    }
                    if (entity != null && entity.owners().isEmpty()) {
                        notes.add("no owner is named");
                    }
                    Organisation.Person person = organisation.people().get(id);
                    if (person != null && !person.citizenOf().isEmpty()) {
                        notes.add("citizen of " + String.join(", ", person.citizenOf()));
                    }
                    return new Finding(id, title, reasons, notes.stream().distinct().toList());
                });
    }

    /** Whether an entity, person or job is covered; unknown ones are an error, never a no. */
    public boolean isCovered(String id) {
        return of(id).orElseThrow(() -> new IllegalArgumentException("nobody has this id"))
                .isCovered();
    }

    private Optional<String> title(String id) {
        Organisation.Entity entity = organisation.entities().get(id);
        if (entity != null) {
            return Optional.of(entity.name() + " (" + id + ")");
        }
        Organisation.Person person = organisation.people().get(id);
        if (person != null) {
            return Optional.of(person.name().map(name -> name + " (" + id + ")").orElse(id));
        }
        return Optional.ofNullable(organisation.jobs().get(id))
                .map(job -> job.name().map(name -> name + " (" + id + ")").orElse(id));
    }

    /** Every id there is, entities first. */
    public List<String> ids() {
        List<String> ids = new ArrayList<>(organisation.entities().keySet());
        ids.addAll(organisation.people().keySet());
        ids.addAll(organisation.jobs().keySet());
        return Collections.unmodifiableList(ids);
    }
}
