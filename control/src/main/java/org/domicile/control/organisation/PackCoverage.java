package org.domicile.control.organisation;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.domicile.control.rules.RulePack;
import org.jspecify.annotations.Nullable;

/**
 * Who is covered by one rule pack, found in rounds: in each, what was found before makes others
 * covered, until a round finds nothing new. So every reason rests on earlier ones only, and no
 * reason on itself, even where a founder works for the company they own.
 *
 * <p>Ownership counts as OFAC's 50 percent rule has it (FAQ 401), after which 28 CFR 202.211 is
 * made: shares of all owners that count are added up, and an entity of which owners that count have
 * the threshold or more counts in turn with all its shares, not with a fraction of them. A domestic
 * entity is never covered by its owners, but the shares it holds count where they would be: the law
 * says "directly or indirectly".
 */
final class PackCoverage {
    private final Organisation organisation;
    private final RulePack pack;
    private final RulePack.CoveredPersons law;
    private final RulePack.Citations cites;

    private final Map<String, List<Finding.Reason>> covered = new HashMap<>();

    /** Domestic entities that owners who count have enough of. */
    private final Map<String, Finding.Reason> conduits = new HashMap<>();

    private PackCoverage(Organisation organisation, RulePack pack) {
        this.organisation = organisation;
        this.pack = pack;
        this.law = pack.covered();
        this.cites = law.citations();
    }

    static PackCoverage of(Organisation organisation, RulePack pack) {
        PackCoverage coverage = new PackCoverage(organisation, pack);
        int before = -1;
        while (coverage.size() > before) {
            before = coverage.size();
            Map<String, Organisation.Entity> visited = new LinkedHashMap<>();
            organisation.entities().values().forEach(e -> coverage.visit(e, visited));
            organisation.people().values().forEach(coverage::find);
            organisation.jobs().values().forEach(coverage::find);
        }
        return coverage;
    }

    private int size() {
        return covered.size() + conduits.size();
    }

    List<Finding.Reason> reasons(String id) {
        return covered.getOrDefault(id, List.of());
    }

    List<String> notes(String id) {
        List<String> notes = new ArrayList<>();
        Organisation.Entity entity = organisation.entities().get(id);
        if (entity != null && !covered.containsKey(id)) {
            if (isDomestic(entity)) {
                notes.add("organised solely at home, so no foreign person: " + cites.domestic());
            }
            Counted counted = counted(entity);
            if (counted.percent.signum() > 0) {
                notes.add(
                        "those who count own "
                                + EntityReader.plain(counted.percent)
                                + " %, of "
                                + law.ownedPercent()
                                + " % that would cover a foreign entity");
            }
        }
        Organisation.Person person = organisation.people().get(id);
        if (person != null && !covered.containsKey(id)) {
            domestic(person).ifPresent(why -> notes.add(why + ": " + cites.domestic()));
        }
        return notes;
    }

    /** Owners before what they own, so that most is found in the first round. */
    private void visit(Organisation.Entity entity, Map<String, Organisation.Entity> visited) {
        if (visited.putIfAbsent(entity.id(), entity) != null) {
            return;
        }
        for (Organisation.Share share : entity.owners()) {
            Organisation.Entity owner = organisation.entities().get(share.owner().text());
            if (owner != null) {
                visit(owner, visited);
            }
        }
        find(entity);
    }

    private void find(Organisation.Entity entity) {
        if (covered.containsKey(entity.id()) || conduits.containsKey(entity.id())) {
            return;
        }
        List<Finding.Reason> reasons = new ArrayList<>();
        entity.designated()
                .ifPresent(
                        where -> reasons.add(reason(cites.designated(), "designated: " + where)));
        Counted counted = counted(entity);
        Finding.@Nullable Reason owned =
                counted.percent.compareTo(BigDecimal.valueOf(law.ownedPercent())) < 0
                        ? null
                        : new Finding.Reason(
                                pack.reference(), counted.citation(), counted.says(), counted.why);
        if (isDomestic(entity)) {
            if (owned != null) {
                conduits.put(entity.id(), owned);
            }
        } else {
            for (String country : entity.organisedIn()) {
                law.countryOfConcern(country)
                        .ifPresent(concern ->
                                reasons.add(
                                        reason(
                                                cites.organised(),
                                                "organised under the laws of "
                                                        + named(country, concern))));
            }
            law.countryOfConcern(entity.placeOfBusiness())
                    .ifPresent(concern ->
                            reasons.add(
                                    reason(
                                            cites.organised(),
                                            "principal place of business in "
                                                    + named(entity.placeOfBusiness(), concern))));
            if (owned != null) {
                reasons.add(owned);
            }
        }
        if (!reasons.isEmpty()) {
            covered.put(entity.id(), reasons);
        }
    }

    private void find(Organisation.Person person) {
        if (covered.containsKey(person.id())) {
            return;
        }
        List<Finding.Reason> reasons = new ArrayList<>();
        person.designated()
                .ifPresent(
                        where -> reasons.add(reason(cites.designated(), "designated: " + where)));
        if (domestic(person).isEmpty()) {
            law.countryOfConcern(person.residesIn())
                    .ifPresent(concern ->
                            reasons.add(
                                    reason(
                                            cites.resident(),
                                            "resides in " + named(person.residesIn(), concern))));
            person.employer()
                    .flatMap(party -> worksFor("employed by ", party))
                    .ifPresent(reasons::add);
            for (Organisation.Party party : person.contractsWith()) {
                worksFor("a contractor of ", party).ifPresent(reasons::add);
            }
        }
        if (!reasons.isEmpty()) {
            covered.put(person.id(), reasons);
        }
    }

