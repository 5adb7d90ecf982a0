package org.domicile.console.web;

import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.http.HandlerType;
import io.javalin.http.HttpResponseException;
import io.javalin.http.HttpStatus;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.domicile.console.access.Door;
import org.domicile.console.access.Reception;
import org.domicile.console.access.Sessions;
import org.domicile.console.page.Acts;
import org.domicile.console.page.Ask;
import org.domicile.console.page.BadInputException;
import org.domicile.console.page.NoPageException;
import org.domicile.console.page.Pages;
import org.domicile.console.site.Site;
import org.eclipse.jetty.server.NetworkConnectionLimit;

/** The console's HTTP server, with a route for each {@link Door} and no other. */
public final class WebServer implements AutoCloseable {
    /** Browsers open six; beyond it connections wait. */
    static final int MAX_CONNECTIONS = 1_000;

    private static final Duration ASSET_AGE = Duration.ofDays(365);
    private static final String TEXT = "text/plain; charset=utf-8";

    private final Guard guard;
    private final Views views;
    private final Errors errors;
    private final Pages pages;
    private final Optional<URI> origin;
    private final InetSocketAddress listen;
    private final Map<Door, Handler> handlers = new EnumMap<>(Door.class);
    private final Metrics metrics;
    private final Events events;
    private final Javalin javalin;

    private WebServer(InetSocketAddress listen, Optional<URI> origin, Site site) {
        this.listen = listen;
        this.origin = origin;
        InstantSource clock = InstantSource.system();
        Sessions sessions = new Sessions(clock);
        Reception reception = new Reception(site, sessions, clock);
        Cookies cookies = new Cookies(origin.isPresent());
        this.guard = new Guard(reception, cookies, origin, clock);
        this.views = new Views(guard, cookies);
        this.errors = new Errors(views);
        this.pages = new Pages(site, sessions, clock);
        this.events = new Events(guard, pages.live());
        this.metrics = new Metrics(site, sessions, pages, events);
        SignInPages signIns =
                new SignInPages(guard, views, cookies, reception, sessions, this::origin);
        handlers.put(Door.START, signIns::start);
        handlers.put(Door.SIGN_IN, signIns::signIn);
        handlers.put(Door.SIGN_IN_ACT, signIns::signInAct);
        PasskeyPages passkeys = new PasskeyPages(guard, views, signIns, reception, this::origin);
        handlers.put(Door.SIGN_IN_PASSKEY, passkeys::signIn);
        handlers.put(Door.NEW_PASSKEY, passkeys::register);
        handlers.put(Door.SIGN_OUT, signIns::signOut);
        handlers.put(Door.END_SESSION, signIns::endSession);
        handlers.put(Door.PREFERENCES, signIns::preferences);
        handlers.put(Door.ASSET, this::asset);
        handlers.put(Door.RECEIPT, this::receipt);
        handlers.put(Door.LOG_KEY, this::logKey);
        handlers.put(Door.EVENTS, events::stream);
        handlers.put(Door.OPEN_BODY, this::openBody);
        ActPages acts = new ActPages(views, pages, new Acts(site, clock));
        handlers.put(Door.PREPARE_REQUEST, asked(Door.PREPARE_REQUEST, acts::prepareRequest));
        handlers.put(Door.FILE_REQUEST, asked(Door.FILE_REQUEST, acts::fileRequest));
        handlers.put(Door.DECIDE, asked(Door.DECIDE, acts::decide));
        handlers.put(Door.PREPARE_FREEZE, asked(Door.PREPARE_FREEZE, acts::prepareFreeze));
        handlers.put(Door.FREEZE, asked(Door.FREEZE, acts::freeze));
        handlers.put(Door.UNFREEZE, asked(Door.UNFREEZE, acts::unfreeze));
        handlers.put(Door.NOTE, this::note);
        SqlPages sql = new SqlPages(guard, views, pages);
        handlers.put(Door.RUN_SQL, sql::run);
        handlers.put(Door.SQL_FILE, sql::file);
        handlers.put(Door.OPEN_API, context -> views.json(context, OpenApi.document()));
        handlers.put(Door.HEALTH, context -> context.contentType(TEXT).result("ok\n"));
        handlers.put(Door.METRICS, context -> metrics.show(context));
        this.javalin = Javalin.create(this::configure);
    }

    /** Starts listening. */
    public static WebServer start(InetSocketAddress listen, Optional<URI> origin, Site site)
            throws IOException {
        WebServer server = new WebServer(listen, origin, site);
        try {
            server.javalin.start(listen.getAddress().getHostAddress(), listen.getPort());
        } catch (RuntimeException e) {
            server.close();
            throw new IOException(e.getMessage(), e);
        }
        return server;
    }

