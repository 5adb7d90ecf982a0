package org.domicile.app;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.domicile.console.site.Circle;
import org.domicile.control.access.Access;
import org.domicile.control.access.AccessPolicy;
import org.domicile.control.access.Standing;
import org.domicile.control.access.Verdict;
import org.domicile.control.organisation.Coverage;
import org.domicile.control.organisation.Organisation;
import org.domicile.control.organisation.OrganisationDocument;
import org.domicile.control.organisation.OrganisationFile;
import org.domicile.control.request.DecidingKeys;
import org.domicile.control.rules.RulePack;
import org.domicile.control.rules.Rules;
import org.domicile.gateway.session.Standings;
import org.domicile.ledger.Fact;
import org.domicile.ledger.Ledger;
import org.domicile.ledger.LedgerException;
import org.domicile.plan.AppliedPlan;
import org.domicile.plan.Roster;
import org.domicile.yaml.YamlFile;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the organisation file and at {@code access.cedar} every {@link #INTERVAL_MILLIS} with a
 * thread of its own. What they say is in force at once, whether or not a ledger can record it,
 * since a roster limits what they can allow (I7: narrowing is never blocked). Their digests are put
 * into every ledger when the gateway starts, and whenever one of them says something else.
 */
final class OrganisationWatch implements Standings, AutoCloseable {
    static final long INTERVAL_MILLIS = 250;

    /** So often in a row one of them may be found half written; then nobody is served (I7). */
    private static final int MAX_UNREADABLE_LOOKS = 3;

    private static final Logger LOG = LoggerFactory.getLogger(OrganisationWatch.class);

    private final OrganisationOptions file;
    private final Rules rules;
    private final List<Ledger> ledgers;
    private final Thread thread;
    private volatile @Nullable InForce inForce;

    /** What each ledger has of it. */
    private final Map<Ledger, Seen> recorded = new HashMap<>();

    /** What every ledger has: whose signatures count is in the log before what they signed. */
    private volatile StoreGrants.@Nullable Deciders inLedgers;

    private int unreadableLooks;

    /** The files as they were read, with what follows for those who asked. */
    private record InForce(
            Texts texts,
            Access access,
            Circle circle,
            StoreGrants.Deciders deciders,
            Seen seen,
            Map<Asked, Standing> standings,
            Map<Under, Map<Object, List<Verdict>>> alike) {}

    private record Texts(String organisation, String access) {
        /** Names nobody. */
        @Override
        public String toString() {
            return "Texts";
        }
    }

    /** A plan; the digest of its catalogue names it at little cost. */
    private record Under(String jurisdiction, long version, String catalogue) {}

    /** Who was asked about. */
    private record Asked(Under plan, Roster.Accessor accessor) {}

    /** What was found in the files, as an entry names it. */
    private record Seen(
            String digest,
            String access,
            Map<String, String> deciders,
            Map<String, String> rules) {}

    private OrganisationWatch(OrganisationOptions file, Rules rules, Collection<Ledger> ledgers) {
        this.file = file;
        this.rules = rules;
        this.ledgers = List.copyOf(ledgers);
        this.thread = Thread.ofVirtual().name("organisation").unstarted(this::run);
    }

    /**
     * Records what the file says and keeps looking.
     *
     * @param rules what the gateway counts against until it ends, whatever the file says meanwhile
     * @throws CommandFailure when it cannot be read
     */
    static OrganisationWatch start(
            OrganisationOptions file, Rules rules, Collection<Ledger> ledgers) {
        OrganisationWatch watch = new OrganisationWatch(file, rules, ledgers);
        watch.look();
        watch.thread.start();
        return watch;
    }

    @Override
    public Standing of(AppliedPlan applied, Roster.Accessor onRoster) {
        InForce now = inForce;
        if (now == null) {
            throw new IllegalStateException("the organisation or its policies cannot be read");
        }
        Under plan =
                new Under(
                        applied.plan().jurisdiction(),
                        applied.version(),
                        applied.catalogueDigest());
        return now.standings()
                .computeIfAbsent(
                        new Asked(plan, onRoster),
                        _ ->
                                Standing.of(
                                        now.access(),
                                        applied.plan(),
                                        onRoster,
                                        now.alike()
                                                .computeIfAbsent(
                                                        plan, _ -> new ConcurrentHashMap<>())));
    }

    /** What is in force, whether or not the ledgers have it yet. */
    Circle circle() {
        InForce now = inForce;
        if (now == null) {
            throw new IllegalStateException("the organisation or its policies cannot be read");
        }
        return now.circle();
    }

    /** Who decides, as every ledger has recorded the organisation; the same until it changes. */
    StoreGrants.Deciders recorded() {
        StoreGrants.Deciders known = inLedgers;
        if (known == null) {
            throw new IllegalStateException("the organisation is in no ledger yet");
        }
        return known;
    }

    private void run() {
        while (true) {
            try {
                Thread.sleep(INTERVAL_MILLIS);
                look();
                unreadableLooks = 0;
            } catch (InterruptedException e) {
                return;
            } catch (LedgerException e) {
                LOG.error("the organisation's change is in force, and not recorded yet", e);
            } catch (RuntimeException e) {
                unreadableLooks++;
                if (unreadableLooks == MAX_UNREADABLE_LOOKS) {
                    inForce = null;
                    LOG.error(
                            "the organisation or its policies cannot be read, refusing everybody: {}",
                            e.getMessage());
                }
            }
        }
    }

    private void look() {
        Texts texts =
                OrganisationOptions.telling(() ->
                        new Texts(YamlFile.text(file.file()), YamlFile.text(file.accessFile())));
        InForce now = inForce;
        if (now == null || !now.texts().equals(texts)) {
            now = read(texts);
            inForce = now;
        }
        for (Ledger ledger : ledgers) {
            if (now.seen().equals(recorded.get(ledger))) {
                continue;
            }
            ledger.append(
                    new Fact.OrganisationChanged(now.seen().deciders(), now.seen().rules()),
                    Map.of("organisation", now.seen().digest(), "access", now.seen().access()));
            recorded.put(ledger, now.seen());
        }
        inLedgers = now.deciders();
    }

    private InForce read(Texts texts) {
        return OrganisationOptions.telling(() -> {
            Organisation organisation =
                    OrganisationFile.read(OrganisationFile.NAME, texts.organisation());
            AccessPolicy policy = AccessPolicy.read(AccessPolicy.NAME, texts.access());
            if (!digests(file.rules(organisation)).equals(digests(rules))) {
                LOG.warn("other rule packs come into force when the gateway starts again");
            }
            Seen seen =
                    new Seen(
                            OrganisationDocument.digest(organisation),
                            policy.digest(),
                            DecidingKeys.of(organisation),
                            digests(rules));
            Coverage coverage = Coverage.of(organisation, rules);
            Access access = new Access(organisation, coverage, policy);
            StoreGrants.Deciders deciders = StoreGrants.Deciders.of(organisation, file);
            return new InForce(
                    texts,
                    access,
                    new Circle(access, coverage, deciders.independence()),
                    deciders,
                    seen,
                    new ConcurrentHashMap<>(),
                    new ConcurrentHashMap<>());
        });
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
