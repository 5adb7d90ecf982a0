package org.domicile.control.rules;

import java.time.Period;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one law asks, as data: each number with the place in the law that says it. Read from a YAML
 * file by {@link RulePackFile}; {@code docs/rules.md} describes the form.
 *
 * @param id a name that stays, e.g. {@code us-dsp-2025}
 * @param version counts the editions of this pack
 * @param digest lower-case hexadecimal SHA-256 of the file
 */
public record RulePack(
        String id,
        int version,
        String title,
        String law,
        CoveredPersons covered,
        Bulk bulk,
        Map<String, Term> deadlines,
        Term retention,
        String digest) {
    public RulePack {
        deadlines = Collections.unmodifiableMap(new LinkedHashMap<>(deadlines));
    }

    /** How the pack is named in records: {@code us-dsp-2025@1}. */
    public String reference() {
        return id + "@" + version;
    }

    /**
     * Whom the law keeps data from.
     *
     * @param home the country codes of the territory whose people the law protects
     * @param concern each country of concern with its codes
     * @param ownedPercent from how many percent on ownership counts
     */
    public record CoveredPersons(
            Set<String> home,
            Map<String, Set<String>> concern,
            int ownedPercent,
            Citations citations) {
        public CoveredPersons {
            home = Set.copyOf(home);
            concern = Collections.unmodifiableMap(new LinkedHashMap<>(concern));
        }

        /** The country of concern that a code stands for. */
        public Optional<String> countryOfConcern(String code) {
            return concern.entrySet().stream()
                    .filter(country -> country.getValue().contains(code))
                    .map(Map.Entry::getKey)
                    .findFirst();
        }

        public boolean isHome(String code) {
            return home.contains(code);
        }
    }

    /** Where the law says each of the ways of being covered, or of not being. */
    public record Citations(
            String organised,
            String ownedByCountries,
            String ownedByCovered,
            String employed,
            String resident,
            String designated,
            String domestic,
            String indirectly) {}

    /**
     * What is too much.
     *
     * @param windowMonths how far back counts add up
     * @param mixed where the law says that a mixed set takes the lowest threshold of its parts
     */
    public record Bulk(
            int windowMonths, String citation, String mixed, List<BulkThreshold> thresholds) {
        public Bulk {
            thresholds = List.copyOf(thresholds);
        }

        /**
         * The threshold of a data category, which is that of the category itself or of its nearest
         * ancestor that has one; nothing where the law names none.
         */
        public Optional<BulkThreshold> of(String dataCategory) {
            @Nullable String at = dataCategory;
            while (at != null) {
                String looked = at;
                Optional<BulkThreshold> found =
                        thresholds.stream()
                                .filter(threshold -> threshold.data().contains(looked))
                                .findFirst();
                if (found.isPresent()) {
                    return found;
                }
                int dot = at.lastIndexOf('.');
                at = dot < 0 ? null : at.substring(0, dot);
            }
            return Optional.empty();
        }
    }

    /** A length of time that the law sets. */
    public record Term(Period period, String citation) {}
}
