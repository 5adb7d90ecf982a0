package org.domicile.gateway.gate;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.domicile.plan.Plan;

/**
 * Writes a statement so that it says nothing about a person: literals become {@code ?}, comments
 * go, and a name that is not PostgreSQL's own or the audience's plan's becomes {@code _}, since an
 * alias may hold anything.
 */
final class NormalisedText {
    /** Longer text is cut and ends in {@code …}. */
    static final int MAX_BYTES = 8_192;

    /** A higher parameter number than the protocol can bind is a value in disguise. */
    private static final int MAX_PARAMETER_DIGITS = 5;

    private static final Set<String> OWN_NAMES = ownNames();

    private NormalisedText() {}

    static String of(String sql, List<Token> tokens, boolean complete, GateContext context) {
        Set<String> planNames = planNames(context);
        StringBuilder out = new StringBuilder();
        String before = "";
        for (Token token : tokens) {
            String text = spelling(sql, token, planNames);
            if (needsSpace(before, text)) {
                out.append(' ');
            }
            out.append(text);
            before = text;
            if (out.length() > MAX_BYTES) {
                break;
            }
        }
        return cut(complete ? out.toString() : out.append('…').toString());
    }

    private static boolean needsSpace(String before, String text) {
        boolean call =
                text.equals("(") && !before.isEmpty() && Character.isLetterOrDigit(last(before));
        return !before.isEmpty()
                && !",).;][::".contains(text)
                && !"(.[::".contains(before)
                && !call;
    }

    private static char last(String text) {
        return text.charAt(text.length() - 1);
    }

    private static String spelling(String sql, Token token, Set<String> planNames) {
        return switch (token.kind()) {
            case WORD -> known(Token.lower(token.text(sql)), planNames);
            case QUOTED_IDENTIFIER -> {
                String name = token.text(sql);
                yield known(name.substring(1, name.length() - 1).replace("\"\"", "\""), planNames);
            }
            case UNICODE_IDENTIFIER -> "_";
            case PARAMETER ->
                    token.end() - token.start() <= MAX_PARAMETER_DIGITS + 1 ? token.text(sql) : "?";
            case SYMBOL -> token.text(sql);
            case INTEGER, NUMBER, STRING, UNICODE_STRING, BITS, HEX -> "?";
        };
    }

    private static String known(String name, Set<String> planNames) {
        if (!OWN_NAMES.contains(name) && !planNames.contains(name)) {
            return "_";
        }
        return name.matches("[a-z_][a-z0-9_]*") ? name : '"' + name.replace("\"", "\"\"") + '"';
    }

    private static Set<String> planNames(GateContext context) {
        Plan.Audience audience = context.audience();
        if (audience == null) {
            return Set.of();
        }
        Set<String> names = new HashSet<>();
        for (Plan.View view : audience.views()) {
            names.add(view.table().name());
            view.columns().forEach(column -> names.add(column.name()));
        }
        return names;
    }

    private static Set<String> ownNames() {
        Set<String> names = new HashSet<>(Lists.KEYWORDS);
        names.addAll(Lists.FUNCTIONS.keySet());
        names.addAll(Lists.TYPES.keySet());
        names.addAll(
                Set.of("pg_catalog", "information_schema", "domicile", "purpose", "force_quote"));
        Lists.SETTINGS.keySet().stream().filter(name -> !name.contains(".")).forEach(names::add);
        Lists.RELATIONS.forEach((name, relation) -> {
            names.add(name.substring(name.indexOf('.') + 1));
            names.addAll(relation.columns());
            names.addAll(relation.hidden());
        });
        return Set.copyOf(names);
    }

    private static String cut(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length <= MAX_BYTES) {
            return text;
        }
        int end = MAX_BYTES - "…".getBytes(StandardCharsets.UTF_8).length;
        while ((bytes[end] & 0xC0) == 0x80) {
            end--;
        }
        return new String(bytes, 0, end, StandardCharsets.UTF_8) + "…";
    }
}
