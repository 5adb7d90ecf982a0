package org.domicile.console.web;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Which of the languages somebody gets. */
final class Language {
    /** Longer headers are not looked at. */
    static final int MAX_HEADER_LENGTH = 1_000;

    private Language() {}

    /**
     * Chooses.
     *
     * @param chosen what they chose before; null or anything else for nothing
     * @param accepted what the browser says, as RFC 9110 section 12.5.4 has it
     */
    static Locale choose(@Nullable String chosen, @Nullable String accepted) {
        for (Locale language : Text.LANGUAGES) {
            if (language.getLanguage().equals(chosen)) {
                return language;
            }
        }
        if (accepted == null || accepted.length() > MAX_HEADER_LENGTH) {
            return Text.LANGUAGES.getFirst();
        }
        try {
            Locale best = Locale.lookup(Locale.LanguageRange.parse(accepted), Text.LANGUAGES);
            return best == null ? Text.LANGUAGES.getFirst() : best;
        } catch (IllegalArgumentException e) {
            return Text.LANGUAGES.getFirst(); // no list of languages
        }
    }

    /** The tags of all. */
    static List<String> tags() {
        return Text.LANGUAGES.stream().map(Locale::getLanguage).toList();
    }
}
