package org.domicile.testkit.shortvideo;

import java.text.Normalizer;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.domicile.testkit.shortvideo.Country.City;
import org.domicile.testkit.shortvideo.World.Subject;
import org.jspecify.annotations.Nullable;

/** The identity attached to one user. */
record Person(
        Subject subject,
        City city,
        String handle,
        String name,
        String email,
        @Nullable String phone,
        LocalDate birthDate,
        @Nullable String gender,
        @Nullable String bio,
        Instant createdAt) {
    private static final List<String> MAIL_HOSTS =
            List.of("mail", "post", "inbox", "webmail", "home");

    /** The app admits no one younger than 13. */
    private static final int YOUNGEST_YEARS = 13;

    private static final int OLDEST_YEARS = 75;
    private static final int ID_RADIX = 36;
    private static final Pattern NOT_ASCII_WORD = Pattern.compile("[^a-z0-9]");

    /**
     * @param firstSeen the account is no younger than this
     */
    static Person of(long seed, Subject subject, Names names, Instant firstSeen, Instant end) {
        Draw draw = new Draw(seed, Draw.Topic.PERSON, subject.id());
        Country country = subject.country();
        Names.Local local = names.of(country);
        City city = draw.weighted(country.cities(), City::weight);
        int sex = draw.below(100);
        String first = draw.from(sex < 49 ? local.womensNames() : local.mensNames());
        String last = draw.from(local.lastNames());
        String unique = Long.toString(subject.id(), ID_RADIX);
        String handle =
                ascii(draw.from(names.adjectives()))
                        + "_"
                        + ascii(draw.from(names.animals()))
                        + "_"
                        + unique;
        LocalDate today = LocalDate.ofInstant(end, ZoneOffset.UTC);
        int years = YOUNGEST_YEARS + draw.popular(OLDEST_YEARS - YOUNGEST_YEARS);
        return new Person(
                subject,
                city,
                handle,
                familyNameFirst(country) ? last + " " + first : first + " " + last,
                mailbox(first, last, handle, unique)
                        + "@"
                        + draw.from(MAIL_HOSTS)
                        + "."
                        + country.code().toLowerCase(Locale.ROOT)
                        + ".example",
                draw.chance(0.9) ? draw.fill(country.phone().replace("@", city.areaCode())) : null,
                today.minusYears(years).minusDays(draw.between(1, 365)),
                draw.chance(0.08) ? null : sex < 49 ? "female" : sex < 98 ? "male" : "other",
                draw.chance(0.6) ? draw.from(names.hobbies()) + " \u00b7 " + city.name() : null,
                earlier(end.minus(subject.registeredDays(), ChronoUnit.DAYS), firstSeen)
                        .minusSeconds(draw.between(1, 86_400)));
    }

    private static Instant earlier(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }

    private static boolean familyNameFirst(Country country) {
        return country.code().equals("JP") || country.code().equals("KR");
    }

    private static String mailbox(String first, String last, String handle, String unique) {
        String asciiFirst = ascii(first);
        String asciiLast = ascii(last);
        return asciiFirst.isEmpty() || asciiLast.isEmpty()
                ? handle
                : asciiFirst + "." + asciiLast + "." + unique;
    }

    private static String ascii(String name) {
        String plain =
                Normalizer.normalize(name.toLowerCase(Locale.ROOT), Normalizer.Form.NFD)
                        .replace("\u00df", "ss")
                        .replace("\u0142", "l")
                        .replace("\u00f8", "o")
                        .replace("\u0131", "i");
        return NOT_ASCII_WORD.matcher(plain).replaceAll("");
    }

    /** Identities stay out of logs and messages. */
    @Override
    public String toString() {
        return "Person(" + subject.id() + ")";
    }
}