    private void configure(JavalinConfig config) {
        config.startup.showJavalinBanner = false;
        config.startup.showOldJavalinVersionWarning = false;
        config.startup.startupWatcherEnabled = false;
        config.concurrency.useVirtualThreads = true;
        config.http.maxRequestSize = Guard.MAX_BODY_BYTES;
        config.http.prefer405over404 = true;
        config.jetty.modifyHttpConfiguration(http -> {
            http.setSendServerVersion(false);
            http.addCustomizer((request, headers) -> {
                Headers.put(headers, origin.isPresent());
                return request;
            });
        });
        config.jetty.modifyServer(
                server -> server.addBean(new NetworkConnectionLimit(MAX_CONNECTIONS, server)));
        config.routes.before(guard::before);
        for (Door door : Door.values()) {
            route(config, door);
        }
        config.routes.exception(Refusal.class, errors::refused);
        config.routes.exception(
                NoPageException.class, (_, context) -> errors.refused(Refusal.noPage(), context));
        config.routes.exception(
                BadInputException.class,
                (bad, context) ->
                        errors.refused(new Refusal(HttpStatus.BAD_REQUEST, bad.key()), context));
        config.routes.exception(
                HttpResponseException.class,
                (thrown, context) ->
                        errors.refused(
                                new Refusal(
                                        HttpStatus.forStatus(thrown.getStatus()),
                                        thrown.getStatus() == HttpStatus.NOT_FOUND.getCode()
                                                ? "error.no_page"
                                                : "error.method"),
                                context));
        config.routes.exception(Exception.class, errors::failed);
    }

    private void route(JavalinConfig config, Door door) {
        switch (door.kind()) {
            case PAGE -> {
                config.routes.get(
                        door.path(), context -> views.page(context, door, model(context, door)));
                config.routes.get(
                        Door.API + door.path(),
                        context -> views.json(context, model(context, door)));
            }
            case FILE, STREAM -> config.routes.get(door.path(), handler(door));
            case ACT ->
                    config.routes.addHttpHandler(
                            HandlerType.POST,
                            door.path(),
                            context -> {
                                if (door.who().isSignedIn()) {
                                    guard.admit(context, door);
                                }
                                guard.requireFormToken(context);
                                handler(door).handle(context);
                            });
        }
    }

    private Handler handler(Door door) {
        Handler handler = handlers.get(door);
        if (handler == null) {
            throw new IllegalStateException("nobody answers " + door);
        }
        return door.who().isSignedIn()
                ? context -> {
                    guard.admit(context, door);
                    handler.handle(context);
                }
                : handler;
    }

    /** What answers an act that somebody does. */
    private interface Answer {
        void to(Context context, Ask ask) throws NoPageException;
    }

    private Handler asked(Door door, Answer answer) {
        return context -> answer.to(context, ask(context, door));
    }

    private Record model(Context context, Door door) throws NoPageException, BadInputException {
        return metrics.timed(door, () -> pages.make(door, ask(context, door)));
    }

    private Ask ask(Context context, Door door) {
        Map<String, String> query = new HashMap<>();
        context.queryParamMap().forEach((name, values) -> query.put(name, values.getFirst()));
        return new Ask(guard.admit(context, door), context.pathParamMap(), query);
    }

    private void receipt(Context context) throws NoPageException, BadInputException {
        Ask ask = ask(context, Door.RECEIPT);
        byte[] receipt = pages.receipt(ask);
        context.header("Content-Disposition", "attachment; filename=\"receipt.txt\"")
                .contentType(TEXT)
                .result(receipt);
    }

    private void logKey(Context context) throws NoPageException {
        String key = pages.logKey(ask(context, Door.LOG_KEY));
        context.header("Content-Disposition", "attachment; filename=\"log.vkey\"")
                .contentType(TEXT)
                .result(key);
    }

    private void openBody(Context context) throws NoPageException, BadInputException {
        views.page(context, Door.DISCLOSURE, pages.openBody(ask(context, Door.OPEN_BODY)));
    }

    private void note(Context context) throws NoPageException, BadInputException {
        pages.note(
                ask(context, Door.NOTE),
                SignInPages.field(context, "jurisdiction"),
                SignInPages.field(context, "entry"),
                SignInPages.field(context, "text"));
        context.redirect(LocalPath.of(context.formParam("back")), HttpStatus.SEE_OTHER);
    }

    private void asset(Context context) {
        Assets.Asset asset =
                views.assets().find(context.pathParam("name")).orElseThrow(Refusal::noPage);
        context.header("Cache-Control", "max-age=" + ASSET_AGE.toSeconds() + ", immutable")
                .contentType(asset.type())
                .result(asset.content());
    }

    public InetSocketAddress address() {
        return new InetSocketAddress(listen.getAddress(), javalin.port());
    }

    /** Where browsers find it. */
    public URI origin() {
        return origin.orElseGet(() -> URI.create("http://localhost:" + javalin.port()));
    }

    @Override
    public void close() {
        events.close();
        javalin.stop();
        pages.close();
    }
}
