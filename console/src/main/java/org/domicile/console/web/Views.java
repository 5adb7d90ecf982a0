package org.domicile.console.web;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.StringOutput;
import io.javalin.http.Context;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import org.domicile.console.access.Door;
import org.jspecify.annotations.Nullable;

/** Shows models: as a page by the template of their door, or as JSON. */
final class Views {
    private static final String HTML = "text/html; charset=utf-8";
    private static final String JSON = "application/json";

    private final TemplateEngine templates = TemplateEngine.createPrecompiled(ContentType.Html);
    private final Assets assets = new Assets();
    private final Guard guard;
    private final Cookies cookies;
    private final ObjectMapper json =
            new ObjectMapper()
                    .setDefaultPropertyInclusion(JsonInclude.Include.NON_NULL)
                    .registerModule(
                            new SimpleModule()
                                    .addSerializer(Instant.class, ToStringSerializer.instance));

    Views(Guard guard, Cookies cookies) {
        this.guard = guard;
        this.cookies = cookies;
    }

    Assets assets() {
        return assets;
    }

    /** Shows a model by its door's template. */
    void page(Context context, Door door, Object model) {
        html(
                context,
                door.name().toLowerCase(Locale.ROOT),
                Map.of("page", model, "frame", frame(context, door)));
    }

    /** Shows a template that belongs to no door. */
    void html(Context context, String template, Map<String, Object> values) {
        StringOutput output = new StringOutput();
        templates.render(template + ".jte", values, output);
        context.contentType(HTML).result(output.toString());
    }

    Frame frame(Context context, @Nullable Door door) {
        String theme = cookies.read(context, Cookies.Name.THEME);
        String query = context.queryString();
        return new Frame(
                text(context),
                theme != null && Frame.THEMES.contains(theme) ? theme : Frame.THEMES.getFirst(),
                guard.visitor(context).orElse(null),
                door,
                LocalPath.of(context.path() + (query == null ? "" : "?" + query)),
                guard.formToken(context),
                assets);
    }

    Text text(Context context) {
        return Text.of(
                Language.choose(
                        cookies.read(context, Cookies.Name.LANGUAGE),
                        context.header("Accept-Language")));
    }

    void json(Context context, Object model) {
        try {
            context.contentType(JSON).result(json.writeValueAsBytes(model));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a model is a record of plain values", e);
        }
    }
}
