package org.domicile.control.rules;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Period;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.domicile.yaml.Members;
import org.domicile.yaml.Problems;
import org.domicile.yaml.Values;
import org.domicile.yaml.YamlException;
import org.domicile.yaml.YamlFile;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.Node;

/** The reader of a rule pack's file: a {@link RulePack}, or all that is wrong with it. */
public final class RulePackFile {
    private static final int MAX_COUNT = 999_999_999;
    private static final int MAX_MONTHS = 1_200;
    private static final int MAX_NAME_LENGTH = 48;

    private static final List<String> KEYS =
            List.of(
                    "id",
                    "version",
                    "title",
                    "law",
                    "covered_persons",
                    "bulk",
                    "deadlines",
                    "retention");
    private static final List<String> CITATIONS =
            List.of(
                    "organised",
                    "owned_by_countries",
                    "owned_by_covered",
                    "employed",
                    "resident",
                    "designated",
                    "domestic",
                    "indirectly");

    private final Problems problems;
    private final Values values;

    private RulePackFile(Problems problems) {
        this.problems = problems;
        this.values = new Values(problems);
    }

    /**
     * Reads a pack's text.
     *
     * @param name the file's name, for its problems
     * @throws YamlException with every problem found
     */
    public static RulePack read(String name, String text) {
        return YamlFile.read(
                name,
                text,
                "rules",
                KEYS,
                (sections, problems) -> new RulePackFile(problems).pack(sections, sha256Hex(text)));
    }

    private @Nullable RulePack pack(Members sections, String digest) {
        String id = values.text(sections.require("id", "us-dsp-2025"), "\"id\"");
        Node idNode = sections.value("id");
        if (id != null && idNode != null && !id.matches("[a-z0-9][a-z0-9-]{0,47}")) {
            problems.add(
                    idNode,
                    "this id cannot be used",
                    "write lower-case letters, digits and -, at most 48 characters");
        }
        Integer version = number(sections, "version", "1", MAX_COUNT);
        String title = values.text(sections.require("title", "A law's name"), "\"title\"");
        String law = values.text(sections.require("law", "28 CFR part 202"), "\"law\"");
        RulePack.CoveredPersons covered = covered(sections);
        RulePack.Bulk bulk = bulk(sections);
        Map<String, RulePack.Term> deadlines = new LinkedHashMap<>();
        Node node = sections.value("deadlines");
        if (node != null) {
            for (Members.Member member :
                    Members.read(node, node, "\"deadlines\"", problems).all()) {
                values.name(member, "deadline " + Problems.quote(member.name()), MAX_NAME_LENGTH);
                RulePack.Term term = term(member.value());
                if (term != null) {
                    deadlines.put(member.name(), term);
                }
            }
        }
        RulePack.Term retention = term(sections.require("retention", "{years: 10, citation: …}"));
        if (id == null
                || version == null
                || title == null
                || law == null
                || covered == null
                || bulk == null
                || retention == null) {
            return null;
        }
        return new RulePack(id, version, title, law, covered, bulk, deadlines, retention, digest);
    }

    private RulePack.@Nullable CoveredPersons covered(Members sections) {
        Node node = sections.require("covered_persons", "{home: [US], …}");
        if (node == null) {
            return null;
        }
        Members members =
                Members.read(
                        node,
                        node,
                        "\"covered_persons\"",
                        List.of("home", "countries_of_concern", "owned_percent", "citations"),
                        problems);
        Set<String> home = countries(members.require("home", "[US]"), "\"home\"");
        Map<String, Set<String>> concern = new LinkedHashMap<>();
        Node countries = members.require("countries_of_concern", "{China: [CN, HK, MO]}");
        if (countries != null) {
            for (Members.Member member :
                    Members.read(countries, countries, "\"countries_of_concern\"", problems)
                            .all()) {
                concern.put(
                        member.name(),
                        countries(member.value(), "the codes of " + Problems.quote(member.name())));
            }
        }
        Integer percent = number(members, "owned_percent", "50", 100);
        RulePack.Citations citations = citations(members);
        return percent == null || citations == null
                ? null
                : new RulePack.CoveredPersons(home, concern, percent, citations);
    }

