package org.domicile.console.web;

import java.util.Map;
import org.eclipse.jetty.http.HttpFields;

/** What every answer says to browsers: run nothing but our own files, tell nobody, keep nothing. */
final class Headers {
    static final String POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
                    + " connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri"
                    + " 'none'";

    private static final Map<String, String> ALWAYS =
            Map.of(
                    "Content-Security-Policy",
                    POLICY,
                    "X-Content-Type-Options",
                    "nosniff",
                    "X-Frame-Options",
                    "DENY",
                    "Referrer-Policy",
                    "same-origin",
                    "Cross-Origin-Opener-Policy",
                    "same-origin",
                    "Cross-Origin-Resource-Policy",
                    "same-origin",
                    "Permissions-Policy",
                    "camera=(), geolocation=(), microphone=(), payment=(), usb=(),"
                            + " publickey-credentials-get=(self), publickey-credentials-create=(self)",
                    "Cache-Control",
                    "no-store");

    private static final String TWO_YEARS = "max-age=63072000";

    private Headers() {}

    static void put(HttpFields.Mutable headers, boolean isSecure) {
        ALWAYS.forEach(headers::put);
        if (isSecure) {
            headers.put("Strict-Transport-Security", TWO_YEARS);
        }
    }
}
