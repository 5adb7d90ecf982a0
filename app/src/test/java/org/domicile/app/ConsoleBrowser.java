package org.domicile.app;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A browser without scripts, as far as a console can tell: keeps cookies, follows nothing. */
final class ConsoleBrowser {
    private static final Pattern TOKEN = Pattern.compile("name=\"form_token\" value=\"([^\"]+)\"");

    private final HttpClient client = HttpClient.newHttpClient();
    private final Map<String, String> cookies = new TreeMap<>();
    private final URI console;

    ConsoleBrowser(URI console) {
        this.console = console;
    }

    /** Signed in with a name and password, or not, as the status says. */
    int signIn(String name, String password) throws Exception {
        String token = token(get("/sign-in").body());
        return post("/sign-in", Map.of("name", name, "password", password, "form_token", token))
                .statusCode();
    }

    HttpResponse<String> get(String path, String... headers) throws Exception {
        return send(HttpRequest.newBuilder(console.resolve(path)).GET(), headers);
    }

    HttpResponse<String> post(String path, Map<String, String> form, String... headers)
            throws Exception {
        List<String> fields = new ArrayList<>();
        form.forEach((name, value) ->
                fields.add(name + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8)));
        return send(
                HttpRequest.newBuilder(console.resolve(path))
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(HttpRequest.BodyPublishers.ofString(String.join("&", fields))),
                headers);
    }

    /** A stream of events, which goes on until it is closed. */
    ConsoleEvents events(String path) throws Exception {
        return new ConsoleEvents(
                client.send(
                        HttpRequest.newBuilder(console.resolve(path))
                                .header("Accept", "text/event-stream")
                                .header("Accept-Encoding", "gzip")
                                .header("Cookie", cookies())
                                .build(),
                        HttpResponse.BodyHandlers.ofInputStream()));
    }

    private String cookies() {
        return cookies.entrySet().stream()
                .map(cookie -> cookie.getKey() + "=" + cookie.getValue())
                .collect(Collectors.joining("; "));
    }

    /** What the forms of a page bring. */
    static String token(String page) {
        Matcher token = TOKEN.matcher(page);
        if (!token.find()) {
            throw new AssertionError("the page has no form:\n" + page);
        }
        return token.group(1);
    }

    private HttpResponse<String> send(HttpRequest.Builder request, String... headers)
            throws IOException, InterruptedException {
        if (!cookies.isEmpty()) {
            request.header("Cookie", cookies());
        }
        if (headers.length > 0) {
            request.headers(headers);
        }
        HttpResponse<String> answer =
                client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        for (String cookie : answer.headers().allValues("Set-Cookie")) {
            String[] pair = cookie.split(";")[0].split("=", 2);
            if (cookie.contains("Max-Age=0")) {
                cookies.remove(pair[0]);
            } else {
                cookies.put(pair[0], pair[1]);
            }
        }
        return answer;
    }
}
