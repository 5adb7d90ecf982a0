package org.domicile.console.page;

import java.util.List;
import org.domicile.console.site.Circle;
import org.domicile.control.organisation.Finding;
import org.domicile.control.organisation.Organisation;
import org.domicile.control.organisation.Organisation.Role;

/** The people and jobs of the organisation, and who of them is a covered person. */
public record People(List<Line> lines) {
    /** One of them. */
    public record Line(
            String id,
            String name,
            boolean isJob,
            String employer,
            String sitsIn,
            String residesIn,
            List<String> roles,
            boolean isCovered,
            boolean isDisabled) {}

    static People of(Circle circle) {
        return new People(
                circle.organisation().accessors().stream().map(one -> line(circle, one)).toList());
    }

    static Line line(Circle circle, Organisation.Accessor accessor) {
        return new Line(
                accessor.id(),
                switch (accessor) {
                    case Organisation.Person person -> person.name().orElse("");
                    case Organisation.Job job -> job.name().orElse("");
                },
                accessor instanceof Organisation.Job,
                accessor.employer().map(Organisation.Party::text).orElse(""),
                accessor.sitsIn(),
                accessor.residesIn(),
                switch (accessor) {
                    case Organisation.Person person ->
                            person.roles().stream().map(Role::text).sorted().toList();
                    case Organisation.Job _ -> List.of();
                },
                circle.coverage().of(accessor.id()).filter(Finding::isCovered).isPresent(),
                accessor.isDisabled());
    }
}