    private RulePack.@Nullable Citations citations(Members covered) {
        Node node = covered.require("citations", "{organised: …}");
        if (node == null) {
            return null;
        }
        Members members = Members.read(node, node, "\"citations\"", CITATIONS, problems);
        List<String> texts = new ArrayList<>();
        for (String key : CITATIONS) {
            String text = citation(members, key);
            if (text != null) {
                texts.add(text);
            }
        }
        return texts.size() < CITATIONS.size()
                ? null
                : new RulePack.Citations(
                        texts.get(0),
                        texts.get(1),
                        texts.get(2),
                        texts.get(3),
                        texts.get(4),
                        texts.get(5),
                        texts.get(6),
                        texts.get(7));
    }

    private RulePack.@Nullable Bulk bulk(Members sections) {
        Node node = sections.require("bulk", "{window_months: 12, …}");
        if (node == null) {
            return null;
        }
        Members members =
                Members.read(
                        node,
                        node,
                        "\"bulk\"",
                        List.of("window_months", "citation", "mixed", "thresholds"),
                        problems);
        Integer window = number(members, "window_months", "12", MAX_MONTHS);
        String citation = citation(members, "citation");
        String mixed = citation(members, "mixed");
        List<BulkThreshold> thresholds = new ArrayList<>();
        Set<String> taken = new HashSet<>();
        Node theirs = members.require("thresholds", "{health: {more_than: 10000, …}}");
        if (theirs != null) {
            for (Members.Member member :
                    Members.read(theirs, theirs, "\"thresholds\"", problems).all()) {
                BulkThreshold threshold = threshold(member, taken);
                if (threshold != null) {
                    thresholds.add(threshold);
                }
            }
        }
        return window == null || citation == null || mixed == null
                ? null
                : new RulePack.Bulk(window, citation, mixed, thresholds);
    }

    private @Nullable BulkThreshold threshold(Members.Member member, Set<String> taken) {
        String what = "threshold " + Problems.quote(member.name());
        values.name(member, what, MAX_NAME_LENGTH);
        Members members =
                Members.read(
                        member.key(),
                        member.value(),
                        what,
                        List.of("more_than", "of", "data", "citation"),
                        problems);
        Integer moreThan = number(members, "more_than", "10000", MAX_COUNT);
        BulkThreshold.Counted of = counted(members.require("of", "persons"));
        Node dataNode = members.require("data", "[user.health]");
        List<String> data = values.texts(dataNode, "\"data\"");
        for (String category : data) {
            if (dataNode != null && !taken.add(category)) {
                problems.add(
                        dataNode,
                        Problems.quote(category) + " has a threshold already",
                        "leave it to one of them");
            }
        }
        String citation = citation(members, "citation");
        return moreThan == null || of == null || citation == null
                ? null
                : new BulkThreshold(member.name(), moreThan, of, Set.copyOf(data), citation);
    }

    private BulkThreshold.@Nullable Counted counted(@Nullable Node node) {
        String text = values.text(node, "\"of\"");
        if (text == null || node == null) {
            return null;
        }
        for (BulkThreshold.Counted counted : BulkThreshold.Counted.values()) {
            if (counted.text().equals(text)) {
                return counted;
            }
        }
        problems.add(node, "what is counted is unknown", "write persons or devices");
        return null;
    }

    private RulePack.@Nullable Term term(@Nullable Node node) {
        if (node == null) {
            return null;
        }
        Members members =
                Members.read(
                        node, node, "this time", List.of("days", "years", "citation"), problems);
        String citation = citation(members, "citation");
        Node days = members.value("days");
        Node years = members.value("years");
        if ((days == null) == (years == null)) {
            problems.add(node, "this time has not one length", "write either days or years");
            return null;
        }
        Integer length = values.number(days == null ? years : days, "its length", MAX_COUNT);
        if (citation == null || length == null) {
            return null;
        }
        return new RulePack.Term(
                days == null ? Period.ofYears(length) : Period.ofDays(length), citation);
    }

    private @Nullable Integer number(Members members, String key, String example, int max) {
        return values.number(members.require(key, example), "\"" + key + "\"", max);
    }

    private @Nullable String citation(Members members, String key) {
        return values.text(members.require(key, "where the law says so"), "the place in the law");
    }

    private Set<String> countries(@Nullable Node node, String what) {
        Set<String> codes = new HashSet<>();
        for (String code : values.texts(node, what)) {
            if (!Values.isCountry(code) && node != null) {
                problems.add(
                        node,
                        Problems.quote(code) + " is not a country code of ISO 3166-1",
                        "write two capital letters, such as \"US\"");
            }
            codes.add(code);
        }
        return codes;
    }

    static String sha256Hex(String text) {
        try {
            return HexFormat.of()
                    .formatHex(
                            MessageDigest.getInstance("SHA-256")
                                    .digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
