package org.domicile.control.rules;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The rule packs in force. The strictest wins, and where they differ {@link #conflicts} says so.
 */
public record Rules(List<RulePack> packs) {
    public Rules {
        packs = List.copyOf(packs);
        long names = packs.stream().map(RulePack::id).distinct().count();
        if (names != packs.size()) {
            throw new IllegalArgumentException("a rule pack is chosen twice");
        }
    }

    /** A threshold and the pack that sets it. */
    public record Sourced(RulePack pack, BulkThreshold threshold) {}

    /** What packs say differently of one thing, and what counts. */
    public record Conflict(String what, List<String> said, String counts) {
        public Conflict {
            said = List.copyOf(said);
        }
    }

    /** The lowest threshold of a data category; of equal ones, that of the pack chosen first. */
    public Optional<Sourced> threshold(String dataCategory) {
        return thresholds(dataCategory).stream()
                .min(Comparator.comparingLong(sourced -> sourced.threshold().moreThan()));
    }

    /** How far back counts add up: the longest window. */
    public int windowMonths() {
        return packs.stream().mapToInt(pack -> pack.bulk().windowMonths()).max().orElse(0);
    }

    private List<Sourced> thresholds(String dataCategory) {
        List<Sourced> all = new ArrayList<>();
        for (RulePack pack : packs) {
            pack.bulk()
                    .of(dataCategory)
                    .ifPresent(threshold -> all.add(new Sourced(pack, threshold)));
        }
        return all;
    }

    /** Every data category of which packs set different thresholds, and every different term. */
    public List<Conflict> conflicts() {
        List<Conflict> conflicts = new ArrayList<>();
        TreeSet<String> categories = new TreeSet<>();
        packs.forEach(pack ->
                pack.bulk().thresholds().forEach(threshold -> categories.addAll(threshold.data())));
        for (String category : categories) {
            add(
                    conflicts,
                    category,
                    thresholds(category).stream()
                            .map(sourced ->
                                    new Said(
                                            sourced.pack(),
                                            sourced.threshold().moreThan(),
                                            "more than "
                                                    + sourced.threshold().moreThan()
                                                    + " "
                                                    + sourced.threshold().of().text(),
                                            sourced.threshold().citation()))
                            .toList());
        }
        add(
                conflicts,
                "window",
                packs.stream()
                        .map(pack ->
                                new Said(
                                        pack,
                                        -pack.bulk().windowMonths(),
                                        pack.bulk().windowMonths() + " months",
                                        pack.bulk().citation()))
                        .toList());
        add(
                conflicts,
                "retention",
                packs.stream()
                        .map(pack ->
                                new Said(
                                        pack,
                                        -days(pack.retention()),
                                        pack.retention().period().toString(),
                                        pack.retention().citation()))
                        .toList());
        TreeSet<String> deadlines = new TreeSet<>();
        packs.forEach(pack -> deadlines.addAll(pack.deadlines().keySet()));
        for (String deadline : deadlines) {
            List<Said> said = new ArrayList<>();
            for (RulePack pack : packs) {
                RulePack.Term term = pack.deadlines().get(deadline);
                if (term != null) {
                    said.add(new Said(pack, days(term), term.period().toString(), term.citation()));
                }
            }
            add(conflicts, deadline, said);
        }
        return conflicts;
    }

    private static long days(RulePack.Term term) {
        return LocalDate.EPOCH.plus(term.period()).toEpochDay();
    }

    /**
     * @param weight the lower, the stricter
     */
    private record Said(RulePack pack, long weight, String value, String citation) {
        String text() {
            return pack.reference() + ": " + value + " (" + citation + ")";
        }
    }

    private static void add(List<Conflict> conflicts, String what, List<Said> said) {
        if (said.stream().map(Said::value).distinct().count() < 2) {
            return;
        }
        Said strictest = said.stream().min(Comparator.comparingLong(Said::weight)).orElseThrow();
        conflicts.add(
                new Conflict(
                        what,
                        said.stream().map(Said::text).collect(Collectors.toList()),
                        strictest.text()));
    }
}
