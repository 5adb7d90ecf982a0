package org.domicile.console.web;

import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import java.net.URI;
import java.util.Map;
import java.util.function.Supplier;
import org.domicile.console.access.Challenges;
import org.domicile.console.access.Door;
import org.domicile.console.access.Reception;
import org.domicile.console.access.Sessions;
import org.domicile.console.access.Visitor;
import org.jspecify.annotations.Nullable;

/** Coming in, going out, and what a browser is to remember. */
final class SignInPages {
    private final Guard guard;
    private final Views views;
    private final Cookies cookies;
    private final Reception reception;
    private final Sessions sessions;
    private final Supplier<URI> origin;

    SignInPages(
            Guard guard,
            Views views,
            Cookies cookies,
            Reception reception,
            Sessions sessions,
            Supplier<URI> origin) {
        this.guard = guard;
        this.views = views;
        this.cookies = cookies;
        this.reception = reception;
        this.sessions = sessions;
        this.origin = origin;
    }

    /** To the first page that is somebody's, or to the sign-in. */
    void start(Context context) {
        Frame frame = views.frame(context, Door.START);
        Visitor visitor = frame.visitor();
        context.redirect(
                visitor == null ? Door.SIGN_IN.path() : frame.navigation().getFirst().path(),
                HttpStatus.SEE_OTHER);
    }

    void signIn(Context context) {
        if (guard.visitor(context).isPresent()) {
            context.redirect(LocalPath.of(context.queryParam("next")), HttpStatus.SEE_OTHER);
        } else {
            form(context, context.queryParam("next"), "");
        }
    }

    void signInAct(Context context) {
        answer(
                context,
                reception.signIn(
                        field(context, "name"),
                        field(context, "password"),
                        Guard.address(context),
                        Guard.client(context)));
    }

    /** Lets somebody in, or shows the form again. */
    void answer(Context context, Reception.Answer answer) {
        switch (answer) {
            case Reception.Answer.Admitted admitted -> {
                guard.visitor(context)
                        .ifPresent(before -> sessions.end(before.id(), before.session().name()));
                cookies.write(context, Cookies.Name.SESSION, admitted.token());
                cookies.remove(context, Cookies.Name.VISIT);
                context.redirect(LocalPath.of(context.formParam("next")), HttpStatus.SEE_OTHER);
            }
            case Reception.Answer.Refused _ -> {
                context.status(HttpStatus.UNAUTHORIZED);
                form(context, context.formParam("next"), "sign_in.refused");
            }
            case Reception.Answer.TooMany _ -> {
                context.status(HttpStatus.TOO_MANY_REQUESTS);
                form(context, context.formParam("next"), "sign_in.too_many");
            }
        }
    }

    private void form(Context context, @Nullable String next, String problem) {
        String challenge = reception.challenge();
        views.html(
                context,
                "sign_in",
                Map.of(
                        "frame",
                        views.frame(context, Door.SIGN_IN),
                        "next",
                        LocalPath.of(next),
                        "challenge",
                        challenge,
                        "signed",
                        Challenges.text(origin.get().toString(), challenge),
                        "problem",
                        problem));
    }

    void signOut(Context context) {
        Visitor visitor = guard.admit(context, Door.SIGN_OUT);
        sessions.end(visitor.id(), visitor.session().name());
        cookies.remove(context, Cookies.Name.SESSION);
        context.redirect(Door.SIGN_IN.path(), HttpStatus.SEE_OTHER);
    }

    /** Ends another of one's own sessions, or, with no name, all of them. */
    void endSession(Context context) {
        Visitor visitor = guard.admit(context, Door.END_SESSION);
        String name = field(context, "session");
        if (name.isEmpty()) {
            sessions.endAll(visitor.id());
        } else {
            sessions.end(visitor.id(), name);
        }
        context.redirect(Door.ME.path(), HttpStatus.SEE_OTHER);
    }

    void preferences(Context context) {
        String language = field(context, "language");
        String theme = field(context, "theme");
        if (Language.tags().contains(language)) {
            cookies.write(context, Cookies.Name.LANGUAGE, language);
        }
        if (Frame.THEMES.contains(theme)) {
            cookies.write(context, Cookies.Name.THEME, theme);
        }
        context.redirect(LocalPath.of(context.formParam("back")), HttpStatus.SEE_OTHER);
    }

    static String field(Context context, String name) {
        String value = context.formParam(name);
        return value == null ? "" : value;
    }
}
