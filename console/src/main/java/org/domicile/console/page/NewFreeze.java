package org.domicile.console.page;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.domicile.console.access.Visitor;
import org.domicile.console.site.Jurisdiction;
import org.domicile.console.site.Site;
import org.domicile.control.freeze.Freeze;
import org.domicile.control.freeze.FreezeTargets;
import org.domicile.control.request.SignedAct;
import org.domicile.plan.PlanFormatException;
import org.jspecify.annotations.Nullable;

/**
 * The form of a freeze, and what it would be. Nothing is kept of it: what is missing is the
 * signature.
 *
 * @param targets what can be stopped, as {@code docs/formats/freeze.md} spells it
 * @param names everything that can be stopped in one of the jurisdictions, to choose from
 * @param problem why it cannot be signed as it stands; empty for nothing
 * @param document what there is to be signed; null where there is a problem, or nothing was filled
 *     in
 */
public record NewFreeze(
        List<String> jurisdictions,
        List<String> targets,
        Set<String> names,
        Form form,
        String problem,
        @Nullable String document,
        @Nullable ToSign toSign) {
    private static final List<String> TARGETS =
            Arrays.stream(Freeze.Target.values()).map(Freeze.Target::text).toList();

    /** What was filled in. */
    public record Form(String jurisdiction, String target, String name, String reason) {
        public static final Form EMPTY = new Form("", Freeze.Target.PERSON.text(), "", "");

        /** Names nobody. */
        @Override
        public String toString() {
            return "Form[" + jurisdiction + ", " + target + "]";
        }
    }

    static NewFreeze empty(Site site, Visitor visitor) {
        return of(site, visitor, Form.EMPTY, "", null, null);
    }

    /** Checks a form that was filled in: a misspelt freeze would stop nobody. */
    static NewFreeze of(Site site, Visitor visitor, Form form, Instant now) throws NoPageException {
        Jurisdiction jurisdiction =
                site.jurisdiction(form.jurisdiction()).orElseThrow(NoPageException::new);
        Freeze freeze;
        try {
            Freeze.Target target = Freeze.Target.parse(form.target());
            freeze =
                    Freeze.of(
                            jurisdiction.name(),
                            target,
                            target == Freeze.Target.JURISDICTION
                                    ? jurisdiction.name()
                                    : form.name().strip(),
                            form.reason().strip());
        } catch (PlanFormatException e) {
            return of(site, visitor, form, String.valueOf(e.getMessage()), null, null);
        }
        Set<String> known =
                FreezeTargets.of(
                        freeze.target(),
                        visitor.circle().organisation(),
                        jurisdiction.plan().get().plan());
        if (!FreezeTargets.isOne(freeze, known)) {
            String problem = "there is no such " + freeze.target().text() + "; nothing was frozen";
            return of(site, visitor, form, problem, null, null);
        }
        return of(
                site,
                visitor,
                form,
                "",
                freeze.toJson(),
                ToSign.of(visitor, SignedAct.Kind.FREEZE, freeze.digest(), now));
    }

    private static NewFreeze of(
            Site site,
            Visitor visitor,
            Form form,
            String problem,
            @Nullable String document,
            @Nullable ToSign toSign) {
        Set<String> names = new java.util.TreeSet<>();
        for (Jurisdiction jurisdiction : site.jurisdictions()) {
            for (Freeze.Target target : Freeze.Target.values()) {
                names.addAll(
                        FreezeTargets.of(
                                target,
                                visitor.circle().organisation(),
                                jurisdiction.plan().get().plan()));
            }
        }
        return new NewFreeze(
                site.jurisdictions().stream().map(Jurisdiction::name).toList(),
                TARGETS,
                names,
                form,
                problem,
                document,
                toSign);
    }

    /** Names nobody. */
    @Override
    public String toString() {
        return "NewFreeze[" + form + "]";
    }
}
