package org.domicile.bench;

import java.io.EOFException;
import java.io.IOException;
import java.util.Random;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/**
 * One of the soak's clients: it connects, asks this and that, leaves in one of several ways, often
 * in the middle of a result, and begins again. It runs on a thread of its own.
 */
final class SoakClient implements Runnable {
    private static final String COLUMNS =
            "SELECT video_id, at, play_time_ms, is_like FROM impressions";
    private static final int VIDEOS = 10_000;
    private static final int MAX_QUERIES_A_SESSION = 20;
    private static final int MEDIUM_ROWS = 5_000;
    private static final int LARGE_ROWS = 100_000;
    private static final int FETCHED_AT_ONCE = 300;
    private static final int MAX_FETCHES = 12;
    private static final int PAUSE_AFTER_REFUSAL_MILLIS = 100;

    /** One query in so many is disturbed by its own client. */
    private static final int DISTURBED_EVERY = 6;

    /** Cancelled, ended by the administrator, or the store's connection went with its backend. */
    private static final Set<String> EXPECTED_ERRORS = Set.of("57014", "57P01", "08006", "25P02");

    /** What the names of events begin with that must not happen. */
    static final String UNEXPECTED = "UNEXPECTED ";

    private final SoakTally tally;
    private final Function<Reader, Endpoint> endpoints;
    private final BooleanSupplier isOver;
    private final Random random;

    SoakClient(
            SoakTally tally,
            Function<Reader, Endpoint> endpoints,
            BooleanSupplier isOver,
            Random random) {
        this.tally = tally;
        this.endpoints = endpoints;
        this.isOver = isOver;
        this.random = random;
    }

    /** The ways to ask for rows. */
    private enum Ask {
        POINT,
        SMALL,
        MEDIUM,
        LARGE,
        COPY,
        CURSOR,
        PREPARED,
        PORTAL
    }

    /** What a client does to its own query once it was sent some rows. */
    private enum Disturbance {
        NONE,
        RESET,
        HALF_CLOSE,
        CLOSE,
        CANCEL
    }

    /** The session is over, as its client wanted it. */
    private static final class Left extends IOException {}

    @Override
    public void run() {
        while (!isOver.getAsBoolean()) {
            Reader reader = any(Reader.values());
            try (WireClient client = WireClient.open(endpoints.apply(reader))) {
                tally.count("sessions");
                int queries = 1 + random.nextInt(MAX_QUERIES_A_SESSION);
                for (int i = 0; i < queries && !isOver.getAsBoolean(); i++) {
                    new Query(client).run();
                }
                client.terminate();
            } catch (Left e) {
                tally.count("sessions left early");
            } catch (WireClient.SqlError e) {
                tally.count(
                        (EXPECTED_ERRORS.contains(e.code) ? "" : UNEXPECTED)
                                + "error "
                                + e.getMessage());
                Pause.millis(PAUSE_AFTER_REFUSAL_MILLIS);
            } catch (EOFException e) {
                tally.count("connections closed by the gateway");
            } catch (IOException e) {
                tally.count("connections broken: " + e.getMessage());
            }
        }
    }

    private <T> T any(T[] choices) {
        return choices[random.nextInt(choices.length)];
    }

    /** One query under its own number, and what is heard of it. */
    private final class Query {
        private final WireClient client;
        private final long tag = tally.newTag();
        private final Disturbance disturbance =
                random.nextInt(DISTURBED_EVERY) == 0 ? any(Disturbance.values()) : Disturbance.NONE;
        private long disturbAtRow;
        private long rows;
        private boolean failed;

        Query(WireClient client) {
            this.client = client;
        }

        void run() throws IOException {
            Ask ask = any(Ask.values());
            disturbAtRow = random.nextInt(ask == Ask.LARGE ? LARGE_ROWS : FETCHED_AT_ONCE);
            boolean ended = false;
            try {
                ask(ask);
                ended = true;
            } finally {
                tally.heard(tag, rows, ended && !failed);
            }
        }

