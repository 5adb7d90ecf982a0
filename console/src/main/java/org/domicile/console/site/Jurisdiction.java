package org.domicile.console.site;

import java.util.List;
import java.util.function.Supplier;
import org.domicile.control.freeze.Freezes;
import org.domicile.control.meter.BulkMeters;
import org.domicile.ledger.Ledger;
import org.domicile.plan.AppliedPlan;

/**
 * One jurisdiction that a console is about. What a supplier cannot tell it throws; then the page
 * says so, or nobody is served where it is about who may (I7).
 *
 * @param ledger open, since openings of bodies are recorded in it
 * @param plan the one in force
 * @param freezes those in force
 * @param sessions of the gateway, as they are now
 * @param desk what the store keeps of requests and freezes
 */
public record Jurisdiction(
        String name,
        Ledger ledger,
        Supplier<AppliedPlan> plan,
        Supplier<Freezes> freezes,
        BulkMeters meters,
        Supplier<List<LiveSession>> sessions,
        Desk desk) {}
