package org.domicile.testkit.shortvideo;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A country with users, as {@code countries.csv} and {@code cities.csv} describe it.
 *
 * @param code ISO 3166-1 alpha-2
 * @param weight its share of all users, relative to the others'
 * @param genderedNames whether Datafaker tells women's first names from men's in this locale
 * @param phone a template; {@code @} stands for the city's area code
 */
record Country(
        String code,
        String jurisdiction,
        int weight,
        Locale locale,
        boolean genderedNames,
        String currency,
        String phone,
        List<Network> networks,
        List<City> cities) {
    private static final List<String> COUNTRY_COLUMNS =
            List.of(
                    "country",
                    "jurisdiction",
                    "weight",
                    "locale",
                    "gendered_names",
                    "currency",
                    "phones",
                    "networks");
    private static final List<String> CITY_COLUMNS =
            List.of(
                    "country",
                    "city",
                    "latitude",
                    "longitude",
                    "weight",
                    "postal_code",
                    "area_code");

    private static final List<Country> ALL = read();
    private static final Map<String, Country> BY_CODE =
            ALL.stream().collect(Collectors.toUnmodifiableMap(Country::code, Function.identity()));

    Country {
        networks = List.copyOf(networks);
        cities = List.copyOf(cities);
    }

    /** A place to live; the postal code is a template. */
    record City(
            String country,
            String name,
            double latitude,
            double longitude,
            int weight,
            String postalCode,
            String areaCode) {}

    /** Addresses that a provider of this country gives out. */
    record Network(InetAddress base, int prefixBits) {
        static Network parse(String cidr) {
            String[] parts = cidr.split("/", 2);
            return new Network(InetAddress.ofLiteral(parts[0]), Integer.parseInt(parts[1]));
        }

        String address(Draw draw) {
            byte[] bytes = base.getAddress();
            byte[] random = draw.bytes(bytes.length);
            for (int bit = prefixBits; bit < bytes.length * 8; bit++) {
                int mask = 0x80 >> (bit % 8);
                bytes[bit / 8] = (byte) ((bytes[bit / 8] & ~mask) | (random[bit / 8] & mask));
            }
            try {
                return InetAddress.getByAddress(bytes).getHostAddress();
            } catch (UnknownHostException e) {
                throw new IllegalStateException("an address keeps its length", e);
            }
        }
    }

    static List<Country> all() {
        return ALL;
    }

    static Country of(String code) {
        Country country = BY_CODE.get(code);
        if (country == null) {
            throw new IllegalArgumentException("no country " + code);
        }
        return country;
    }

    /** Where a user lives. */
    static Country ofUser(long seed, long userId) {
        return new Draw(seed, Draw.Topic.COUNTRY, userId).weighted(ALL, Country::weight);
    }

    private static List<Country> read() {
        try (Csv cities = resource("cities.csv", CITY_COLUMNS);
                Csv countries = resource("countries.csv", COUNTRY_COLUMNS)) {
            List<City> allCities = new ArrayList<>();
            while (cities.next()) {
                allCities.add(
                        new City(
                                cities.text("country"),
                                cities.text("city"),
                                cities.decimal("latitude"),
                                cities.decimal("longitude"),
                                cities.count("weight"),
                                cities.text("postal_code"),
                                cities.text("area_code")));
            }
            List<Country> all = new ArrayList<>();
            while (countries.next()) {
                all.add(row(countries, allCities));
            }
            return List.copyOf(all);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Country row(Csv csv, List<City> allCities) {
        String code = csv.text("country");
        return new Country(
                code,
                csv.text("jurisdiction"),
                csv.count("weight"),
                Locale.forLanguageTag(csv.text("locale")),
                Boolean.parseBoolean(csv.text("gendered_names")),
                csv.text("currency"),
                csv.text("phones"),
                List.of(csv.text("networks").split(" ")).stream().map(Network::parse).toList(),
                allCities.stream().filter(city -> city.country().equals(code)).toList());
    }

    private static Csv resource(String name, List<String> columns) {
        InputStream stream = Country.class.getResourceAsStream(name);
        if (stream == null) {
            throw new IllegalStateException("the class path has no " + name);
        }
        return new Csv(name, stream, columns);
    }
}