        private void ask(Ask ask) throws IOException {
            switch (ask) {
                case POINT -> simple(ofOneVideo() + " LIMIT 1");
                case SMALL -> simple(ofOneVideo());
                case MEDIUM -> simple(all() + " LIMIT " + random.nextInt(MEDIUM_ROWS));
                case LARGE -> simple(all() + " LIMIT " + random.nextInt(LARGE_ROWS));
                case COPY ->
                        simple(
                                "COPY ("
                                        + all()
                                        + " LIMIT "
                                        + random.nextInt(LARGE_ROWS)
                                        + ") TO STDOUT");
                case CURSOR -> cursor();
                case PREPARED -> prepared();
                case PORTAL -> portal();
            }
        }

        private String all() {
            return COLUMNS + " WHERE play_time_ms <> -" + tag;
        }

        private String ofOneVideo() {
            return all() + " AND video_id = " + (1 + random.nextInt(VIDEOS));
        }

        private void simple(String sql) throws IOException {
            client.send(WireMessage.query(sql));
            hear('Z');
        }

        private void cursor() throws IOException {
            String name = "soak"; // always the same: the gate knows the statement again
            simple("BEGIN");
            simple("DECLARE " + name + " CURSOR FOR " + all());
            int fetches = random.nextInt(MAX_FETCHES);
            for (int i = 0; i < fetches && !failed; i++) {
                simple("FETCH " + (1 + random.nextInt(FETCHED_AT_ONCE)) + " FROM " + name);
            }
            simple(random.nextBoolean() ? "COMMIT" : "ROLLBACK");
        }

        private void prepared() throws IOException {
            String name = "soak" + tag;
            client.send(WireMessage.parse(name, all() + " AND video_id = $1"));
            int times = 1 + random.nextInt(MAX_FETCHES);
            for (int i = 0; i < times && !failed; i++) {
                String video = Integer.toString(1 + random.nextInt(VIDEOS));
                client.send(
                        WireMessage.bind(name, video), WireMessage.execute(0), WireMessage.sync());
                hear('Z');
            }
        }

        private void portal() throws IOException {
            client.send(WireMessage.parse("", all()), WireMessage.bind(""));
            int times = 1 + random.nextInt(MAX_FETCHES);
            for (int i = 0; i < times && !failed; i++) {
                client.send(WireMessage.execute(FETCHED_AT_ONCE), WireMessage.of('H'));
                hear('s');
            }
            client.send(WireMessage.sync());
            hear('Z');
        }

        /** Reads on until a message of a type, or an error. */
        private void hear(char end) throws IOException {
            while (true) {
                char type = client.next();
                if (type == 'D' || type == 'd') {
                    rows++;
                    if (rows == disturbAtRow) {
                        disturb();
                    }
                } else if (type == 'E') {
                    failed = true;
                    WireClient.SqlError error = new WireClient.SqlError(client.body());
                    if (!error.code.equals("57014")) {
                        throw error;
                    }
                    tally.count("queries cancelled");
                    if (end != 'Z') {
                        return; // the caller's Sync follows
                    }
                } else if (type == end) {
                    return;
                }
            }
        }

        private void disturb() throws IOException {
            switch (disturbance) {
                case NONE -> {
                    return;
                }
                case CANCEL -> {
                    tally.count("cancels sent");
                    client.cancel();
                    return;
                }
                case RESET -> {
                    tally.count("left by reset");
                    client.reset();
                }
                case CLOSE -> {
                    tally.count("left by close");
                    client.close();
                }
                case HALF_CLOSE -> {
                    tally.count("left by half-close");
                    client.halfClose();
                    hearOut();
                }
            }
            throw new Left();
        }

        /** After half-closing a client may still be sent what it asked for. */
        private void hearOut() throws IOException {
            try {
                while (true) {
                    char type = client.next();
                    if (type == 'D' || type == 'd') {
                        rows++;
                    }
                }
            } catch (EOFException e) {
                return;
            }
        }
    }
}
