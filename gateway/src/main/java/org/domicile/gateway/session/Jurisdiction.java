package org.domicile.gateway.session;

import org.domicile.control.meter.BulkMeters;
import org.domicile.gateway.disclosure.FactLog;
import org.domicile.gateway.disclosure.PlanRecorder;
import org.domicile.gateway.upstream.StoreAddress;
import org.domicile.plan.BackendPassword;

/** A jurisdiction the gateway serves: its store, its ledger and its plan. Thread-safe. */
public final class Jurisdiction {
    private final StoreAddress store;
    private final String storeSecret;
    private final FactLog log;
    private final AppliedPlans plans;
    private final BulkMeters meters;
    private final PlanRecorder planRecorder;

    /**
     * Describes a jurisdiction.
     *
     * @param storeSecret what the store's role passwords are derived from
     * @param meters what the log's disclosures have counted so far
     */
    public Jurisdiction(
            StoreAddress store,
            String storeSecret,
            FactLog log,
            AppliedPlans plans,
            BulkMeters meters) {
        if (storeSecret.length() < BackendPassword.MIN_SECRET_LENGTH) {
            throw new IllegalArgumentException(
                    "a store secret has at least "
                            + BackendPassword.MIN_SECRET_LENGTH
                            + " characters");
        }
        this.store = store;
        this.storeSecret = storeSecret;
        this.log = log;
        this.plans = plans;
        this.meters = meters;
        this.planRecorder = new PlanRecorder(log);
    }

    StoreAddress store() {
        return store;
    }

    String storeSecret() {
        return storeSecret;
    }

    FactLog log() {
        return log;
    }

    AppliedPlans plans() {
        return plans;
    }

    BulkMeters meters() {
        return meters;
    }

    PlanRecorder planRecorder() {
        return planRecorder;
    }

    /** Keeps the secret out of log lines. */
    @Override
    public String toString() {
        return "Jurisdiction[" + store + "]";
    }
}
