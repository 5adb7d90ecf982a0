package org.domicile.plan;

import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * The plan a store really has, as read back from it.
 *
 * @param version the store's count of applied plans, from 1
 * @param audienceVersions for each audience, the version its schema carries
 * @param catalogueDigest lower-case hexadecimal SHA-256 of the catalogue rows that implement it
 */
public record AppliedPlan(
        long version,
        Plan plan,
        Roster roster,
        Map<String, Long> audienceVersions,
        String catalogueDigest) {
    public AppliedPlan {
        audienceVersions = Map.copyOf(audienceVersions);
        if (!plan.jurisdiction().equals(roster.jurisdiction())) {
            throw new PlanFormatException("a plan and its roster are of one jurisdiction");
        }
        for (Plan.Audience audience : plan.audiences()) {
            if (!audienceVersions.containsKey(audience.name())) {
                throw new PlanFormatException(
                        "audience \"" + audience.name() + "\" has no version in the store");
            }
        }
    }

    /**
     * Whether in {@code later} these audiences are as they are here, and in the same schemas: who
     * acts as one of them sees no difference, and may go on under this plan.
     */
    public boolean holdsIn(AppliedPlan later, Collection<String> audiences) {
        return audiences.stream().allMatch(name -> holdsIn(later, name));
    }

    private boolean holdsIn(AppliedPlan later, String audience) {
        return plan.isUnchangedIn(later.plan, audience)
                && Objects.equals(
                        audienceVersions.get(audience), later.audienceVersions.get(audience));
    }

    /** The schema of views an audience reads, {@code dom_<audience>_v<version>}. */
    public String schemaOf(Plan.Audience audience) {
        return StoreNames.schema(audience.name(), versionOf(audience));
    }

    /** The schema of an audience's second views; nothing where all its subject keys are shown. */
    public Optional<String> subjectSchemaOf(Plan.Audience audience) {
        long audienceVersion = versionOf(audience);
        return audience.views().stream().anyMatch(view -> !plan.hiddenSubjects(view).isEmpty())
                ? Optional.of(StoreNames.subjectSchema(audience.name(), audienceVersion))
                : Optional.empty();
    }

    private long versionOf(Plan.Audience audience) {
        Long audienceVersion = audienceVersions.get(audience.name());
        if (audienceVersion == null) {
            throw new IllegalArgumentException("not an audience of this plan: " + audience.name());
        }
        return audienceVersion;
    }
}
