package org.domicile.ledger.witness;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.domicile.ledger.SignedCheckpoint;
import org.domicile.ledger.note.NoteFormatException;
import org.domicile.ledger.note.NoteUnverifiedException;
import org.domicile.ledger.note.SignedNote;
import org.domicile.ledger.note.SignedNote.SignatureLine;
import org.domicile.ledger.note.VerifierKey;
import org.domicile.ledger.proof.ProofBuilder;
import org.domicile.ledger.proof.TileReader;

/**
 * Asks one witness to cosign, C2SP tlog-witness. It blocks, so it is for a virtual thread; it keeps
 * nothing between two requests but connections.
 */
final class WitnessClient {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(10);
    private static final int MAX_ANSWER_BYTES = SignedNote.MAX_BYTES;

    /** Another size each time means that somebody else is asking for the same log. */
    private static final int MAX_CONFLICTS = 3;

    private static final Pattern SIZE = Pattern.compile("(0|[1-9][0-9]{0,17})\n");

    private final HttpRequest.Builder request;
    private final List<VerifierKey> keys;
    private final HttpClient http =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(CONNECT_TIMEOUT)
                    .build();

    /**
     * @param prefix the witness's submission prefix
     * @param keys that must all be in an answer
     * @throws IllegalArgumentException when the prefix is no http or https URL
     */
    WitnessClient(URI prefix, List<VerifierKey> keys) {
        String text = prefix.toString();
        this.request =
                HttpRequest.newBuilder(
                                URI.create(
                                        (text.endsWith("/") ? text : text + "/")
                                                + "add-checkpoint"))
                        .timeout(ANSWER_TIMEOUT)
                        .header("Content-Type", "text/plain; charset=utf-8");
        this.keys = List.copyOf(keys);
    }

    /** What became of a request. */
    sealed interface Answer {}

    /** Its cosignatures, one of each key. */
    record Cosigned(List<SignatureLine> lines) implements Answer {}

    /** The log moved on while the proof was made: to be asked again, with a newer checkpoint. */
    record Outdated() implements Answer {}

    /**
     * It did not cosign.
     *
     * @param seenSize of the checkpoint it cosigned last, as far as is known
     * @param detail for people; no private value is known here
     */
    record Refused(Failure failure, long seenSize, String detail) implements Answer {}

    /** Why a witness did not cosign. */
    enum Failure {
        UNREACHABLE("unreachable"),
        BAD_ANSWER("bad-answer"),
        UNKNOWN_LOG("unknown-log"),
        KEY_NOT_TRUSTED("key-not-trusted"),
        /** It has cosigned a larger tree than this log has. */
        AHEAD("ahead"),
        /** It has cosigned a tree that this log's does not continue. */
        INCONSISTENT("inconsistent");

        private final String word;

        Failure(String word) {
            this.word = word;
        }

        /** As entries spell it. */
        String word() {
            return word;
        }

        /** Whether two histories of the log must exist. */
        boolean isSplitView() {
            return this == AHEAD || this == INCONSISTENT;
        }
    }

    /**
     * Asks for a cosignature.
     *
     * @param seenSize what the witness is thought to have cosigned last; it corrects it
     */
    Answer ask(SignedCheckpoint checkpoint, long seenSize, TileReader tiles)
            throws InterruptedException {
        try {
            return tryAsk(checkpoint, seenSize, tiles);
        } catch (RuntimeException e) {
            return new Refused(Failure.BAD_ANSWER, seenSize, e.toString());
        }
    }

    private Answer tryAsk(SignedCheckpoint checkpoint, long seenSize, TileReader tiles)
            throws InterruptedException {
        long old = Math.min(seenSize, checkpoint.size());
        String conflict = "";
        for (int attempt = 0; attempt <= MAX_CONFLICTS; attempt++) {
            Optional<List<byte[]>> proof = proof(old, checkpoint.size(), tiles);
            if (proof.isEmpty()) {
                return new Outdated();
            }
            HttpResponse<byte[]> response;
            try {
                response = post(new AddCheckpoint(old, proof.get(), checkpoint.note()));
            } catch (IOException e) {
                return new Refused(Failure.UNREACHABLE, old, String.valueOf(e.getMessage()));
            }
            String text = new String(response.body(), StandardCharsets.UTF_8);
            if (response.statusCode() != 409) {
                return answer(response, checkpoint, old);
            }
            if (!SIZE.matcher(text).matches()) {
                return new Refused(Failure.BAD_ANSWER, old, "a 409 without a size");
            }
            long seen = Long.parseLong(text.strip());
            if (seen > checkpoint.size()) {
                return new Refused(
                        Failure.AHEAD,
                        seen,
                        "it has cosigned size "
                                + seen
                                + " of this log, which now has only "
                                + checkpoint.size());
            }
            conflict = "it says it has cosigned size " + seen + " and takes no proof from there";
            old = seen;
        }
        return new Refused(Failure.BAD_ANSWER, old, conflict);
    }

    /** Nothing where the tiles of this size have given way to those of a newer checkpoint. */
    private static Optional<List<byte[]>> proof(long old, long size, TileReader tiles) {
        if (old == 0 || old == size) {
            return Optional.of(List.of());
        }
        try {
            return Optional.of(new ProofBuilder(tiles, size).consistency(old));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private HttpResponse<byte[]> post(AddCheckpoint body) throws IOException, InterruptedException {
        return http.send(
                request.copy().POST(HttpRequest.BodyPublishers.ofByteArray(body.toBytes())).build(),
                BodyHandlers.limiting(BodyHandlers.ofByteArray(), MAX_ANSWER_BYTES));
    }

    private Answer answer(HttpResponse<byte[]> response, SignedCheckpoint checkpoint, long old) {
        return switch (response.statusCode()) {
            case 200 -> cosigned(response.body(), checkpoint, old);
            case 403 -> refused(Failure.KEY_NOT_TRUSTED, response, old);
            case 404 -> refused(Failure.UNKNOWN_LOG, response, old);
            case 422 -> refused(Failure.INCONSISTENT, response, old);
            default -> refused(Failure.BAD_ANSWER, response, old);
        };
    }

    private Answer cosigned(byte[] body, SignedCheckpoint checkpoint, long old) {
        try {
            SignedNote answered =
                    new SignedNote(checkpoint.checkpoint().text(), SignedNote.parseLines(body));
            List<SignatureLine> lines = new ArrayList<>();
            for (VerifierKey key : keys) {
                SignatureLine line = answered.lineOf(key).orElse(null);
                if (line == null || line.timestamp() == 0) {
                    return new Refused(
                            Failure.BAD_ANSWER, old, "no cosignature by " + key.shortText());
                }
                lines.add(line);
            }
            return new Cosigned(lines);
        } catch (NoteFormatException | NoteUnverifiedException e) {
            return new Refused(Failure.BAD_ANSWER, old, String.valueOf(e.getMessage()));
        }
    }

    /** What it said, one line of it at most. */
    private static Refused refused(Failure failure, HttpResponse<byte[]> response, long old) {
        String said =
                new String(response.body(), StandardCharsets.UTF_8)
                        .lines()
                        .findFirst()
                        .orElse("")
                        .replaceAll("\\p{Cntrl}", "?");
        return new Refused(
                failure,
                old,
                "status "
                        + response.statusCode()
                        + ", "
                        + said.substring(0, Math.min(said.length(), 300)));
    }

    void close() {
        http.shutdownNow();
    }
}
