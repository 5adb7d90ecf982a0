package org.domicile.console.web;

import io.javalin.http.Context;
import org.jspecify.annotations.Nullable;

/**
 * The console's cookies: strict, unreadable for scripts, for the whole host. Over https they are
 * {@code Secure} and their names say so with {@code __Host-} (RFC 6265bis section 4.1.3.2); over
 * plain http on loopback, where nothing of that kind can be set, they have another name.
 */
final class Cookies {
    /** For as long as somebody may want the same language and theme. */
    private static final int PREFERENCE_SECONDS = 365 * 24 * 60 * 60;

    private final boolean isSecure;

    Cookies(boolean isSecure) {
        this.isSecure = isSecure;
    }

    /** The cookies there are. */
    enum Name {
        /** The token of a session. */
        SESSION("session", -1),
        /** What the form of a sign-in belongs to. */
        VISIT("visit", -1),
        LANGUAGE("language", PREFERENCE_SECONDS),
        THEME("theme", PREFERENCE_SECONDS);

        private final String word;
        private final int seconds;

        Name(String word, int seconds) {
            this.word = word;
            this.seconds = seconds;
        }
    }

    private String name(Name name) {
        return (isSecure ? "__Host-domicile-" : "domicile-") + name.word;
    }

    @Nullable String read(Context context, Name name) {
        return context.cookie(name(name));
    }

    /** Sets one; the value is of our own making and needs no quotes. */
    void write(Context context, Name name, String value) {
        write(context, name, value, name.seconds);
    }

    void remove(Context context, Name name) {
        write(context, name, "", 0);
    }

    private void write(Context context, Name name, String value, int seconds) {
        context.res()
                .addHeader(
                        "Set-Cookie",
                        name(name)
                                + "="
                                + value
                                + "; Path=/; HttpOnly; SameSite=Strict"
                                + (isSecure ? "; Secure" : "")
                                + (seconds < 0 ? "" : "; Max-Age=" + seconds));
    }
}
