package org.domicile.policy.store;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.domicile.plan.BackendPassword;
import org.domicile.plan.Plan;
import org.domicile.plan.Roster;
import org.domicile.plan.StoreNames;
import org.postgresql.util.PasswordUtil;

/**
 * The audience roles and login roles of a store: which there should be, which there are, and the
 * SQL between.
 *
 * @param audiences names of audience roles
 * @param logins login roles, each with its audience's name
 * @param ends for each audience that is a grant, when its logins end
 */
record StoreRoles(Set<String> audiences, Map<String, String> logins, Map<String, Instant> ends) {
    /** More sessions of one person in one role than this is a mistake or a flood. */
    static final int CONNECTION_LIMIT = 256;

    /**
     * What every login role starts its sessions with, besides its search_path. None of it is a
     * wall: a session may change each. They bound accidents.
     */
    static final List<String> SETTINGS =
            List.of(
                    "default_transaction_read_only=on",
                    "statement_timeout=15min",
                    "lock_timeout=10s",
                    "idle_in_transaction_session_timeout=15min");

    private static final DateTimeFormatter CATALOGUE_TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss").withZone(ZoneOffset.UTC);

    /** From here on a membership says separately whether it may be used by SET ROLE. */
    private static final int MEMBERSHIP_OPTIONS_SINCE = 16;

    StoreRoles {
        audiences = new TreeSet<>(audiences);
        logins = new TreeMap<>(logins);
        ends = Map.copyOf(ends);
    }

    static StoreRoles wanted(Plan plan, Roster roster) {
        Set<String> audiences = new TreeSet<>();
        Map<String, String> logins = new TreeMap<>();
        plan.audiences().forEach(a -> audiences.add(StoreNames.audienceRole(a.name())));
        for (Roster.Accessor accessor : roster.accessors()) {
            for (String audience : accessor.audiences()) {
                logins.put(StoreNames.loginRole(audience, accessor.id()), audience);
            }
        }
        Map<String, Instant> ends = new TreeMap<>();
        for (Plan.Audience audience : plan.audiences()) {
            audience.grant().ifPresent(grant -> ends.put(audience.name(), grant.end()));
        }
        return new StoreRoles(audiences, logins, ends);
    }

    /** Every role whose name is of Domicile's kind: a dash is in login roles' names only. */
    static StoreRoles existing(Connection connection) throws SQLException {
        Set<String> audiences = new TreeSet<>();
        Map<String, String> logins = new TreeMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet row =
                        statement.executeQuery(
                                "SELECT rolname FROM pg_catalog.pg_roles WHERE rolname ~ '^dom_'")) {
            while (row.next()) {
                String role = row.getString(1);
                int dash = role.indexOf('-');
                if (dash < 0) {
                    audiences.add(role);
                } else {
                    logins.put(role, role.substring("dom_".length(), dash));
                }
            }
        }
        return new StoreRoles(audiences, logins, Map.of());
    }

    static String createAudience(String role) {
        return "CREATE ROLE " + SqlText.name(role) + " NOLOGIN";
    }

    String createLogin(String role, String secret) {
        return "CREATE ROLE "
                + SqlText.name(role)
                + " LOGIN CONNECTION LIMIT "
                + CONNECTION_LIMIT
                + " PASSWORD "
                + SqlText.text(verifier(role, secret))
                + end(role).map(end -> " VALID UNTIL " + SqlText.text(end.toString())).orElse("");
    }

    private Optional<Instant> end(String login) {
        return Optional.ofNullable(logins.get(login)).map(ends::get);
    }

    /** What the catalogue says of a role that {@link #createLogin} makes. */
    String loginAttributes(String role) {
        return "LOGIN CONNECTION LIMIT "
                + CONNECTION_LIMIT
                + end(role).map(end -> " VALID UNTIL " + CATALOGUE_TIME.format(end)).orElse("");
    }

    static String setPassword(String role, String secret) {
        return "ALTER ROLE "
                + SqlText.name(role)
                + " PASSWORD "
                + SqlText.text(verifier(role, secret));
    }

    /** A SCRAM-SHA-256 verifier: the password itself never reaches the server or its log. */
    private static String verifier(String role, String secret) {
        try {
            return PasswordUtil.encodePassword(
                    role, BackendPassword.derive(secret, role).toCharArray(), "scram-sha-256");
        } catch (SQLException e) {
            throw new IllegalStateException("the driver knows SCRAM-SHA-256", e);
        }
    }

    /** Tells whether passwords derive from a secret, without telling the secret. */
    static String secretCheck(String secret) {
        return BackendPassword.derive(secret, "a name no role has: secret check").substring(0, 32);
    }

    static String grantMembership(String role, String member, int serverVersion) {
        return "GRANT "
                + SqlText.name(role)
                + " TO "
                + SqlText.name(member)
                + (serverVersion >= MEMBERSHIP_OPTIONS_SINCE
                        ? " WITH INHERIT TRUE, SET FALSE"
                        : "");
    }

    /** What the catalogue says of the membership that {@link #grantMembership} makes. */
    static String membershipOptions(int serverVersion) {
        return serverVersion >= MEMBERSHIP_OPTIONS_SINCE ? "INHERIT" : "INHERIT SET";
    }

    static List<String> settings(String role, String schema) {
        List<String> statements = new ArrayList<>();
        String alter = "ALTER ROLE " + SqlText.name(role) + " ";
        statements.add(alter + "RESET ALL");
        statements.add(alter + "SET search_path = " + SqlText.name(schema));
        for (String setting : SETTINGS) {
            int equals = setting.indexOf('=');
            statements.add(
                    alter
                            + "SET "
                            + setting.substring(0, equals)
                            + " = "
                            + SqlText.text(setting.substring(equals + 1)));
        }
        return statements;
    }

    /** What the catalogue says of the settings that {@link #settings} makes. */
    static String expectedSettings(String schema) {
        return "{search_path=" + schema + "," + String.join(",", SETTINGS) + "}";
    }
}
