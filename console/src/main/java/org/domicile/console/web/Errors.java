package org.domicile.console.web;

import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.domicile.console.access.Door;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says why there is no answer. What was sent is never repeated, nor are an exception's words. */
final class Errors {
    private static final Logger LOG = LoggerFactory.getLogger(Errors.class);

    private final Views views;

    Errors(Views views) {
        this.views = views;
    }

    /** An answer to a program that asked for a twin. */
    record Problem(int status, String error) {}

    void refused(Refusal refusal, Context context) {
        boolean isPage =
                context.req().getMethod().equals("GET")
                        && !isTwin(context)
                        && !context.path().equals(Door.EVENTS.path());
        if (refusal.status() == HttpStatus.UNAUTHORIZED && isPage) {
            String here = views.frame(context, null).here();
            context.redirect(
                    Door.SIGN_IN.path()
                            + "?next="
                            + URLEncoder.encode(here, StandardCharsets.UTF_8),
                    HttpStatus.SEE_OTHER);
            return;
        }
        say(context, refusal.status(), refusal.key());
    }

    /** Something that nobody has thought of, or a part that is not there: nothing is shown (I7). */
    void failed(Exception failure, Context context) {
        boolean isKnown = failure instanceof IllegalStateException;
        if (isKnown) {
            LOG.warn("a page cannot be shown: {}", failure.getMessage());
        } else {
            // Its message may hold what a client sent, so only the place is logged.
            Throwable first = failure;
            while (first.getCause() != null) {
                first = first.getCause();
            }
            LOG.error("a page failed: {} at {}", first.getClass(), first.getStackTrace());
        }
        context.attribute(FAILED, true);
        say(
                context,
                isKnown ? HttpStatus.SERVICE_UNAVAILABLE : HttpStatus.INTERNAL_SERVER_ERROR,
                isKnown ? "error.unavailable" : "error.internal");
    }

    private static final String FAILED = "failed";

    private void say(Context context, HttpStatus status, String key) {
        context.status(status);
        if (isTwin(context)) {
            views.json(context, new Problem(status.getCode(), views.text(context).get(key)));
        } else if (context.attribute(FAILED) != null) {
            // Who asks may be what cannot be told, and the frame says who.
            context.contentType("text/plain; charset=utf-8")
                    .result(views.text(context).get(key) + "\n");
        } else {
            views.html(
                    context,
                    "error",
                    Map.of(
                            "frame",
                            views.frame(context, null),
                            "status",
                            status.getCode(),
                            "key",
                            key));
        }
    }

    private static boolean isTwin(Context context) {
        return context.path().startsWith(Door.API + "/");
    }
}
