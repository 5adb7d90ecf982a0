package org.domicile.app;

import java.util.List;
import org.domicile.control.rules.RulePack;
import org.domicile.control.rules.RulePacks;
import org.domicile.control.rules.Rules;

/** The rule packs of this release, for those who have a ledger and no organisation. */
final class BulkRules {
    private BulkRules() {}

    static Rules ofRelease() {
        List<RulePack> packs =
                RulePacks.INCLUDED.stream().sorted().map(RulePacks::included).toList();
        return new Rules(packs);
    }
}
