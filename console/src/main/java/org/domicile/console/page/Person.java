package org.domicile.console.page;

import java.util.ArrayList;
import java.util.List;
import org.domicile.console.site.Circle;
import org.domicile.console.site.Jurisdiction;
import org.domicile.console.site.Site;
import org.domicile.control.access.AccessPolicy;
import org.domicile.control.access.Verdict;
import org.domicile.control.organisation.Finding;
import org.domicile.control.organisation.Organisation;

/**
 * One person or job: why they are covered, who is above them, what they can reach and by which
 * policy.
 *
 * @param superiors nearest first
 * @param notes what somebody who checks should know besides
 */
public record Person(
        People.Line line,
        List<Reason> reasons,
        List<String> notes,
        List<String> superiors,
        List<Reach> reach) {
    /** One way of being covered, and what it rests on. */
    public record Reason(String rules, String citation, String says, List<Reason> because) {}

    /** One audience and purpose. */
    public record Reach(
            String jurisdiction,
            String audience,
            String purpose,
            boolean isPermitted,
            List<String> policies) {}

    static Person of(Site site, Circle circle, Ask ask) throws NoPageException {
        Organisation organisation = circle.organisation();
        Organisation.Accessor accessor =
                organisation.accessor(ask.path("person")).orElseThrow(NoPageException::new);
        Finding finding = circle.coverage().of(accessor.id()).orElseThrow(NoPageException::new);
        List<Reach> reach = new ArrayList<>();
        for (Jurisdiction jurisdiction : site.jurisdictions()) {
            for (Verdict verdict :
                    circle.access().verdicts(accessor, jurisdiction.plan().get().plan())) {
                reach.add(
                        new Reach(
                                jurisdiction.name(),
                                verdict.audience(),
                                verdict.purpose(),
                                verdict.isPermitted() && !accessor.isDisabled(),
                                verdict.deciding().stream().map(AccessPolicy.Rule::text).toList()));
            }
        }
        return new Person(
                People.line(circle, accessor),
                finding.reasons().stream().map(Person::reason).toList(),
                finding.notes(),
                organisation.superiors(accessor.id()).stream()
                        .map(Organisation.Person::id)
                        .toList(),
                reach);
    }

    private static Reason reason(Finding.Reason reason) {
        return new Reason(
                reason.rules(),
                reason.citation(),
                reason.says(),
                reason.because().stream().map(Person::reason).toList());
    }

    /** Names nobody. */
    @Override
    public String toString() {
        return "Person[]";
    }
}
