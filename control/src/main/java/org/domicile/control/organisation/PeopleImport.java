package org.domicile.control.organisation;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.domicile.yaml.YamlException;
import org.domicile.yaml.YamlText;

/**
 * Brings people from another directory into an organisation file. It adds and changes what the
 * directory knows and nothing else: roles, teams and comments stay, nobody is removed, and nobody
 * who is disabled is enabled.
 */
public final class PeopleImport {
    private final OrganisationEditor editor;
    private final Organisation organisation;
    private final Optional<String> residesIn;
    private final List<String> added = new ArrayList<>();
    private final List<String> changed = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();

    private PeopleImport(String text, Organisation organisation, Optional<String> residesIn) {
        this.editor = new OrganisationEditor(text);
        this.organisation = organisation;
        this.residesIn = residesIn;
    }

    /**
     * What came of it.
     *
     * @param text the file's new text, checked
     * @param added ids
     * @param changed ids
     */
    public record Merged(String text, List<String> added, List<String> changed) {
        public Merged {
            added = List.copyOf(added);
            changed = List.copyOf(changed);
        }
    }

    /**
     * Merges.
     *
     * @param residesIn where somebody resides of whom the directory does not say it
     * @throws ImportFormatException with everything that is missing; nothing is merged then
     * @throws YamlException when the file, as it was or as it would be, has problems
     */
    public static Merged merge(
            String text, List<ImportedPerson> people, Optional<String> residesIn) {
        PeopleImport merging =
                new PeopleImport(
                        text, OrganisationFile.read(OrganisationFile.NAME, text), residesIn);
        Set<String> ids = new HashSet<>();
        for (ImportedPerson person : people) {
            if (!ids.add(person.id())) {
                merging.problems.add(person.id() + ": two people of the file would have this id");
            } else if (merging.organisation.entities().containsKey(person.id())
                    || merging.organisation.jobs().containsKey(person.id())) {
                merging.problems.add(person.id() + ": an entity or job has this id");
            } else {
                merging.merge(person);
            }
        }
        if (!merging.problems.isEmpty()) {
            throw new ImportFormatException(String.join("\n", merging.problems));
        }
        String result = merging.editor.result();
        OrganisationFile.read(OrganisationFile.NAME, result);
        return new Merged(result, merging.added, merging.changed);
    }

    private void merge(ImportedPerson person) {
        Organisation.Person known = organisation.people().get(person.id());
        Map<String, String> values = new LinkedHashMap<>();
        person.name().ifPresent(name -> values.put("name", YamlText.scalar(name)));
        person.employer()
                .ifPresent(employer ->
                        entity(employer)
                                .ifPresentOrElse(
                                        id -> values.put("employer", id),
                                        () ->
                                                problems.add(
                                                        person.id()
                                                                + ": no entity has the name"
                                                                + " of their employer; declare it"
                                                                + " under \"entities\"")));
        person.sitsIn().ifPresent(country -> values.put("sits_in", country));
        person.residesIn()
                .or(() -> known == null ? residesIn : Optional.empty())
                .ifPresent(country -> values.put("resides_in", country));
        person.manager().ifPresent(manager -> values.put("manager", manager));
        if (!person.isActive()) {
            values.put("disabled", "true");
        }
        if (known != null) {
            values.entrySet().removeIf(value -> isSo(known, value.getKey(), value.getValue()));
            values.forEach((key, value) -> editor.set(person.id(), key, value));
            if (!values.isEmpty()) {
                changed.add(person.id());
            }
            return;
        }
        for (String key : List.of("sits_in", "resides_in")) {
            if (!values.containsKey(key)) {
                problems.add(
                        person.id()
                                + ": the file does not say \""
                                + key
                                + "\", on which coverage depends"
                                + (key.equals("resides_in")
                                        ? "; say it for all with --resides-in, or add it there"
                                        : "; add it there"));
            }
        }
        editor.add(person.id(), values);
        added.add(person.id());
    }

    private Optional<String> entity(String employer) {
        String wanted = employer.toLowerCase(Locale.ROOT);
        return organisation.entities().values().stream()
                .filter(entity ->
                        entity.id().equals(wanted)
                                || entity.name().toLowerCase(Locale.ROOT).equals(wanted))
                .map(Organisation.Entity::id)
                .findFirst();
    }

    private static boolean isSo(Organisation.Person known, String key, String value) {
        return switch (key) {
            case "name" -> known.name().map(YamlText::scalar).equals(Optional.of(value));
            case "employer" ->
                    known.employer().map(Organisation.Party::text).equals(Optional.of(value));
            case "sits_in" -> known.sitsIn().equals(value);
            case "resides_in" -> known.residesIn().equals(value);
            case "manager" -> known.manager().equals(Optional.of(value));
            default -> known.isDisabled();
        };
    }
}
