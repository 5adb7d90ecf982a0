package org.domicile.testkit.shortvideo;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import net.datafaker.Faker;

/**
 * Names and words made up once by Datafaker, from which people are put together: asking it for each
 * person would be most of the loading time.
 */
final class Names {
    private static final int POOL_SIZE = 200;

    private final Map<String, Local> byCountry = new HashMap<>();
    private final List<String> products;
    private final List<String> companies;
    private final List<String> hobbies;
    private final List<String> dishes;
    private final List<String> adjectives;
    private final List<String> animals;

    /** A country's names. */
    record Local(
            List<String> womensNames,
            List<String> mensNames,
            List<String> lastNames,
            List<String> streets) {}

    Names(long seed) {
        for (Country country : Country.all()) {
            byCountry.put(country.code(), local(country, seed));
        }
        Faker faker = faker(Locale.US, seed);
        products = pool(() -> faker.commerce().productName());
        companies = pool(() -> faker.company().name());
        hobbies = pool(() -> faker.hobby().activity());
        dishes = pool(() -> faker.food().dish());
        adjectives = pool(() -> faker.word().adjective());
        animals = pool(() -> faker.animal().name());
    }

    private static Local local(Country country, long seed) {
        Faker faker = faker(country.locale(), seed);
        List<String> women =
                pool(() ->
                        country.genderedNames()
                                ? faker.name().femaleFirstName()
                                : faker.name().firstName());
        List<String> men =
                country.genderedNames() ? pool(() -> faker.name().maleFirstName()) : women;
        return new Local(
                women,
                men,
                pool(() -> faker.name().lastName()),
                pool(() -> faker.address().streetName()));
    }

    private static Faker faker(Locale locale, long seed) {
        return new Faker(locale, new Random(new Draw(seed, Draw.Topic.NAMES, 0).seed()));
    }

    /** Distinct values, fewer where the locale does not know as many. */
    private static List<String> pool(Supplier<String> source) {
        Set<String> values = new LinkedHashSet<>();
        for (int i = 0; i < POOL_SIZE; i++) {
            values.add(source.get());
        }
        return new ArrayList<>(values);
    }

    Local of(Country country) {
        Local local = byCountry.get(country.code());
        if (local == null) {
            throw new IllegalArgumentException("no names for " + country.code());
        }
        return local;
    }

    List<String> products() {
        return products;
    }

    List<String> companies() {
        return companies;
    }

    List<String> hobbies() {
        return hobbies;
    }

    List<String> dishes() {
        return dishes;
    }

    List<String> adjectives() {
        return adjectives;
    }

    List<String> animals() {
        return animals;
    }
}
