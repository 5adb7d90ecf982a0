package org.domicile.ledger.witness;

import java.net.URI;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.domicile.ledger.Fact;
import org.domicile.ledger.note.VerifierKey;
import org.domicile.ledger.witness.WitnessClient.Failure;
import org.domicile.ledger.witness.WitnessClient.Refused;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a log knows of one of its witnesses: what it has cosigned, whether it answers, when it is
 * asked again. Used by one thread; its client by another meanwhile.
 */
final class AskedWitness {
    /** After so many failures in a row a witness is lost; at once when it has another history. */
    static final int LOST_AFTER_FAILURES = 2;

    static final long FIRST_RETRY_MILLIS = 1_000;
    static final long MAX_RETRY_MILLIS = 30_000;

    private static final Logger LOG = LoggerFactory.getLogger(AskedWitness.class);

    private final List<VerifierKey> keys;
    private final WitnessClient client;
    private boolean isBeingAsked;
    private boolean isFound;
    private @Nullable Failure lostBecause;
    private long seenSize;
    private int failures;
    private long notBeforeNanos = System.nanoTime();

    AskedWitness(URI url, List<VerifierKey> keys) {
        this.keys = List.copyOf(keys);
        this.client = new WitnessClient(url, keys);
    }

    List<VerifierKey> keys() {
        return keys;
    }

    WitnessClient client() {
        return client;
    }

    boolean isBeingAsked() {
        return isBeingAsked;
    }

    boolean isDue() {
        return !isBeingAsked && System.nanoTime() - notBeforeNanos >= 0;
    }

    /** A request begins; what it has cosigned last, as far as is known. */
    long asking() {
        isBeingAsked = true;
        return seenSize;
    }

    /** It was asked for what the log has not any more. */
    void outdated() {
        isBeingAsked = false;
    }

    /** It cosigned; what is to be recorded. */
    List<Fact> cosigned(long size) {
        isBeingAsked = false;
        failures = 0;
        seenSize = size;
        lostBecause = null;
        if (isFound) {
            return List.of();
        }
        isFound = true;
        LOG.info("witness {} cosigns", keys.getFirst().shortText());
        return facts(key -> new Fact.WitnessFound(key.shortText(), size));
    }

    /** It did not; what is to be recorded. */
    List<Fact> refused(Refused refused, String origin) {
        isBeingAsked = false;
        failures++;
        seenSize = refused.seenSize();
        long delayMillis =
                Math.min(MAX_RETRY_MILLIS, FIRST_RETRY_MILLIS << Math.min(failures - 1, 10));
        notBeforeNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(delayMillis);
        Failure failure = refused.failure();
        boolean isLost = failures >= LOST_AFTER_FAILURES || failure.isSplitView();
        if (!isLost || failure == lostBecause) {
            return List.of();
        }
        lostBecause = failure;
        isFound = false;
        if (failure.isSplitView()) {
            LOG.error(
                    "ALARM: witness {} knows another history of {}: {}; this log was put back to an"
                            + " older state, or its key signs elsewhere too",
                    keys.getFirst().shortText(),
                    origin,
                    refused.detail());
        } else {
            LOG.warn(
                    "witness {} does not cosign ({}): {}",
                    keys.getFirst().shortText(),
                    failure.word(),
                    refused.detail());
        }
        return facts(
                key -> new Fact.WitnessLost(key.shortText(), failure.word(), refused.seenSize()));
    }

    private List<Fact> facts(Function<VerifierKey, Fact> fact) {
        return keys.stream().map(fact).toList();
    }
}
