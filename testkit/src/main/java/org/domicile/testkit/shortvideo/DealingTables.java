package org.domicile.testkit.shortvideo;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import org.domicile.testkit.shortvideo.World.Subject;

/** Whom people follow, write to and pay, and which advertisements they see. */
final class DealingTables {
    private static final double MEAN_MESSAGES = 1;
    private static final int MAX_MESSAGES = 50;
    private static final double MEAN_GIFTS = 0.1;
    private static final int MAX_GIFTS = 20;
    private static final double MEAN_ORDERS = 0.12;
    private static final int MAX_ORDERS = 10;
    private static final int CAMPAIGNS = 40;
    private static final double MEAN_AD_IMPRESSIONS = 1.5;
    private static final int MAX_AD_IMPRESSIONS = 50;
    private static final double AD_CLICKED = 0.02;

    private static final List<Integer> COINS = List.of(1, 1, 1, 5, 5, 10, 30, 99, 199, 499, 999);
    private static final BigDecimal COIN_PRICE = new BigDecimal("0.0138");

    private static final List<String> MESSAGES =
            List.of(
                    "did you see this one?",
                    "my new number is {phone}",
                    "haha yes",
                    "are you still coming to {city} on Friday?",
                    "thanks for following! {name}",
                    "I made {dish} like in your video",
                    "do you also like {hobby}?",
                    "can I use your sound?",
                    "send it to me please",
                    "happy birthday!! \ud83c\udf89",
                    "that was {adjective}");

    private final Residents residents;
    private final Wording wording;

    DealingTables(Residents residents) {
        this.residents = residents;
        this.wording = new Wording(residents.names());
    }

    List<Table> tables() {
        return List.of(
                new Table("follows", "follower_id, followed_id, at", this::follows),
                new Table("messages", "id, sender_id, recipient_id, body, at", this::messages),
                new Table(
                        "gifts",
                        "id, sender_id, recipient_id, coins, amount, currency, at",
                        this::gifts),
                new Table(
                        "orders",
                        "id, user_id, item, amount, currency, recipient_name, street, city,"
                                + " postal_code, country, card_last4, at",
                        this::orders),
                new Table(
                        "ad_campaigns",
                        "id, advertiser, title, tag, budget, currency, starts_on, ends_on",
                        this::campaigns),
                new Table(
                        "ad_impressions",
                        "id, user_id, campaign_id, at, clicked",
                        this::adImpressions));
    }

    private void follows(CopyRows out) throws IOException {
        for (Person person : residents.people()) {
            long id = person.subject().id();
            Draw draw = residents.draw(Draw.Topic.FOLLOWS, person);
            for (long followed :
                    Follows.of(
                            residents.seed(),
                            id,
                            residents.shownTo(person),
                            residents.creators())) {
                out.row(id, followed, residents.recently(draw, person));
            }
        }
    }

    private void messages(CopyRows out) throws IOException {
        Table.Ids ids = new Table.Ids(residents.jurisdiction());
        List<Subject> everyone = residents.world().subjects();
        for (Person person : residents.people()) {
            Draw draw = residents.draw(Draw.Topic.MESSAGES, person);
            int count = draw.count(MEAN_MESSAGES, MAX_MESSAGES);
            for (int i = 0; i < count; i++) {
                out.row(
                        ids.next(),
                        person.subject().id(),
                        draw.from(everyone).id(),
                        wording.say(draw, MESSAGES, person),
                        residents.recently(draw, person));
            }
        }
    }

    private void gifts(CopyRows out) throws IOException {
        Table.Ids ids = new Table.Ids(residents.jurisdiction());
        for (Person person : residents.people()) {
            Draw draw = residents.draw(Draw.Topic.GIFTS, person);
            int count = residents.creators().isEmpty() ? 0 : draw.count(MEAN_GIFTS, MAX_GIFTS);
            for (int i = 0; i < count; i++) {
                int coins = draw.from(COINS);
                out.row(
                        ids.next(),
                        person.subject().id(),
                        residents.creators().get(draw.popular(residents.creators().size())),
                        coins,
                        COIN_PRICE.multiply(BigDecimal.valueOf(coins)).setScale(2, RoundingMode.UP),
                        person.subject().country().currency(),
                        residents.recently(draw, person));
            }
        }
    }

    private void orders(CopyRows out) throws IOException {
        Table.Ids ids = new Table.Ids(residents.jurisdiction());
        for (Person person : residents.people()) {
            Draw draw = residents.draw(Draw.Topic.ORDERS, person);
            Country country = person.subject().country();
            String street =
                    draw.from(residents.names().of(country).streets()) + " " + draw.between(1, 220);
            String postalCode = draw.fill(person.city().postalCode());
            int count = draw.count(MEAN_ORDERS, MAX_ORDERS);
            for (int i = 0; i < count; i++) {
                out.row(
                        ids.next(),
                        person.subject().id(),
                        draw.from(residents.names().products()),
                        BigDecimal.valueOf(draw.between(499, 14_999), 2),
                        country.currency(),
                        person.name(),
                        street,
                        person.city().name(),
                        postalCode,
                        country.code(),
                        draw.fill("####"),
                        residents.recently(draw, person));
            }
        }
    }

    private void campaigns(CopyRows out) throws IOException {
        List<String> currencies =
                Country.all().stream()
                        .filter(country -> country.jurisdiction().equals(residents.jurisdiction()))
                        .map(Country::currency)
                        .toList();
        LocalDate today = LocalDate.ofInstant(residents.world().end(), ZoneOffset.UTC);
        for (long id = 1; id <= CAMPAIGNS; id++) {
            Draw draw = new Draw(residents.seed(), Draw.Topic.CAMPAIGNS, id);
            String product = draw.from(residents.names().products());
            LocalDate start = today.minusDays(draw.between(31, 60));
            out.row(
                    id,
                    draw.from(residents.names().companies()),
                    "Get your " + product,
                    null,
                    BigDecimal.valueOf(draw.between(500, 50_000)),
                    draw.from(currencies),
                    start,
                    today.plusDays(draw.between(1, 30)));
        }
    }

    private void adImpressions(CopyRows out) throws IOException {
        Table.Ids ids = new Table.Ids(residents.jurisdiction());
        for (Person person : residents.people()) {
            Draw draw = residents.draw(Draw.Topic.AD_IMPRESSIONS, person);
            int count = draw.count(MEAN_AD_IMPRESSIONS, MAX_AD_IMPRESSIONS);
            for (int i = 0; i < count; i++) {
                out.row(
                        ids.next(),
                        person.subject().id(),
                        draw.between(1, CAMPAIGNS),
                        residents.recently(draw, person),
                        draw.chance(AD_CLICKED));
            }
        }
    }
}
