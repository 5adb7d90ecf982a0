package org.domicile.policy.store;

import org.jspecify.annotations.Nullable;

/**
 * One thing that is not as the last apply left it.
 *
 * @param kind {@code view}, {@code role}, {@code function}, …
 * @param applied null where it was not there
 * @param found null where it is gone
 */
public record Drift(
        String kind,
        String object,
        String property,
        @Nullable String applied,
        @Nullable String found) {

    /** One line for a person. */
    public String text() {
        String subject = kind + " " + object + ": " + property;
        if (property.equals("definition") && applied != null && found != null) {
            return kind + " " + object + ": its definition was replaced";
        }
        if (applied == null) {
            return subject + " is new: " + shown(found);
        }
        if (found == null) {
            return subject + " is gone, was: " + shown(applied);
        }
        return subject + ": was " + shown(applied) + ", is " + shown(found);
    }

    private static String shown(@Nullable String value) {
        return value == null || value.isEmpty() ? "nothing" : value;
    }
}
