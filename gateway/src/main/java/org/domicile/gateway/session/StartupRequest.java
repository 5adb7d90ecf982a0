package org.domicile.gateway.session;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.domicile.gateway.gate.GateContext;
import org.domicile.gateway.gate.Judged;
import org.domicile.gateway.gate.StatementGate;
import org.domicile.gateway.gate.Verdict;
import org.domicile.gateway.wire.StartupOptions;
import org.domicile.gateway.wire.StartupPacket;
import org.jspecify.annotations.Nullable;

/**
 * What a client asks for in its startup message, by allow-list: who, which jurisdiction, for which
 * purpose, under which grant, with which settings.
 *
 * @param settings as sent, names in lower case, not yet judged
 */
record StartupRequest(
        String user,
        String database,
        @Nullable String purpose,
        @Nullable String grant,
        Map<String, String> settings) {
    static final String PURPOSE = "domicile.purpose";
    static final String GRANT = "domicile.grant";

    private static final Set<String> NOT_SETTINGS = Set.of("user", "database", "options");

    private static final Pattern SETTING_NAME = Pattern.compile("[a-z_][a-z0-9_.]{0,62}");

    /** Reads the parameters. What is a setting is judged later, once it is known who asks. */
    static StartupRequest of(StartupPacket.StartupMessage startup) {
        Map<String, String> sent = startup.parameters();
        String user = sent.getOrDefault("user", "");
        if (user.isEmpty()) {
            throw new FatalError("28000", "no user name was given", "Connect with -U NAME.");
        }
        String database = sent.getOrDefault("database", "");
        // As in PostgreSQL, a parameter of its own wins over the same one in options.
        Map<String, String> settings =
                new LinkedHashMap<>(StartupOptions.parse(sent.getOrDefault("options", "")));
        sent.forEach((name, value) -> {
            if (!NOT_SETTINGS.contains(name) && !Startup.isProtocolOption(name)) {
                settings.put(name.toLowerCase(Locale.ROOT), value);
            }
        });
        String purpose = settings.remove(PURPOSE);
        String grant = settings.remove(GRANT);
        return new StartupRequest(
                user, database.isEmpty() ? user : database, purpose, grant, settings);
    }

    /**
     * Judges the settings by the same rules as SET, and gives those for the store, or throws the
     * refusal.
     */
    Map<String, String> judgedSettings(StatementGate gate) throws RefusedAtStart {
        Map<String, String> judged = new LinkedHashMap<>();
        for (Map.Entry<String, String> setting : settings.entrySet()) {
            String name = setting.getKey();
            String value = setting.getValue();
            switch (name) {
                case "replication" -> {
                    if (!value.equals("false") && !value.equals("off")) {
                        throw new RefusedAtStart(
                                refused(
                                        "0A000",
                                        "replication-not-allowed",
                                        "replication is not available here",
                                        "Connect without replication and use SELECT."));
                    }
                }
                case "client_encoding" -> requireUtf8(value);
                default -> judged.put(name, judgedValue(gate, name, value));
            }
        }
        return judged;
    }

    private static void requireUtf8(String value) throws RefusedAtStart {
        String plain = value.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "");
        // A client in the C locale says SQL_ASCII, "whatever the bytes are": UTF-8 is told back.
        if (!plain.equals("UTF8") && !plain.equals("UNICODE") && !plain.equals("SQLASCII")) {
            throw new RefusedAtStart(
                    refused(
                            "22023",
                            "encoding-not-allowed",
                            "only the encoding UTF8 is spoken here",
                            "Set client_encoding to UTF8, e.g. with PGCLIENTENCODING=UTF8."));
        }
    }

    private static String judgedValue(StatementGate gate, String name, String value)
            throws RefusedAtStart {
        if (SETTING_NAME.matcher(name).matches()) {
            String sql = "SET " + name + " TO '" + value.replace("'", "''") + "'";
            for (Judged judged : gate.judge(sql, GateContext.undecided(""))) {
                switch (judged.verdict()) {
                    case Verdict.SetSetting set
                            when set.name().equals(name) && !name.startsWith("domicile.") -> {
                        return set.value();
                    }
                    case Verdict.Refused refused -> throw new RefusedAtStart(refused);
                    default -> {}
                }
            }
        }
        throw new RefusedAtStart(
                refused(
                        "42501",
                        "setting-not-allowed",
                        "a connection parameter is not allowed here",
                        "Remove settings other than TimeZone, DateStyle and the like, "
                                + PURPOSE
                                + " and "
                                + GRANT
                                + "."));
    }

    private static Verdict.Refused refused(
            String sqlState, String reason, String message, String hint) {
        return new Verdict.Refused(sqlState, reason, message, hint, "");
    }

    /** A refusal before the session begins; recorded, then told. */
    static final class RefusedAtStart extends Exception {
        private final transient Verdict.Refused refused;

        RefusedAtStart(Verdict.Refused refused) {
            super(refused.reason());
            this.refused = refused;
        }

        Verdict.Refused refused() {
            return refused;
        }
    }

    /** Keeps the user's name out of log lines. */
    @Override
    public String toString() {
        return "StartupRequest[" + settings.size() + " settings]";
    }
}