    /** A job acts for its employer, and through whoever answers for it. */
    private void find(Organisation.Job job) {
        if (covered.containsKey(job.id())) {
            return;
        }
        List<Finding.Reason> reasons = new ArrayList<>();
        worksFor("acts for ", job.worksFor()).ifPresent(reasons::add);
        law.countryOfConcern(job.runsIn())
                .ifPresent(concern ->
                        reasons.add(
                                reason(
                                        cites.resident(),
                                        "runs in " + named(job.runsIn(), concern))));
        List<Finding.Reason> responsible = covered.get(job.responsible());
        if (responsible != null) {
            reasons.add(
                    new Finding.Reason(
                            pack.reference(),
                            responsible.get(0).citation(),
                            job.responsible() + " answers for it, who is covered",
                            responsible));
        }
        if (!reasons.isEmpty()) {
            covered.put(job.id(), reasons);
        }
    }

    private Optional<Finding.Reason> worksFor(String how, Organisation.Party party) {
        return switch (party) {
            case Organisation.StateParty state ->
                    law.countryOfConcern(state.country())
                            .map(concern ->
                                    reason(
                                            cites.employed(),
                                            how
                                                    + "the government of "
                                                    + named(state.country(), concern)));
            case Organisation.EntityParty entity ->
                    Optional.ofNullable(covered.get(entity.id()))
                            .map(reasons ->
                                    new Finding.Reason(
                                            pack.reference(),
                                            cites.employed(),
                                            how + entity.id() + ", which is covered",
                                            reasons));
            case Organisation.PersonParty _, Organisation.PublicParty _ -> Optional.empty();
        };
    }

    /** The shares in an entity that count. */
    private final class Counted {
        BigDecimal percent = BigDecimal.ZERO;
        final List<Finding.Reason> why = new ArrayList<>();
        private BigDecimal ofCountries = BigDecimal.ZERO;
        private BigDecimal ofCovered = BigDecimal.ZERO;

        void add(
                Organisation.Share share,
                String citation,
                String counts,
                List<Finding.Reason> because) {
            percent = percent.add(share.percent());
            why.add(
                    new Finding.Reason(
                            pack.reference(),
                            citation,
                            share.owner().text()
                                    + " owns "
                                    + EntityReader.plain(share.percent())
                                    + " %"
                                    + counts,
                            because));
        }

        String says() {
            return EntityReader.plain(percent)
                    + " % owned by "
                    + (why.size() == 1 ? "" : "those who count, in the aggregate: ")
                    + String.join(
                            ", ", why.stream().map(reason -> reason.says().split(" ")[0]).toList());
        }

        /** Which of the two paragraphs; both where only all shares together are enough. */
        String citation() {
            BigDecimal enough = BigDecimal.valueOf(law.ownedPercent());
            if (ofCovered.compareTo(enough) >= 0) {
                return cites.ownedByCovered();
            }
            return ofCountries.compareTo(enough) >= 0
                    ? cites.ownedByCountries()
                    : cites.indirectly();
        }
    }

    private Counted counted(Organisation.Entity entity) {
        Counted counted = new Counted();
        for (Organisation.Share share : entity.owners()) {
            switch (share.owner()) {
                case Organisation.StateParty state ->
                        law.countryOfConcern(state.country())
                                .ifPresent(concern -> {
                                    counted.add(
                                            share,
                                            cites.ownedByCountries(),
                                            ", the state itself",
                                            List.of());
                                    counted.ofCountries = counted.ofCountries.add(share.percent());
                                });
                case Organisation.EntityParty owner -> countEntity(counted, share, owner);
                case Organisation.PersonParty owner -> {
                    List<Finding.Reason> reasons = covered.get(owner.id());
                    if (reasons != null) {
                        counted.add(share, cites.ownedByCovered(), " and is covered", reasons);
                        counted.ofCovered = counted.ofCovered.add(share.percent());
                    }
                }
                case Organisation.PublicParty _ -> {}
            }
        }
        return counted;
    }

    private void countEntity(
            Counted counted, Organisation.Share share, Organisation.EntityParty owner) {
        List<Finding.Reason> reasons = covered.get(owner.id());
        Finding.Reason conduit = conduits.get(owner.id());
        if (reasons != null) {
            // An owner that is covered through its owners alone is of paragraph (a)(2), and what it
            // owns of (a)(1); either way the share counts.
            counted.add(share, cites.ownedByCovered(), " and is covered", reasons);
            counted.ofCovered = counted.ofCovered.add(share.percent());
        } else if (conduit != null) {
            counted.add(
                    share,
                    cites.indirectly(),
                    " for those who own it (it is itself no foreign person)",
                    List.of(conduit));
        }
    }

    private boolean isDomestic(Organisation.Entity entity) {
        return entity.organisedIn().stream().allMatch(law::isHome);
    }

    /** Why a person is no foreign person; nothing where they are one. */
    private Optional<String> domestic(Organisation.Person person) {
        if (law.isHome(person.sitsIn())) {
            return Optional.of("is in " + person.sitsIn() + ", so no foreign person");
        }
        if (person.citizenOf().stream().anyMatch(law::isHome)) {
            return Optional.of("is a citizen at home wherever they are, so no foreign person");
        }
        if (person.settledIn().stream().anyMatch(law::isHome)) {
            return Optional.of(
                    "is a permanent resident, refugee or asylee at home, so no foreign person");
        }
        return Optional.empty();
    }

    private static String named(String code, String concern) {
        return code + " (" + concern + ")";
    }

    private Finding.Reason reason(String citation, String says) {
        return new Finding.Reason(pack.reference(), citation, says, List.of());
    }
}
