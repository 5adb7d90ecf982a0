package org.domicile.control.organisation;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.domicile.ledger.note.VerifierKey;
import org.domicile.plan.Plan;

/**
 * A checked organisation file, as {@link OrganisationFile} reads it: every name in it is declared,
 * nobody owns or manages in a circle, and no entity has owners of more than all of it. Maps keep
 * the file's order. An id belongs to one entity, person or job only.
 *
 * @param rules the rule packs in force
 * @param longestGrants by data category, where it is not the default
 * @param lines where each person and job is declared, counting from 1
 */
public record Organisation(
        List<RuleChoice> rules,
        Map<String, Duration> longestGrants,
        Map<String, Entity> entities,
        Map<String, Person> people,
        Map<String, Job> jobs,
        Map<String, Integer> lines) {
    public Organisation {
        rules = List.copyOf(rules);
        longestGrants = ordered(longestGrants);
        entities = ordered(entities);
        people = ordered(people);
        jobs = ordered(jobs);
        lines = Map.copyOf(lines);
    }

    /**
     * A rule pack the organisation goes by.
     *
     * @param name of one that this release includes, or a file's beside the organisation's
     * @param signedBy the key that signed the file, a C2SP verifier key; empty for included ones
     */
    public record RuleChoice(String name, Optional<String> signedBy) {}

    /**
     * A company or authority.
     *
     * @param organisedIn under whose laws, one country or several
     * @param placeOfBusiness the country of its principal place of business
     * @param owners those that are known, with percentages that are no more than 100 together
     * @param designated where a government has said that it is covered by name
     */
    public record Entity(
            String id,
            String name,
            List<String> organisedIn,
            String placeOfBusiness,
            List<Share> owners,
            Optional<String> designated) {
        public Entity {
            organisedIn = List.copyOf(organisedIn);
            owners = List.copyOf(owners);
        }

        /** How much of it belongs to nobody who is named. */
        public BigDecimal unnamed() {
            return owners.stream()
                    .map(Share::percent)
                    .reduce(BigDecimal.valueOf(100), BigDecimal::subtract);
        }
    }

    /** Who owns how much, in percent, exactly as written. */
    public record Share(Party owner, BigDecimal percent) {}

    /** Somebody who owns, or for whom somebody works. */
    public sealed interface Party {
        /** The spelling in the file. */
        String text();
    }

    /** An entity of this file. */
    public record EntityParty(String id) implements Party {
        @Override
        public String text() {
            return id;
        }
    }

    /** A person of this file. */
    public record PersonParty(String id) implements Party {
        @Override
        public String text() {
            return id;
        }
    }

    /** A state itself: its government, agencies and funds. */
    public record StateParty(String country) implements Party {
        @Override
        public String text() {
            return country;
        }
    }

    /** Many who are not known one by one, as behind shares that are traded. */
    public record PublicParty() implements Party {
        static final String TEXT = "public";

        @Override
        public String text() {
            return TEXT;
        }
    }

    /** Someone who asks: a person or a job. */
    public sealed interface Accessor {
        String id();

        /** For whom they work; empty where for nobody here, who then may not ask. */
        Optional<Party> employer();

        String sitsIn();

        String residesIn();

        /** The groups they are in, which policies speak of. */
        List<String> teams();

        boolean isDisabled();
    }

    /**
     * A person.
     *
     * @param employer an entity or a state
     * @param contractsWith entities and states they work for as a contractor
     * @param settledIn where they are a lawful permanent resident, a refugee or granted asylum
     * @param manager their superior's id
     * @param approvalKey with which they ask for grants, and decide about others' requests
     */
    public record Person(
            String id,
            Optional<String> name,
            Optional<Party> employer,
            List<Party> contractsWith,
            String sitsIn,
            String residesIn,
            List<String> citizenOf,
            List<String> settledIn,
            Optional<String> manager,
            Set<Role> roles,
            List<String> teams,
            Optional<String> designated,
            Optional<VerifierKey> approvalKey,
            boolean isDisabled)
            implements Accessor {
        public Person {
            contractsWith = List.copyOf(contractsWith);
            citizenOf = List.copyOf(citizenOf);
            settledIn = List.copyOf(settledIn);
            roles = Set.copyOf(roles);
            teams = List.copyOf(teams);
        }

        /** Whether they may end grants and freeze, whoever it is about. */
        public boolean watchesOver() {
            return roles.contains(Role.CUSTODIAN) || roles.contains(Role.OVERSEER);
        }

        /** Names nobody, so that it may appear in a log line. */
        @Override
        public String toString() {
            return "Person[" + teams.size() + " teams]";
        }
    }

    /**
     * A program that asks.
     *
     * @param runsIn the country it runs in
     * @param responsible the person who answers for it
     */
    public record Job(
            String id,
            Optional<String> name,
            Party worksFor,
            String runsIn,
            String responsible,
            List<String> teams,
            boolean isDisabled)
            implements Accessor {
        public Job {
            teams = List.copyOf(teams);
        }

        @Override
        public Optional<Party> employer() {
            return Optional.of(worksFor);
        }

        @Override
        public String sitsIn() {
            return runsIn;
        }

        @Override
        public String residesIn() {
            return runsIn;
        }
    }

    /** What a person may do besides asking. */
    public enum Role {
        DATA_OWNER,
        CUSTODIAN,
        OVERSEER,
        ON_CALL;

        /** The spelling in the file. */
        public String text() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /** People and jobs. */
    public List<Accessor> accessors() {
        List<Accessor> all = new java.util.ArrayList<>(people.values());
        all.addAll(jobs.values());
        return all;
    }

    /** A person or job, by its id. */
    public Optional<Accessor> accessor(String id) {
        return Optional.<Accessor>ofNullable(people.get(id))
                .or(() -> Optional.ofNullable(jobs.get(id)));
    }

    /** The entities as policies and plans know them, with the country they are organised in. */
    public Collection<Plan.Entity> planEntities() {
        return entities.values().stream()
                .map(entity -> new Plan.Entity(entity.id(), entity.organisedIn().get(0)))
                .toList();
    }

    /** Those above a person, nearest first. */
    public List<Person> superiors(String person) {
        List<Person> chain = new java.util.ArrayList<>();
        Person at = people.get(person);
        while (at != null) {
            at = at.manager().map(people::get).orElse(null);
            if (at != null) {
                chain.add(at);
            }
        }
        return chain;
    }

    /** Counts only: people are named in an organisation. */
    @Override
    public String toString() {
        return "Organisation["
                + entities.size()
                + " entities, "
                + people.size()
                + " people, "
                + jobs.size()
                + " jobs]";
    }

    private static <K, V> Map<K, V> ordered(Map<K, V> map) {
        return Collections.unmodifiableMap(new LinkedHashMap<>(map));
    }
}
