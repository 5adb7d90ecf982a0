package org.domicile.console.web;

import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import io.javalin.http.HttpStatus;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.domicile.console.access.Door;
import org.domicile.console.access.Reception;
import org.domicile.console.access.Tries;
import org.domicile.console.access.Visitor;
import org.jspecify.annotations.Nullable;

/** What is asked of each request before anything is done for it. */
final class Guard {
    /** Of one address, pages and their files together. */
    static final int REQUESTS_A_MINUTE = 1_200;

    /** Of a form. */
    static final int MAX_BODY_BYTES = 64 * 1024;

    /** A name that browsers show what they are by; the rest of it is cut off. */
    static final int MAX_CLIENT_LENGTH = 200;

    /** The header of requests that a page makes by itself: they keep nobody signed in. */
    static final String BY_ITSELF = "Domicile-Live";

    static final String FORM_TOKEN = "form_token";

    private static final String VISITOR = "visitor";
    private static final int SECRET_BYTES = 32;

    private final Reception reception;
    private final Cookies cookies;
    private final Optional<URI> origin;
    private final Tries requests;
    private final byte[] secret = new byte[SECRET_BYTES];

    Guard(Reception reception, Cookies cookies, Optional<URI> origin, InstantSource clock) {
        this.reception = reception;
        this.cookies = cookies;
        this.origin = origin;
        this.requests = new Tries(clock, REQUESTS_A_MINUTE, Duration.ofMinutes(1));
        new SecureRandom().nextBytes(secret);
    }

    /** Of every request, whether there is a page for it or not. */
    void before(Context context) {
        if (!requests.admit(address(context))) {
            throw new Refusal(HttpStatus.TOO_MANY_REQUESTS, "error.too_many");
        }
        // Another name for this address is somebody's attempt to be taken for us (DNS rebinding).
        if (!ourHosts(context).contains(String.valueOf(context.header("Host")))) {
            throw new Refusal(HttpStatus.MISDIRECTED_REQUEST, "error.other_host");
        }
        if (context.method().equals(HandlerType.POST)) {
            beforePost(context);
        } else if (!context.method().equals(HandlerType.GET)) {
            throw new Refusal(HttpStatus.METHOD_NOT_ALLOWED, "error.method");
        }
    }

    private void beforePost(Context context) {
        int length = context.req().getContentLength();
        if (length < 0) {
            throw new Refusal(HttpStatus.LENGTH_REQUIRED, "error.too_large");
        }
        if (length > MAX_BODY_BYTES) {
            throw new Refusal(HttpStatus.CONTENT_TOO_LARGE, "error.too_large");
        }
        if (!context.isFormUrlencoded()) {
            throw new Refusal(HttpStatus.UNSUPPORTED_MEDIA_TYPE, "error.form");
        }
        String site = context.header("Sec-Fetch-Site");
        String from = context.header("Origin");
        boolean isOurs =
                (site == null || site.equals("same-origin"))
                        && (from == null || ourOrigins(context).contains(from));
        if (!isOurs) {
            throw new Refusal(HttpStatus.FORBIDDEN, "error.form");
        }
    }

    private Set<String> ourHosts(Context context) {
        if (origin.isPresent()) {
            return Set.of(origin.get().getAuthority());
        }
        int port = context.req().getLocalPort();
        return Set.of("localhost:" + port, "127.0.0.1:" + port, "[::1]:" + port);
    }

    private Set<String> ourOrigins(Context context) {
        return origin.isPresent()
                ? Set.of(origin.get().toString())
                : Set.copyOf(ourHosts(context).stream().map(host -> "http://" + host).toList());
    }

    /**
     * Who asks, where somebody does and may be here now; asked of the organisation and the freezes
     * once in each request.
     */
    Optional<Visitor> visitor(Context context) {
        Optional<Visitor> known = context.attribute(VISITOR);
        if (known == null) {
            String token = cookies.read(context, Cookies.Name.SESSION);
            known =
                    token == null
                            ? Optional.empty()
                            : context.header(BY_ITSELF) == null
                                    ? reception.visitor(token)
                                    : reception.look(token);
            context.attribute(VISITOR, known);
        }
        return known;
    }

    /** Likewise, asked again, as of now. */
    Optional<Visitor> look(Context context) {
        String token = cookies.read(context, Cookies.Name.SESSION);
        return token == null ? Optional.empty() : reception.look(token);
    }

    /** Who may go through this door, or a refusal. */
    Visitor admit(Context context, Door door) {
        Visitor visitor = visitor(context).orElseThrow(Refusal::notSignedIn);
        if (!visitor.may(door)) {
            throw new Refusal(HttpStatus.FORBIDDEN, "error.not_yours");
        }
        return visitor;
    }

    /** What the forms of this browser have to bring: the session's token, or that of a visit. */
    String formToken(Context context) {
        return visitor(context)
                .map(visitor -> visitor.session().formToken())
                .orElseGet(() -> ofVisit(visit(context)));
    }

    /** What a browser that is not signed in is known by, from here on. */
    private String visit(Context context) {
        String known = cookies.read(context, Cookies.Name.VISIT);
        if (known != null && known.matches("[A-Za-z0-9_-]{43}")) {
            return known;
        }
        byte[] value = new byte[SECRET_BYTES];
        new SecureRandom().nextBytes(value);
        String visit = Base64.getUrlEncoder().withoutPadding().encodeToString(value);
        cookies.write(context, Cookies.Name.VISIT, visit);
        return visit;
    }

    private String ofVisit(String visit) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
            return Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(mac.doFinal(visit.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has HMAC-SHA-256", e);
        }
    }

    /** Refuses a form that this browser was not given. */
    void requireFormToken(Context context) {
        String visit = cookies.read(context, Cookies.Name.VISIT);
        @Nullable String expected =
                visitor(context)
                        .map(visitor -> visitor.session().formToken())
                        .orElse(visit == null ? null : ofVisit(visit));
        String given = context.formParam(FORM_TOKEN);
        if (expected == null
                || given == null
                || !MessageDigest.isEqual(
                        expected.getBytes(StandardCharsets.UTF_8),
                        given.getBytes(StandardCharsets.UTF_8))) {
            throw new Refusal(HttpStatus.FORBIDDEN, "error.form");
        }
    }

    /** From where a request comes, as far as this console sees. */
    static String address(Context context) {
        return String.valueOf(context.req().getRemoteAddr());
    }

    /** What the browser says it is. */
    static String client(Context context) {
        String client = String.valueOf(context.header("User-Agent"));
        return client.length() > MAX_CLIENT_LENGTH
                ? client.substring(0, MAX_CLIENT_LENGTH)
                : client;
    }
}
