package org.domicile.bench;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Somebody who is signed in at a console, with one connection that is kept. */
final class ConsoleClient implements AutoCloseable {
    private static final Pattern TOKEN = Pattern.compile("name=\"form_token\" value=\"([^\"]+)\"");
    private static final int OK = 200;
    private static final int SEE_OTHER = 303;

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Map<String, String> cookies = new TreeMap<>();
    private final URI console;

    /** Signs in. */
    ConsoleClient(URI console, String name, String password) {
        this.console = console;
        Matcher token = TOKEN.matcher(get("/sign-in"));
        if (!token.find()) {
            throw new BenchException("the console's sign-in has no form");
        }
        String form =
                "form_token=" + encoded(token.group(1)) + "&name=" + name + "&password=" + password;
        HttpResponse<String> answer =
                send(
                        HttpRequest.newBuilder(console.resolve("/sign-in"))
                                .header("Content-Type", "application/x-www-form-urlencoded")
                                .POST(HttpRequest.BodyPublishers.ofString(form)));
        if (answer.statusCode() != SEE_OTHER) {
            throw new BenchException("the console answers a sign-in with " + answer.statusCode());
        }
    }

    /** A page, which must be there. */
    String get(String address) {
        HttpResponse<String> answer = send(HttpRequest.newBuilder(console.resolve(address)).GET());
        if (answer.statusCode() != OK) {
            throw new BenchException(
                    "the console answers " + address + " with " + answer.statusCode());
        }
        return answer.body();
    }

    private HttpResponse<String> send(HttpRequest.Builder request) {
        if (!cookies.isEmpty()) {
            List<String> pairs =
                    cookies.entrySet().stream()
                            .map(cookie -> cookie.getKey() + "=" + cookie.getValue())
                            .toList();
            request.header("Cookie", String.join("; ", pairs));
        }
        try {
            HttpResponse<String> answer =
                    client.send(request.build(), HttpResponse.BodyHandlers.ofString());
            for (String cookie : answer.headers().allValues("Set-Cookie")) {
                String[] pair = cookie.split(";")[0].split("=", 2);
                cookies.put(pair[0], pair[1]);
            }
            return answer;
        } catch (IOException e) {
            throw new BenchException("the console does not answer: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchException("interrupted");
        }
    }

    static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        client.close();
    }
}
