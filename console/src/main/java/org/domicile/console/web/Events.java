package org.domicile.console.web;

import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.domicile.console.access.Door;
import org.domicile.console.access.Visitor;
import org.domicile.console.page.BadInputException;
import org.domicile.console.page.Live;
import org.domicile.console.page.Live.Part;

/**
 * Tells browsers that something on their page has changed, by server-sent events (HTML standard,
 * section 9.2). An event says which part, and nothing of what is in it: the browser asks for the
 * page again, and is answered as always. Each stream has a virtual thread, which looks once in
 * {@link #LOOK} whether its visitor may still be here.
 */
final class Events implements AutoCloseable {
    /** Fewer than half of the connections there may be. */
    static final int MAX_STREAMS = 400;

    /** Beyond it the oldest ends: a browser that has gone to another page is noticed late. */
    static final int STREAMS_A_PERSON = 4;

    /** Then the browser comes again by itself. */
    static final Duration LIFE = Duration.ofMinutes(15);

    static final Duration LOOK = Duration.ofSeconds(1);

    /** A part is not told of more often. */
    static final Duration BETWEEN = Duration.ofSeconds(3);

    /** Silence beyond it might be taken for a lost connection, here or by a proxy. */
    static final Duration HEARTBEAT = Duration.ofSeconds(5);

    private static final String BEGINNING = "retry: " + BETWEEN.toMillis() + "\n\n";
    private static final String STILL_HERE = ":\n\n";
    private static final String BYE = event("bye");

    private final Guard guard;
    private final Live live;
    private final Map<String, Deque<Stream>> streams = new HashMap<>();
    private volatile boolean isClosed;

    Events(Guard guard, Live live) {
        this.guard = guard;
        this.live = live;
    }

    /** One that goes on until somebody says that it is over. */
    private static final class Stream {
        private volatile boolean isOver;
    }

    private static String event(String name) {
        // Without data it would not be dispatched.
        return "event: " + name + "\ndata: changed\n\n";
    }

    /** Answers for as long as the visitor stays, or until {@link #LIFE} is over. */
    void stream(Context context) throws BadInputException {
        Visitor visitor = guard.admit(context, Door.EVENTS);
        Set<Part> parts = parts(context, visitor);
        Stream stream = begin(visitor.id());
        try {
            tell(context, parts, stream);
        } catch (IOException e) {
            return; // the browser has gone
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            end(visitor.id(), stream);
        }
    }

    private static Set<Part> parts(Context context, Visitor visitor) throws BadInputException {
        Set<Part> parts = EnumSet.noneOf(Part.class);
        for (String name : context.queryParams("part")) {
            parts.add(Part.parse(name).orElseThrow(() -> new BadInputException("input.name")));
        }
        if (parts.isEmpty()) {
            throw new BadInputException("input.name");
        }
        if (!mayAll(visitor, parts)) {
            throw new Refusal(HttpStatus.FORBIDDEN, "error.not_yours");
        }
        return parts;
    }

    private static boolean mayAll(Visitor visitor, Set<Part> parts) {
        return parts.stream().allMatch(part -> visitor.may(part.door()));
    }

    private synchronized Stream begin(String person) {
        if (count() >= MAX_STREAMS) {
            throw new Refusal(HttpStatus.TOO_MANY_REQUESTS, "error.too_many");
        }
        Deque<Stream> theirs = streams.computeIfAbsent(person, _ -> new ArrayDeque<>());
        if (theirs.size() >= STREAMS_A_PERSON) {
            theirs.removeFirst().isOver = true;
        }
        Stream stream = new Stream();
        theirs.addLast(stream);
        return stream;
    }

    private synchronized void end(String person, Stream stream) {
        Deque<Stream> theirs = streams.get(person);
        if (theirs != null && theirs.remove(stream) && theirs.isEmpty()) {
            streams.remove(person);
        }
    }

    /** How many there are. */
    synchronized int count() {
        return streams.values().stream().mapToInt(Deque::size).sum();
    }

    private void tell(Context context, Set<Part> parts, Stream stream)
            throws IOException, InterruptedException {
        context.res().setContentType("text/event-stream");
        // Understood by nginx and others; no standard has it.
        context.res().setHeader("X-Accel-Buffering", "no");
        OutputStream out = context.res().getOutputStream();
        say(out, BEGINNING);
        long began = System.nanoTime();
        long saidNanos = began;
        Map<Part, Told> told = new EnumMap<>(Part.class);
        while (!isClosed && !stream.isOver && !isSince(began, LIFE)) {
            Optional<Map<Part, Integer>> now = look(context, parts);
            if (now.isEmpty()) {
                say(out, BYE);
                return;
            }
            for (Map.Entry<Part, Integer> part : now.get().entrySet()) {
                Told last = told.get(part.getKey());
                if (last == null
                        || (last.version() != part.getValue() && isSince(last.nanos(), BETWEEN))) {
                    say(out, event(part.getKey().text()));
                    saidNanos = System.nanoTime();
                    told.put(part.getKey(), new Told(part.getValue(), saidNanos));
                }
            }
            if (isSince(saidNanos, HEARTBEAT)) {
                say(out, STILL_HERE);
                saidNanos = System.nanoTime();
            }
            Thread.sleep(LOOK);
        }
    }

    private record Told(int version, long nanos) {}

    private static boolean isSince(long nanos, Duration span) {
        return System.nanoTime() - nanos >= span.toNanos();
    }

    /**
     * Each part's version; none of any part while that cannot be told, and nothing where the
     * visitor may not be here any more.
     */
    private Optional<Map<Part, Integer>> look(Context context, Set<Part> parts) {
        try {
            Optional<Visitor> visitor = guard.look(context).filter(found -> mayAll(found, parts));
            if (visitor.isEmpty()) {
                return Optional.empty();
            }
            Map<Part, Integer> versions = new EnumMap<>(Part.class);
            parts.forEach(part -> versions.put(part, live.version(part, visitor.get())));
            return Optional.of(versions);
        } catch (IllegalStateException e) {
            return Optional.of(Map.of());
        }
    }

    private static void say(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    /** Ends all streams within {@link #LOOK}. */
    @Override
    public void close() {
        isClosed = true;
    }
}
