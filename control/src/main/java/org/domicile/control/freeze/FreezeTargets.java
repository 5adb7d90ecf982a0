package org.domicile.control.freeze;

import java.util.Set;
import java.util.TreeSet;
import org.domicile.control.organisation.Organisation;
import org.domicile.plan.Plan;

/** What can be stopped in a jurisdiction: a misspelt freeze would stop nobody unnoticed. */
public final class FreezeTargets {
    private FreezeTargets() {}

    /** The names that a freeze of this kind may have. */
    public static Set<String> of(Freeze.Target target, Organisation organisation, Plan plan) {
        Set<String> names = new TreeSet<>();
        switch (target) {
            case PERSON ->
                    organisation.accessors().stream()
                            .map(Organisation.Accessor::id)
                            .forEach(names::add);
            case ENTITY -> {
                names.addAll(organisation.entities().keySet());
                plan.entities().stream().map(Plan.Entity::id).forEach(names::add);
            }
            case AUDIENCE -> plan.audiences().stream().map(Plan.Audience::name).forEach(names::add);
            case JURISDICTION -> names.add(plan.jurisdiction());
        }
        return names;
    }

    /** Whether a freeze is of one of these, or of a grant, which comes and goes. */
    public static boolean isOne(Freeze freeze, Set<String> names) {
        return names.contains(freeze.name())
                || (freeze.target() == Freeze.Target.AUDIENCE
                        && freeze.name().startsWith(Plan.Grant.AUDIENCE_PREFIX));
    }
}
