package org.domicile.console.web;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.ResourceBundle;
import java.util.regex.Pattern;

/** The words of one language. {@code {0}} to {@code {9}} in them stand for what is put in. */
public final class Text {
    /** The languages there are, the first for whoever asked for none of them. */
    public static final List<Locale> LANGUAGES = List.of(Locale.ENGLISH, Locale.FRENCH);

    static final String BUNDLE = "org.domicile.console.text";

    private static final Pattern SLOT = Pattern.compile("\\{([0-9])\\}");
    private static final ResourceBundle.Control NO_FALLBACK =
            ResourceBundle.Control.getNoFallbackControl(ResourceBundle.Control.FORMAT_PROPERTIES);

    private final Locale locale;
    private final ResourceBundle words;
    private final DateTimeFormatter time;

    private Text(Locale locale) {
        this.locale = locale;
        this.words = ResourceBundle.getBundle(BUNDLE, locale, NO_FALLBACK);
        this.time =
                DateTimeFormatter.ofPattern("d MMM uuuu, HH:mm:ss 'UTC'", locale)
                        .withZone(ZoneOffset.UTC);
    }

    static Text of(Locale locale) {
        return new Text(locale);
    }

    /** The language's tag, for {@code lang}. */
    public String language() {
        return locale.getLanguage();
    }

    /** The words of a key; a key that is missing is a mistake in the program. */
    public String get(String key, Object... values) {
        String text = words.getString(key);
        return values.length == 0
                ? text
                : SLOT.matcher(text)
                        .replaceAll(slot ->
                                java.util.regex.Matcher.quoteReplacement(
                                        shown(values[Integer.parseInt(slot.group(1))])));
    }

    /** What a code is called in words; one that is somebody's own has none, and stays as it is. */
    public String named(String prefix, String code) {
        String key = prefix + "." + code.replace('-', '_');
        return words.containsKey(key) ? words.getString(key) : code;
    }

    private String shown(Object value) {
        return value instanceof Number number ? number(number.longValue()) : value.toString();
    }

    /** A whole number as the language writes it. */
    public String number(long number) {
        return String.format(locale, "%,d", number);
    }

    /** A time as the language writes it, in UTC. */
    public String time(Instant instant) {
        return time.format(instant);
    }
}
