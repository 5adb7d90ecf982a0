package org.domicile.control.request;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.domicile.control.organisation.Organisation;

/**
 * Who owns so much of an entity that they could lean on those who work for it, counted in two ways,
 * of which either suffices: shares multiplied along every path and added up; and shares of an owner
 * together with all the shares of whatever that owner has {@link #PERCENT} or more of.
 */
public final class Ownership {
    /** From this much on an owner counts. */
    public static final int PERCENT = 25;

    private static final BigDecimal ENOUGH = BigDecimal.valueOf(PERCENT);
    private static final BigDecimal ALL = BigDecimal.valueOf(100);

    private final Organisation organisation;

    public Ownership(Organisation organisation) {
        this.organisation = organisation;
    }

    /** Each owner that counts, by its spelling, with what it has in words. */
    public Map<String, String> owners(String entity) {
        Map<String, BigDecimal> multiplied = new HashMap<>();
        addUp(entity, BigDecimal.ONE, multiplied);
        Map<String, String> owners = new LinkedHashMap<>();
        new TreeMap<>(multiplied)
                .forEach((owner, part) -> {
                    BigDecimal share = part.multiply(ALL);
                    if (share.compareTo(ENOUGH) >= 0) {
                        owners.put(owner, "owns " + plain(share) + " % of " + entity);
                    } else {
                        together(owner, entity).ifPresent(says -> owners.put(owner, says));
                    }
                });
        return owners;
    }

    /** An organisation has no circles, so this ends. */
    private void addUp(String entity, BigDecimal factor, Map<String, BigDecimal> multiplied) {
        Organisation.Entity owned = organisation.entities().get(entity);
        if (owned == null) {
            return;
        }
        for (Organisation.Share share : owned.owners()) {
            BigDecimal part = factor.multiply(share.percent()).divide(ALL, MathContext.DECIMAL128);
            switch (share.owner()) {
                case Organisation.EntityParty owner -> {
                    multiplied.merge(owner.id(), part, BigDecimal::add);
                    addUp(owner.id(), part, multiplied);
                }
                case Organisation.PersonParty owner ->
                        multiplied.merge(owner.id(), part, BigDecimal::add);
                case Organisation.StateParty owner ->
                        multiplied.merge(owner.country(), part, BigDecimal::add);
                case Organisation.PublicParty _ -> {} // nobody in particular
            }
        }
    }

    /** Grows the set of what an owner leads, until it has the entity or grows no more. */
    private Optional<String> together(String owner, String entity) {
        Set<String> led = new HashSet<>(Set.of(owner));
        int before = 0;
        while (led.size() > before) {
            before = led.size();
            for (Organisation.Entity candidate : organisation.entities().values()) {
                BigDecimal sum =
                        candidate.owners().stream()
                                .filter(share -> led.contains(share.owner().text()))
                                .map(Organisation.Share::percent)
                                .reduce(BigDecimal.ZERO, BigDecimal::add);
                if (sum.compareTo(ENOUGH) >= 0 && led.add(candidate.id())) {
                    if (candidate.id().equals(entity)) {
                        return Optional.of(
                                "owns, through what it has "
                                        + PERCENT
                                        + " % or more of, "
                                        + plain(sum)
                                        + " % of "
                                        + entity);
                    }
                }
            }
        }
        return Optional.empty();
    }

    private static String plain(BigDecimal percent) {
        return percent.stripTrailingZeros().toPlainString();
    }
}
