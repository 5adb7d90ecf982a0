package org.domicile.app;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.domicile.control.organisation.Organisation;
import org.domicile.control.organisation.OrganisationDocument;
import org.domicile.control.request.DecidingKeys;
import org.domicile.control.rules.RulePack;
import org.domicile.control.rules.Rules;
import org.domicile.ledger.Fact;
import org.domicile.ledger.Ledger;
import org.domicile.ledger.LedgerException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the organisation file every {@link #INTERVAL_MILLIS} with a thread of its own, and puts
 * its digest into every ledger: when the gateway starts, and whenever the file says something else.
 */
final class OrganisationWatch implements AutoCloseable {
    static final long INTERVAL_MILLIS = 250;

    private static final Logger LOG = LoggerFactory.getLogger(OrganisationWatch.class);

    private final OrganisationOptions file;
    private final List<Ledger> ledgers;
    private final Thread thread;
    private @Nullable Seen recorded;
    private boolean isUnreadable;

    /** What was found in the files, as an entry names it. */
    private record Seen(String digest, Map<String, String> deciders, Map<String, String> rules) {}

    private OrganisationWatch(OrganisationOptions file, List<Ledger> ledgers) {
        this.file = file;
        this.ledgers = List.copyOf(ledgers);
        this.thread = Thread.ofVirtual().name("organisation").unstarted(this::run);
    }

    /**
     * Records what the file says and keeps looking.
     *
     * @throws CommandFailure when it cannot be read
     */
    static OrganisationWatch start(OrganisationOptions file, List<Ledger> ledgers) {
        OrganisationWatch watch = new OrganisationWatch(file, ledgers);
        watch.look();
        watch.thread.start();
        return watch;
    }

    private void run() {
        while (true) {
            try {
                Thread.sleep(INTERVAL_MILLIS);
                look();
                isUnreadable = false;
            } catch (InterruptedException e) {
                return;
            } catch (CommandFailure | LedgerException e) {
                if (!isUnreadable) {
                    LOG.error("the organisation's change is not in force: {}", e.getMessage());
                }
                isUnreadable = true;
            }
        }
    }

    private void look() {
        Organisation organisation = file.read();
        Seen seen =
                new Seen(
                        OrganisationDocument.digest(organisation),
                        DecidingKeys.of(organisation),
                        digests(file.rules(organisation)));
        if (seen.equals(recorded)) {
            return;
        }
        for (Ledger ledger : ledgers) {
            ledger.append(
                    new Fact.OrganisationChanged(seen.deciders(), seen.rules()),
                    Map.of("organisation", seen.digest()));
        }
        recorded = seen;
    }

    private static Map<String, String> digests(Rules rules) {
        Map<String, String> digests = new HashMap<>();
        for (RulePack pack : rules.packs()) {
            digests.put(pack.reference(), pack.digest());
        }
        return digests;
    }

    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
