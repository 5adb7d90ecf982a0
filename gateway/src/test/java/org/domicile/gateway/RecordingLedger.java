package org.domicile.gateway;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.domicile.gateway.disclosure.FactLog;
import org.domicile.ledger.AppendListener;
import org.domicile.ledger.Fact;
import org.domicile.ledger.Ledger;
import org.domicile.ledger.LedgerDamage;
import org.domicile.ledger.LedgerException;
import org.domicile.ledger.LedgerOptions;
import org.domicile.ledger.LedgerVerifier;
import org.domicile.ledger.Verification;
import org.domicile.ledger.note.LogSigner;

/** A real ledger whose disk can be told to fail; what it accepted can be read. */
final class RecordingLedger implements FactLog, AutoCloseable {
    record Entry(Fact fact, Map<String, String> privateFields) {}

    private final Path directory;
    private final Ledger ledger;
    private final List<Entry> entries = new ArrayList<>();
    private final List<byte[]> documents = new ArrayList<>();
    private int acceptedBeforeFailure = Integer.MAX_VALUE;

    RecordingLedger(Path parent) throws IOException {
        directory = parent.resolve("ledger");
        ledger =
                Ledger.open(
                        directory,
                        LogSigner.generate(parent.resolve("log.key"), "example.org/us"),
                        LedgerOptions.defaults());
    }

    @Override
    public synchronized long append(Fact fact, Map<String, String> privateFields) {
        if (acceptedBeforeFailure <= 0) {
            throw new LedgerException("no space left on device");
        }
        acceptedBeforeFailure--;
        long index = ledger.append(fact, privateFields);
        entries.add(new Entry(fact, privateFields));
        return index;
    }

    @Override
    public synchronized void append(
            Fact fact, Map<String, String> privateFields, AppendListener listener) {
        if (acceptedBeforeFailure <= 0) {
            listener.failed(new LedgerException("no space left on device"));
            return;
        }
        acceptedBeforeFailure--;
        entries.add(new Entry(fact, privateFields));
        ledger.append(fact, privateFields, listener);
    }

    @Override
    public synchronized void putDocument(byte[] document) {
        ledger.putDocument(document);
        documents.add(document.clone());
    }

    @Override
    public void close() {
        ledger.close();
    }

    /** Closed, it must hold what a verifier accepts. */
    Verification verify() throws IOException, LedgerDamage {
        return LedgerVerifier.verify(directory, ledger.verifierKey(), entry -> {});
    }

    /** Accepts so many more entries and then none. */
    synchronized void failAfter(int accepted) {
        acceptedBeforeFailure = accepted;
    }

    synchronized void works() {
        acceptedBeforeFailure = Integer.MAX_VALUE;
    }

    synchronized void forget() {
        entries.clear();
    }

    synchronized List<Entry> entries() {
        return List.copyOf(entries);
    }

    synchronized List<byte[]> documents() {
        return List.copyOf(documents);
    }

    <T extends Fact> List<T> facts(Class<T> type) {
        return entries().stream()
                .map(Entry::fact)
                .filter(type::isInstance)
                .map(type::cast)
                .toList();
    }

    List<Fact.Disclosure> disclosures() {
        return facts(Fact.Disclosure.class);
    }

    List<Fact.Refusal> refusals() {
        return facts(Fact.Refusal.class);
    }
}
