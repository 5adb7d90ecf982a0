package org.domicile.app;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A stream of server-sent events, as a browser hears it: the names of those that came. */
final class ConsoleEvents implements AutoCloseable {
    private static final long PATIENCE_MILLIS = 20_000;

    private final HttpResponse<InputStream> answer;
    private final List<String> heard = new ArrayList<>();
    private boolean isEnded;

    ConsoleEvents(HttpResponse<InputStream> answer) {
        this.answer = answer;
        Thread.ofVirtual().start(this::listen);
    }

    private void listen() {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
            String event = "";
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("event: ")) {
                    event = line.substring("event: ".length());
                } else if (line.startsWith("data: ")) {
                    add(event);
                }
            }
        } catch (IOException e) {
            // Closed by either side.
        }
        end();
    }

    private synchronized void add(String event) {
        heard.add(event);
        notifyAll();
    }

    private synchronized void end() {
        isEnded = true;
        notifyAll();
    }

    String type() {
        return header("Content-Type");
    }

    String header(String name) {
        return answer.headers().firstValue(name).orElse("");
    }

    /** Waits until an event came so often. */
    synchronized void await(String event, int times) throws InterruptedException {
        long until = System.currentTimeMillis() + PATIENCE_MILLIS;
        while (heard.stream().filter(event::equals).count() < times) {
            long left = until - System.currentTimeMillis();
            if (left <= 0 || isEnded) {
                throw new AssertionError("heard only " + heard + ", ended: " + isEnded);
            }
            wait(left);
        }
    }

    /** Waits until the console ends it; everything that came. */
    synchronized List<String> awaitEnd() throws InterruptedException {
        long until = System.currentTimeMillis() + PATIENCE_MILLIS;
        while (!isEnded) {
            long left = until - System.currentTimeMillis();
            if (left <= 0) {
                throw new AssertionError("it goes on: " + heard);
            }
            wait(left);
        }
        return List.copyOf(heard);
    }

    synchronized boolean isEnded() {
        return isEnded;
    }

    @Override
    public void close() {
        try {
            answer.body().close();
        } catch (IOException e) {
            // It is over in any case.
        }
    }
}
