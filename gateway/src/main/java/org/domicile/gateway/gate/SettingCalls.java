package org.domicile.gateway.gate;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Checks settings by name and value, for SET and SHOW and for the functions that do the same. It
 * remembers whether it looked at a literal, since then the verdict holds for that literal only.
 */
final class SettingCalls {
    private boolean looked;

    /** Whether a literal's value mattered. */
    boolean looked() {
        return looked;
    }

    /** {@code current_setting} and {@code set_config}: their arguments must be written out. */
    void check(String function, JsonNode args) throws RefusedException {
        looked = true;
        String name = args.isEmpty() ? null : constant(args.path(0));
        if (name == null) {
            throw RefusedException.forbidden(
                    "function-not-allowed",
                    function + " needs the setting's name written out",
                    "Write it as a literal, or use SHOW or SET.");
        }
        String setting = Token.lower(name);
        if (function.equals("current_setting")) {
            requireShown(setting);
            return;
        }
        String value = args.size() < 2 ? null : constant(args.path(1));
        if (value == null || setting.startsWith("domicile.")) {
            throw RefusedException.forbidden(
                    "setting-not-allowed",
                    "set_config cannot do this here",
                    "Use SET " + setting + " = '…'.");
        }
        requireSettable(setting, value);
    }

    void requireShown(String setting) throws RefusedException {
        if (!Lists.SETTINGS.containsKey(setting)) {
            throw refused(setting, "shown");
        }
    }

    void requireSettable(String setting, @Nullable String value) throws RefusedException {
        Lists.Setting known = Lists.SETTINGS.get(setting);
        if (known == null || known.values().isEmpty()) {
            throw refused(setting, "changed");
        }
        if (value != null && !known.values().get().matcher(value).matches()) {
            throw new RefusedException(
                    "22023",
                    "setting-not-allowed",
                    "setting \"" + setting + "\" does not take this value here",
                    "docs/statements.md lists the values that can be set.");
        }
    }

    private static RefusedException refused(String setting, String verb) {
        return RefusedException.forbidden(
                "setting-not-allowed",
                "setting \"" + setting + "\" may not be " + verb,
                "docs/statements.md lists the settings that may; they are about form and time"
                        + " limits.");
    }

    /** The values of a SET's arguments, joined as PostgreSQL does. */
    String values(JsonNode args) throws RefusedException {
        looked = true;
        List<String> values = new ArrayList<>();
        for (JsonNode arg : args) {
            String value = constant(arg);
            if (value == null) {
                throw RefusedException.forbidden(
                        "setting-not-allowed",
                        "SET takes plain values here",
                        "Write the value as a string or a number.");
            }
            values.add(value);
        }
        return String.join(", ", values);
    }

    /** A literal's value; null for anything else. */
    static @Nullable String constant(JsonNode node) {
        JsonNode constant = node.path("A_Const");
        if (constant.has("sval")) {
            return constant.path("sval").path("sval").asText("");
        }
        if (constant.has("ival")) {
            return constant.path("ival").path("ival").asText("0");
        }
        if (constant.has("fval")) {
            return constant.path("fval").path("fval").asText();
        }
        return constant.has("boolval")
                ? String.valueOf(constant.path("boolval").path("boolval").asBoolean(false))
                : null;
    }
}
