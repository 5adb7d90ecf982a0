package org.domicile.gateway;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.domicile.ledger.Fact;
import org.domicile.ledger.Ledger;
import org.domicile.ledger.LedgerException;

/** A ledger in memory whose disk can fail; what it accepted can be read. */
final class RecordingLedger implements Ledger {
    record Entry(Fact fact, Map<String, String> privateFields) {}

    private final List<Entry> entries = new ArrayList<>();
    private final List<byte[]> documents = new ArrayList<>();
    private int acceptedBeforeFailure = Integer.MAX_VALUE;

    @Override
    public synchronized long append(Fact fact, Map<String, String> privateFields) {
        if (acceptedBeforeFailure <= 0) {
            throw new LedgerException("no space left on device");
        }
        acceptedBeforeFailure--;
        entries.add(new Entry(fact, privateFields));
        return entries.size() - 1L;
    }

    @Override
    public synchronized void putDocument(byte[] document) {
        documents.add(document.clone());
    }

    @Override
    public void close() {}

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
