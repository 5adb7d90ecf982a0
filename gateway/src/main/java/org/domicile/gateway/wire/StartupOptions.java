package org.domicile.gateway.wire;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The startup parameter {@code options}, read as PostgreSQL does ({@code pg_split_opts} and {@code
 * process_postgres_switches}): words between white space, a backslash takes the next character as
 * it is; {@code -c name=value}, {@code -cname=value} and {@code --name=value} set a setting.
 */
public final class StartupOptions {
    private StartupOptions() {}

    /**
     * The settings, names in lower case as PostgreSQL compares them; the last of two wins.
     *
     * @throws WireException on any other switch
     */
    public static Map<String, String> parse(String options) {
        Map<String, String> settings = new LinkedHashMap<>();
        List<String> words = split(options);
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            String assignment;
            if (word.equals("-c") || word.equals("--")) {
                i++;
                if (word.equals("--") || i == words.size()) {
                    throw WireException.violation("in options, -c takes name=value");
                }
                assignment = words.get(i);
            } else if (word.startsWith("-c") || word.startsWith("--")) {
                assignment = word.substring(2);
            } else {
                throw WireException.violation("options may hold only -c name=value");
            }
            int equals = assignment.indexOf('=');
            if (equals < 1) {
                throw WireException.violation("in options, -c takes name=value");
            }
            // PostgreSQL's ParseLongOption: a dash in the name stands for an underscore.
            String name = assignment.substring(0, equals).replace('-', '_');
            settings.put(name.toLowerCase(Locale.ROOT), assignment.substring(equals + 1));
        }
        return settings;
    }

    private static List<String> split(String options) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        boolean inWord = false;
        for (int i = 0; i < options.length(); i++) {
            char c = options.charAt(i);
            if (" \t\n\r\f\u000b".indexOf(c) >= 0) {
                if (inWord) {
                    words.add(word.toString());
                    word.setLength(0);
                    inWord = false;
                }
                continue;
            }
            inWord = true;
            if (c == '\\' && ++i == options.length()) {
                break; // PostgreSQL drops a backslash at the end
            }
            word.append(options.charAt(i));
        }
        if (inWord) {
            words.add(word.toString());
        }
        return words;
    }
}
