package org.domicile.app;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.domicile.control.organisation.OrganisationFile;
import org.domicile.control.request.Grants;
import org.domicile.plan.AppliedPlan;
import org.domicile.plan.Plan;
import org.domicile.policy.store.AppliedPlanReader;
import org.domicile.policy.store.StoreException;
import org.domicile.yaml.YamlFile;
import org.jspecify.annotations.Nullable;

/**
 * Keeps one store's grants to what was approved and has not ended, with the compiler's login and a
 * thread of its own. Everything else stays as the last apply left it: its plan and roster are read
 * from the store, not from the policy's file. It remembers nothing that it could not find again, so
 * it may be killed at any time.
 */
final class GrantKeeper implements AutoCloseable {
    static final long INTERVAL_MILLIS = 500;

    /** What did not work is not tried again sooner, unless something was decided meanwhile. */
    static final long RETRY_MILLIS = 2_000;

    /** So often in a row the organisation may be found half written; then no grant is in force. */
    private static final int MAX_UNREADABLE_LOOKS = 3;

    /** An apply that is under way is waited for; a store that hangs is not. */
    private static final long STOP_SECONDS = 10;

    /** Lines about grants that cannot be; told once each. */
    private static final int MAX_TOLD = 1_000;

    private final StoreLogins store;
    private final OrganisationOptions organisation;
    private final Consumer<String> out;
    private final Thread thread;
    private final CountDownLatch stop = new CountDownLatch(1);

    private @Nullable Connection connection;
    private @Nullable AppliedPlan applied;

    private @Nullable String organisationText;
    private StoreGrants.@Nullable Deciders deciders;
    private int unreadableLooks;

    /** What was to be in force when it was tried last, and did not come to be. */
    private Set<Plan.Grant> tried = Set.of();

    private long triedNanos;
    private String trouble = "";
    private final Set<String> told = new HashSet<>();

    private GrantKeeper(StoreLogins store, OrganisationOptions organisation, Consumer<String> out) {
        this.store = store;
        this.organisation = organisation;
        this.out = out;
        this.thread =
                Thread.ofPlatform().name("grants-" + store.jurisdiction()).unstarted(this::run);
    }

    /**
     * Begins to look.
     *
     * @param out takes one line for each change, and for each trouble when it begins
     */
    static GrantKeeper start(
            StoreLogins store, OrganisationOptions organisation, Consumer<String> out) {
        GrantKeeper keeper = new GrantKeeper(store, organisation, out);
        keeper.thread.setDaemon(true);
        keeper.thread.start();
        return keeper;
    }

    private void run() {
        try {
            do {
                try {
                    look();
                } catch (SQLException e) {
                    disconnect();
                    trouble("the store failed (" + e.getSQLState() + "), trying again");
                } catch (StoreException e) {
                    trouble(e.getMessage() + ", so grants stay as they are. " + e.hint());
                } catch (RuntimeException e) {
                    disconnect();
                    trouble(String.valueOf(e.getMessage()));
                }
            } while (!stop.await(INTERVAL_MILLIS, TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            // Told to stop while the store hung.
        } finally {
            disconnect();
        }
    }

    private void look() throws SQLException {
        StoreGrants.Deciders known = deciders();
        if (known == null && unreadableLooks < MAX_UNREADABLE_LOOKS) {
            return; // perhaps being written just now
        }
        Connection open = connection;
        if (open == null) {
            open = store.asCompiler();
            connection = open;
        }
        AppliedPlan there = applied;
        if (there == null || AppliedPlanReader.currentVersion(open) != there.version()) {
            there = AppliedPlanReader.read(open).orElse(null);
            applied = there;
        }
        if (there == null) {
            trouble("has no plan yet: run `domicile apply`");
            return;
        }
        StoreGrants grants =
                new StoreGrants(
                        open,
                        store,
                        Grants.lasting(there.plan(), there.roster()),
                        known,
                        this::once);
        keep(open, there.plan(), grants);
        if (known != null && !trouble.isEmpty()) {
            trouble = "";
            print("goes on");
        }
    }

    private void keep(Connection open, Plan plan, StoreGrants grants) throws SQLException {
        Set<Plan.Grant> wanted =
                grants.approved().stream()
                        .map(approved -> approved.request().grant())
                        .collect(Collectors.toSet());
        Set<Plan.Grant> there = grantsOf(plan);
        boolean isTried =
                wanted.equals(tried)
                        && System.nanoTime() - triedNanos
                                < TimeUnit.MILLISECONDS.toNanos(RETRY_MILLIS);
        if (wanted.equals(there) || isTried) {
            return;
        }
        tried = wanted;
        triedNanos = System.nanoTime();
        grants.apply(false, _ -> {});
        applied = AppliedPlanReader.read(open).orElse(null);
        Set<Plan.Grant> now = applied == null ? Set.of() : grantsOf(applied.plan());
        now.stream()
                .filter(grant -> !there.contains(grant))
                .forEach(grant -> print(grant.audience() + " is in force, until " + grant.until()));
        there.stream()
                .filter(grant -> !now.contains(grant))
                .forEach(grant -> print(grant.audience() + " is in force no more"));
    }

    private static Set<Plan.Grant> grantsOf(Plan plan) {
        return plan.audiences().stream()
                .flatMap(audience -> audience.grant().stream())
                .collect(Collectors.toSet());
    }

    /** Who decides by the organisation's file of now; null while it cannot be read. */
    private StoreGrants.@Nullable Deciders deciders() {
        try {
            String text = OrganisationOptions.telling(() -> YamlFile.text(organisation.file()));
            if (deciders == null || !text.equals(organisationText)) {
                deciders =
                        StoreGrants.Deciders.of(
                                OrganisationOptions.telling(
                                        () -> OrganisationFile.read(OrganisationFile.NAME, text)),
                                organisation);
                organisationText = text;
            }
            unreadableLooks = 0;
        } catch (RuntimeException e) {
            unreadableLooks++;
            if (unreadableLooks >= MAX_UNREADABLE_LOOKS) {
                deciders = null;
                trouble("no grant is in force until the organisation is read: " + e.getMessage());
            }
        }
        return deciders;
    }

    /** Says what is wrong, when it begins. */
    private void trouble(String what) {
        if (!what.equals(trouble) && stop.getCount() > 0) {
            trouble = what;
            print(what);
        }
    }

    private void once(String line) {
        if (told.size() < MAX_TOLD && told.add(line)) {
            out.accept(line);
        }
    }

    private void print(String line) {
        out.accept("store " + store.jurisdiction() + ": " + line);
    }

    private void disconnect() {
        Connection open = connection;
        connection = null;
        applied = null;
        if (open != null) {
            try {
                open.close();
            } catch (SQLException e) {
                // Broken already; the store ends what it was doing.
            }
        }
    }

    /** Lets an apply that is under way end. */
    @Override
    public void close() {
        stop.countDown();
        try {
            thread.join(TimeUnit.SECONDS.toMillis(STOP_SECONDS));
            thread.interrupt();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
