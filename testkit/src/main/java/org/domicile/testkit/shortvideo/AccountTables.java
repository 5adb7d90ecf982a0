package org.domicile.testkit.shortvideo;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;

/** Accounts, the devices they are used on, from where, and where those were. */
final class AccountTables {
    private static final double MEAN_LOGINS = 3;
    private static final int MAX_LOGINS = 100;
    private static final double LOCATION_ALLOWED = 0.6;
    private static final double MEAN_LOCATIONS = 4;
    private static final int MAX_LOCATIONS = 100;
    private static final Duration LOCATION_SPAN = Duration.ofDays(30);

    /** How far people live from the middle of their city, and go from home: one sigma. */
    private static final double CITY_DEGREES = 0.06;

    private static final double AROUND_HOME_DEGREES = 0.01;
    private static final double MAX_LATITUDE = 89.9;
    private static final double COORDINATE_SCALE = 1e6;
    private static final int PUSH_TOKEN_BYTES = 32;

    /** Model, operating system, and how the app names the device to the server. */
    private record Model(String name, String os, String agent) {}

    private static final List<Model> MODELS =
            List.of(
                    new Model("iPhone 13", "iOS 17.6", "iPhone14,5; iOS 17.6"),
                    new Model("iPhone 14", "iOS 18.1", "iPhone14,7; iOS 18.1"),
                    new Model("iPhone 15 Pro", "iOS 18.4", "iPhone16,1; iOS 18.4"),
                    new Model("iPhone SE", "iOS 16.7", "iPhone14,6; iOS 16.7"),
                    new Model("iPad Air", "iPadOS 18.1", "iPad13,16; iPadOS 18.1"),
                    new Model("Galaxy S23", "Android 14", "SM-S911B; Android 14"),
                    new Model("Galaxy A54", "Android 14", "SM-A546B; Android 14"),
                    new Model("Galaxy A15", "Android 15", "SM-A155F; Android 15"),
                    new Model("Pixel 8", "Android 15", "Pixel 8; Android 15"),
                    new Model("Pixel 6a", "Android 14", "Pixel 6a; Android 14"),
                    new Model("Redmi Note 12", "Android 13", "23021RAAEG; Android 13"),
                    new Model("moto g84", "Android 13", "moto g84 5G; Android 13"),
                    new Model("OnePlus Nord 3", "Android 14", "CPH2493; Android 14"));

    private final Residents residents;

    AccountTables(Residents residents) {
        this.residents = residents;
    }

    List<Table> tables() {
        return List.of(
                new Table(
                        "users",
                        "id, handle, display_name, email, phone, birth_date, gender, country,"
                                + " language, bio, is_creator, followers_count, following_count,"
                                + " activity, created_at",
                        this::users),
                new Table(
                        "devices",
                        "id, user_id, model, os, advertising_id, push_token, added_at",
                        this::devices),
                new Table("logins", "id, user_id, device_id, ip, user_agent, at", this::logins),
                new Table(
                        "locations",
                        "user_id, at, latitude, longitude, accuracy_m",
                        this::locations));
    }

    private void users(CopyRows out) throws IOException {
        for (Person person : residents.people()) {
            World.Subject subject = person.subject();
            out.row(
                    subject.id(),
                    person.handle(),
                    person.name(),
                    person.email(),
                    person.phone(),
                    person.birthDate(),
                    person.gender(),
                    subject.country().code(),
                    subject.country().locale().toLanguageTag(),
                    person.bio(),
                    subject.creator(),
                    subject.followers(),
                    subject.following(),
                    subject.activity(),
                    person.createdAt());
        }
    }

    /** One device or two; drawn again wherever they are named. */
    private record Device(UUID id, Model model) {
        static List<Device> of(Draw draw) {
            Device first = new Device(draw.uuid(), draw.from(MODELS));
            return draw.chance(0.3)
                    ? List.of(first, new Device(draw.uuid(), draw.from(MODELS)))
                    : List.of(first);
        }
    }

    private void devices(CopyRows out) throws IOException {
        for (Person person : residents.people()) {
            Draw draw = residents.draw(Draw.Topic.DEVICES, person);
            for (Device device : Device.of(draw)) {
                out.row(
                        device.id(),
                        person.subject().id(),
                        device.model().name(),
                        device.model().os(),
                        draw.chance(0.65) ? draw.uuid() : null,
                        draw.chance(0.8)
                                ? HexFormat.of().formatHex(draw.bytes(PUSH_TOKEN_BYTES))
                                : null,
                        residents.recently(draw, person));
            }
        }
    }

    private void logins(CopyRows out) throws IOException {
        Table.Ids ids = new Table.Ids(residents.jurisdiction());
        for (Person person : residents.people()) {
            List<Device> devices = Device.of(residents.draw(Draw.Topic.DEVICES, person));
            Draw draw = residents.draw(Draw.Topic.LOGINS, person);
            List<Country.Network> networks = person.subject().country().networks();
            String atHome = draw.from(networks).address(draw);
            int count = 1 + draw.count(MEAN_LOGINS, MAX_LOGINS);
            for (int i = 0; i < count; i++) {
                Device device = draw.from(devices);
                out.row(
                        ids.next(),
                        person.subject().id(),
                        device.id(),
                        draw.chance(0.7) ? atHome : draw.from(networks).address(draw),
                        "ShortVideo/31.4.1 (" + device.model().agent() + ")",
                        residents.recently(draw, person));
            }
        }
    }

    private void locations(CopyRows out) throws IOException {
        for (Person person : residents.people()) {
            Draw draw = residents.draw(Draw.Topic.LOCATIONS, person);
            double homeLatitude = person.city().latitude() + draw.gaussian() * CITY_DEGREES;
            double homeLongitude = person.city().longitude() + draw.gaussian() * CITY_DEGREES;
            int count =
                    draw.chance(LOCATION_ALLOWED) ? draw.count(MEAN_LOCATIONS, MAX_LOCATIONS) : 0;
            for (int i = 0; i < count; i++) {
                // Each in a stretch of time of its own: no two of a person's are at one moment.
                long stretch = LOCATION_SPAN.toMillis() / count;
                Instant at =
                        residents
                                .world()
                                .end()
                                .minusMillis(stretch * i + 1 + draw.below(stretch - 1));
                double latitude = homeLatitude + draw.gaussian() * AROUND_HOME_DEGREES;
                double longitude = homeLongitude + draw.gaussian() * AROUND_HOME_DEGREES;
                out.row(
                        person.subject().id(),
                        at,
                        rounded(Math.clamp(latitude, -MAX_LATITUDE, MAX_LATITUDE)),
                        rounded(longitude),
                        draw.between(3, 80));
            }
        }
    }

    private static double rounded(double degrees) {
        return Math.round(degrees * COORDINATE_SCALE) / COORDINATE_SCALE;
    }
}
