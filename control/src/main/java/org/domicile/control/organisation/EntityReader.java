package org.domicile.control.organisation;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.domicile.plan.Names;
import org.domicile.yaml.Members;
import org.domicile.yaml.Problems;
import org.domicile.yaml.Spelling;
import org.domicile.yaml.Values;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** Reads the entities: where each is at home and whose it is. */
final class EntityReader {
    private static final List<String> KEYS =
            List.of("name", "organised_in", "place_of_business", "owners", "designated");
    private static final Pattern SHARE = Pattern.compile("(\\d{1,3}(\\.\\d{1,20})?) ?%?");
    private static final BigDecimal ALL = BigDecimal.valueOf(100);

    private final Problems problems;
    private final Values values;
    private final OrganisationFile.Declared declared;

    EntityReader(Problems problems, OrganisationFile.Declared declared) {
        this.problems = problems;
        this.values = new Values(problems);
        this.declared = declared;
    }

    Map<String, Organisation.Entity> read(Members section) {
        Map<String, Organisation.Entity> entities = new LinkedHashMap<>();
        for (Members.Member member : section.all()) {
            Organisation.Entity entity = entity(member);
            if (entity != null) {
                entities.put(entity.id(), entity);
            }
        }
        return entities;
    }

    private Organisation.@Nullable Entity entity(Members.Member member) {
        String what = "entity " + Problems.quote(member.name());
        values.name(member, what, Names.MAX_NAME_LENGTH);
        if (member.name().equals(Organisation.PublicParty.TEXT)) {
            problems.add(
                    member.key(),
                    "\"public\" is the word for owners who are not known one by one",
                    "give the entity another name");
        }
        Members members = Members.read(member.key(), member.value(), what, KEYS, problems);
        String name = values.text(members.require("name", "Example Inc."), "its name");
        List<String> organisedIn = organisedIn(members.require("organised_in", "US"));
        Node placeNode = members.value("place_of_business");
        String place =
                placeNode == null
                        ? organisedIn.stream().findFirst().orElse(null)
                        : values.country(placeNode, "its place of business");
        List<Organisation.Share> owners = owners(member, members.value("owners"));
        String designated = values.text(members.value("designated"), "\"designated\"");
        if (name == null || organisedIn.isEmpty() || place == null) {
            return null;
        }
        return new Organisation.Entity(
                member.name(), name, organisedIn, place, owners, Optional.ofNullable(designated));
    }

    private List<String> organisedIn(@Nullable Node node) {
        Set<String> countries = new LinkedHashSet<>();
        List<Node> nodes =
                node == null
                        ? List.of()
                        : node instanceof SequenceNode sequence
                                ? sequence.getValue()
                                : List.of(node);
        for (Node each : nodes) {
            String country = values.country(each, "the country it is organised in");
            if (country != null) {
                countries.add(country);
            }
        }
        if (node != null && nodes.isEmpty()) {
            problems.add(node, "\"organised_in\" names no country", "write one, such as US");
        }
        return List.copyOf(countries);
    }

    private List<Organisation.Share> owners(Members.Member entity, @Nullable Node node) {
        List<Organisation.Share> shares = new ArrayList<>();
        if (node == null) {
            return shares;
        }
        String what = "the owners of " + Problems.quote(entity.name());
        Set<String> known = new HashSet<>(declared.entities());
        known.addAll(declared.people());
        for (Members.Member member : Members.read(node, node, what, problems).all()) {
            Organisation.Party owner = owner(member, known);
            BigDecimal percent = percent(member.value());
            if (owner != null && percent != null) {
                shares.add(new Organisation.Share(owner, percent));
            }
        }
        BigDecimal sum =
                shares.stream()
                        .map(Organisation.Share::percent)
                        .reduce(BigDecimal.ZERO, BigDecimal::add);
        if (sum.compareTo(ALL) > 0) {
            problems.add(
                    node,
                    what + " have " + plain(sum) + " % together, more than all of it",
                    "mend the shares: "
                            + shares.stream()
                                    .map(share ->
                                            share.owner().text() + " " + plain(share.percent()))
                                    .collect(java.util.stream.Collectors.joining(" + ")));
        }
        return shares;
    }

    private Organisation.@Nullable Party owner(Members.Member member, Set<String> known) {
        Organisation.Party party = party(member.name(), declared);
        if (party == null) {
            problems.add(
                    member.key(),
                    "owner " + Problems.quote(member.name()) + " is unknown",
                    Spelling.instead(
                            member.name(),
                            known,
                            "declare it under \"entities\" or \"people\", write a country's code"
                                    + " for a state, or public"));
        }
        return party;
    }

    /** The entity, person or state of a name; null where it is none. */
    static Organisation.@Nullable Party party(String text, OrganisationFile.Declared declared) {
        if (declared.entities().contains(text)) {
            return new Organisation.EntityParty(text);
        }
        if (declared.people().contains(text)) {
            return new Organisation.PersonParty(text);
        }
        if (text.equals(Organisation.PublicParty.TEXT)) {
            return new Organisation.PublicParty();
        }
        return Values.isCountry(text) ? new Organisation.StateParty(text) : null;
    }

    private @Nullable BigDecimal percent(Node node) {
        if (node instanceof ScalarNode scalar) {
            var share = SHARE.matcher(scalar.getValue());
            if (share.matches()) {
                BigDecimal percent = new BigDecimal(share.group(1));
                if (percent.signum() > 0 && percent.compareTo(ALL) <= 0) {
                    return percent;
                }
            }
        }
        problems.add(
                node,
                "a share must be a percentage above 0 and up to 100",
                "write it as a decimal, such as 49.9 %");
        return null;
    }

    static String plain(BigDecimal number) {
        BigDecimal stripped = number.stripTrailingZeros();
        return (stripped.scale() < 0 ? stripped.setScale(0) : stripped).toPlainString();
    }
}
