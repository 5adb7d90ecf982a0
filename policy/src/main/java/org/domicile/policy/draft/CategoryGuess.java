package org.domicile.policy.draft;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** What a column probably is, by its name and type. Where that says little, there is no guess. */
final class CategoryGuess {
    private enum Kind {
        TEXT,
        NUMBER,
        TIME,
        NETWORK,
        PLACE,
        UUID,
        OTHER
    }

    private static final Set<Kind> TEXT = Set.of(Kind.TEXT);
    private static final Set<Kind> TEXT_OR_NUMBER = Set.of(Kind.TEXT, Kind.NUMBER);
    private static final Set<Kind> IDENTIFIER = Set.of(Kind.TEXT, Kind.NUMBER, Kind.UUID);

    private record Rule(String category, Set<Kind> kinds, Pattern name) {
        static Rule of(String category, Set<Kind> kinds, String words) {
            return new Rule(category, kinds, Pattern.compile("(^|_)(" + words + ")(_|$)"));
        }
    }

    /** The first that fits counts. Words are those between underscores, in lower case. */
    private static final List<Rule> RULES =
            List.of(
                    Rule.of(
                            "user.authorization.password",
                            TEXT,
                            "password|passwd|pwd|passphrase|password_(hash|digest|salt)"),
                    Rule.of(
                            "user.authorization.credentials",
                            TEXT,
                            "(api|access|refresh|session|auth|push|reset)_?(key|token|secret)|token"
                                    + "|secret|otp"),
                    Rule.of("user.contact.email", TEXT, "e?mail|e_mail|email_?address"),
                    Rule.of(
                            "user.contact.phone_number",
                            TEXT_OR_NUMBER,
                            "phone|phone_?number|mobile|msisdn|tel|telephone|cell"),
                    Rule.of("user.contact.fax_number", TEXT_OR_NUMBER, "fax"),
                    Rule.of(
                            "user.device.ip_address",
                            Set.of(Kind.TEXT, Kind.NETWORK),
                            "ip|ip_?addr(ess)?|remote_?addr(ess)?"),
                    Rule.of("user.device.telemetry", TEXT, "user_?agent"),
                    Rule.of(
                            "user.device.device_id",
                            IDENTIFIER,
                            "device_?id|advertising_?id|idfa|gaid|imei|imsi|mac_?address|serial_?no"),
                    Rule.of("user.device.cookie_id", IDENTIFIER, "cookie(_?id)?"),
                    Rule.of("user.name.first", TEXT, "first_?name|given_?name|forename"),
                    Rule.of("user.name.last", TEXT, "last_?name|family_?name|surname|maiden_?name"),
                    Rule.of(
                            "user.name",
                            TEXT,
                            "(full|display|real|legal|middle|recipient|contact)_?name"),
                    Rule.of(
                            "user.account.username",
                            TEXT,
                            "user_?name|login|handle|nick(name)?|screen_?name"),
                    Rule.of(
                            "user.demographic.date_of_birth",
                            Set.of(Kind.TEXT, Kind.NUMBER, Kind.TIME),
                            "dob|birth_?(date|day|year)|date_of_birth|born(_on)?"),
                    Rule.of("user.demographic.gender", TEXT, "gender|sex"),
                    Rule.of("user.demographic.language", TEXT, "language|lang|locale"),
                    Rule.of("user.demographic.marital_status", TEXT, "marital_?status"),
                    Rule.of("user.demographic.profile", TEXT, "bio|biography|about_?me"),
                    Rule.of(
                            "user.contact.address.street",
                            TEXT,
                            "street|address(_?line)?(_?[123])?|house_?number"),
                    Rule.of("user.contact.address.city", TEXT, "city|town"),
                    Rule.of(
                            "user.contact.address.postal_code",
                            TEXT_OR_NUMBER,
                            "zip|zip_?code|postal_?code|post_?code"),
                    Rule.of("user.contact.address.state", TEXT, "state|province"),
                    Rule.of("user.contact.address.country", TEXT, "country|country_?code"),
                    Rule.of(
                            "user.location.precise",
                            Set.of(Kind.NUMBER, Kind.PLACE),
                            "lat|latitude|lng|lon|long|longitude|geo|geom|position|location|coords?"),
                    Rule.of(
                            "user.financial.bank_account",
                            TEXT_OR_NUMBER,
                            "iban|bic|account_?number|routing_?number"),
                    Rule.of(
                            "user.financial.credit_card",
                            TEXT_OR_NUMBER,
                            "card|card_?(number|last4|no)|pan|cvv|cvc|last4"),
                    Rule.of(
                            "user.government_id.national_identification_number",
                            TEXT_OR_NUMBER,
                            "ssn|national_?id|tax_?id|personal_?(number|code)"),
                    Rule.of("user.government_id.passport_number", TEXT, "passport(_?(no|number))?"),
                    Rule.of(
                            "user.content.self_image",
                            TEXT,
                            "avatar|photo|picture|selfie|portrait"),
                    Rule.of(
                            "user.behavior.search_history",
                            TEXT,
                            "search_?(query|term)|query_?text"),
                    Rule.of("user.health", TEXT, "diagnosis|medication|allerg(y|ies)|blood_?type"));

    private CategoryGuess() {}

    static Optional<String> of(DiscoveredTable.Column column) {
        Kind kind = kind(column.type());
        if (kind == Kind.NETWORK) {
            return Optional.of("user.device.ip_address");
        }
        String words = words(column.name());
        return RULES.stream()
                .filter(rule -> rule.kinds().contains(kind) && rule.name().matcher(words).find())
                .map(Rule::category)
                .findFirst();
    }

    /** {@code emailAddress} and {@code email-address} as {@code email_address}. */
    private static String words(String name) {
        return name.replaceAll("(\\p{Lower})(\\p{Upper})", "$1_$2")
                .replaceAll("[^\\p{Alnum}]+", "_")
                .toLowerCase(Locale.ROOT);
    }

    private static Kind kind(String type) {
        String lower = type.toLowerCase(Locale.ROOT);
        if (lower.endsWith("[]")) {
            return Kind.OTHER;
        }
        // Without a schema and what follows the name: "public.citext", "character varying(80)".
        String word = lower.replaceFirst("^[a-z0-9_]+\\.", "").replaceAll("[^a-z].*", "");
        return switch (word) {
            case "text", "character", "citext", "varchar", "bpchar", "name" -> Kind.TEXT;
            case "smallint", "integer", "bigint", "numeric", "real", "double" -> Kind.NUMBER;
            case "date", "timestamp" -> Kind.TIME;
            case "inet", "cidr" -> Kind.NETWORK;
            case "point", "geography", "geometry" -> Kind.PLACE;
            case "uuid" -> Kind.UUID;
            default -> Kind.OTHER;
        };
    }
}
