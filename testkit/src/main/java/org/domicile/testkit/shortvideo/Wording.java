package org.domicile.testkit.shortvideo;

import java.util.List;

/** Fills phrases with made-up words, and with what people give away about themselves. */
final class Wording {
    private static final List<String> TITLES =
            List.of(
                    "{adjective} {animal}, part {number}",
                    "{number} minutes of {hobby}",
                    "how I make {dish}",
                    "{hobby} for beginners",
                    "{dish} in {number} minutes",
                    "my {adjective} {animal}",
                    "{hobby} gone {adjective}");

    private final Names names;

    Wording(Names names) {
        this.names = names;
    }

    String title(Draw draw) {
        return words(draw, draw.from(TITLES));
    }

    String say(Draw draw, List<String> phrases, Person person) {
        String phone = person.phone();
        return words(draw, draw.from(phrases))
                .replace("{city}", person.city().name())
                .replace("{name}", person.name())
                .replace("{phone}", phone == null ? person.email() : phone);
    }

    private String words(Draw draw, String phrase) {
        return phrase.replace("{adjective}", draw.from(names.adjectives()))
                .replace("{animal}", draw.from(names.animals()))
                .replace("{dish}", draw.from(names.dishes()))
                .replace("{hobby}", draw.from(names.hobbies()))
                .replace("{number}", Integer.toString(draw.between(2, 30)));
    }
}
