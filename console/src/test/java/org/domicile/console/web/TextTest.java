package org.domicile.console.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.ResourceBundle;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.domicile.console.access.Door;
import org.domicile.console.page.Disclosures;
import org.domicile.control.freeze.Freeze;
import org.domicile.control.organisation.Organisation.Role;
import org.domicile.control.request.SignedAct;
import org.domicile.control.rules.RulePacks;
import org.domicile.ledger.Fact;
import org.domicile.plan.Effect;
import org.junit.jupiter.api.Test;

/** Every word of the console is in every language, and none of them is there for nothing. */
final class TextTest {
    private static final Path SOURCES = Path.of("src", "main");
    private static final Pattern QUOTED = Pattern.compile("\"([a-z_]+\\.[a-z_.]+)\"");
    private static final Pattern PLAIN_QUOTE = Pattern.compile("'");

    private static Set<String> keys(Locale language) {
        return new TreeSet<>(
                ResourceBundle.getBundle(
                                Text.BUNDLE,
                                language,
                                ResourceBundle.Control.getNoFallbackControl(
                                        ResourceBundle.Control.FORMAT_PROPERTIES))
                        .keySet());
    }

    private static List<Path> files(String ending) throws IOException {
        try (Stream<Path> all = Files.walk(SOURCES)) {
            return all.filter(file -> file.toString().endsWith(ending)).toList();
        }
    }

    @Test
    void everyLanguageHasEveryText() {
        for (Locale language : Text.LANGUAGES) {
            assertThat(keys(language)).as(language.toString()).isEqualTo(keys(Locale.ENGLISH));
            Text text = Text.of(language);
            for (String key : keys(language)) {
                assertThat(text.get(key)).as(key).isNotBlank();
                assertThat(PLAIN_QUOTE.matcher(text.get(key)).find()).as(key).isFalse();
                assertThat(slots(text.get(key)))
                        .as(key)
                        .isEqualTo(slots(Text.of(Locale.ENGLISH).get(key)));
            }
        }
    }

    private static Set<String> slots(String text) {
        TreeSet<String> slots = new TreeSet<>();
        Pattern.compile("\\{[0-9]\\}").matcher(text).results().forEach(s -> slots.add(s.group()));
        return slots;
    }

    @Test
    void whatIsUsedIsThereAndWhatIsThereIsUsed() throws IOException {
        TreeSet<String> used = new TreeSet<>();
        Set<String> known = keys(Locale.ENGLISH);
        for (String ending : List.of(".java", ".jte")) {
            for (Path file : files(ending)) {
                QUOTED.matcher(Files.readString(file))
                        .results()
                        .map(found -> found.group(1))
                        .filter(key -> ending.equals(".jte") || known.contains(key))
                        .forEach(used::add);
            }
        }
        used.removeIf(key -> key.endsWith(".css") || key.endsWith(".js") || key.endsWith(".svg"));
        used.removeIf(key -> key.endsWith(".min.js") || key.startsWith("public."));
        for (Role role : Role.values()) {
            used.add("role." + role.text());
        }
        for (Door door : Door.values()) {
            if (door.kind() == Door.Kind.PAGE && known.contains(Frame.nameOf(door))) {
                used.add(Frame.nameOf(door));
            }
        }
        for (Freeze.Target target : Freeze.Target.values()) {
            used.add("target." + target.text());
        }
        Disclosures.KINDS.forEach(kind -> used.add("kind." + kind.replace('-', '_')));
        for (String pack : RulePacks.INCLUDED) {
            RulePacks.included(pack)
                    .bulk()
                    .thresholds()
                    .forEach(threshold -> used.add("bulk." + threshold.category()));
        }
        for (Fact.Shape shape : Fact.Shape.values()) {
            used.add("shape." + shape.text());
        }
        for (SignedAct.Kind kind : SignedAct.Kind.values()) {
            used.add("sign." + kind.text());
        }
        Frame.THEMES.forEach(theme -> used.add("theme." + theme));
        Language.tags().forEach(tag -> used.add("language." + tag));
        List.of("low", "high", "full").forEach(level -> used.add("meter." + level));
        List.of("came", "went", "changed").forEach(state -> used.add("difference." + state));
        for (Effect effect : Effect.values()) {
            used.add("effect." + effect.name().toLowerCase(Locale.ROOT));
        }
        List.of("open", "approved", "denied", "ended", "expired", "refused", "frozen", "released")
                .forEach(state -> used.add("state." + state));
        assertThat(known).isEqualTo(used);
    }

    @Test
    void everyKindOfEntryCanBeLookedFor() throws ReflectiveOperationException {
        TreeSet<Object> types = new TreeSet<>();
        for (Class<?> fact : records(Fact.class)) {
            for (Field field : fact.getFields()) {
                if (field.getName().endsWith("TYPE")) {
                    types.add(field.get(null));
                }
            }
        }
        assertThat(types).hasSizeGreaterThan(15);
        assertThat(Disclosures.KINDS)
                .doesNotHaveDuplicates()
                .hasSameElementsAs(types.stream().map(Object::toString).toList());
    }

    private static List<Class<?>> records(Class<?> sealed) {
        return Stream.of(sealed.getPermittedSubclasses())
                .<Class<?>>mapMulti((one, all) -> {
                    if (one.isRecord()) {
                        all.accept(one);
                    } else {
                        records(one).forEach(all);
                    }
                })
                .toList();
    }

    @Test
    void aCodeThatNobodyNamedIsShownAsItIs() {
        assertThat(Text.of(Locale.FRENCH).named("bulk", "health")).isEqualTo("Données de santé");
        assertThat(Text.of(Locale.FRENCH).named("bulk", "our-own")).isEqualTo("our-own");
    }

    @Test
    void templatesHaveNoWordsOfTheirOwn() throws IOException {
        for (Path file : files(".jte")) {
            String text =
                    Files.readString(file)
                            .replaceAll("(?m)^[@!].*$", "")
                            .replaceAll("(?s)<pre.*?</pre>", "")
                            .replaceAll("(?s)<(?:\"[^\"]*\"|'[^']*'|[^>\"'])*>", "")
                            .replaceAll("\\$\\{(?:\"[^\"]*\"|[^}\"])*\\}", "")
                            .replaceAll("(?m)^`\\)$", "");
            assertThat(text.replaceAll("@\\w[^\\n]*", ""))
                    .as(file.toString())
                    .doesNotContainPattern("\\p{L}");
        }
    }

    @Test
    void numbersAndTimesAreTheLanguages() {
        Instant time = Instant.parse("2026-11-22T08:14:00Z");
        assertThat(Text.of(Locale.ENGLISH).time(time)).isEqualTo("22 Nov 2026, 08:14:00 UTC");
        assertThat(Text.of(Locale.FRENCH).time(time)).isEqualTo("22 nov. 2026, 08:14:00 UTC");
        assertThat(Text.of(Locale.ENGLISH).get("meter.of", 12_000, 100_000L))
                .isEqualTo("12,000 of 100,000 people");
        assertThat(Text.of(Locale.ENGLISH).get("request.title", "$1{0}"))
                .as("what is put in is put in as it is")
                .isEqualTo("Request $1{0}");
    }
}
