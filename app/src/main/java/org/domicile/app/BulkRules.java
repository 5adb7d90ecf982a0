package org.domicile.app;

import java.util.List;
import org.domicile.control.rules.Rules;

/** The rule packs of this release. */
final class BulkRules {
    private BulkRules() {}

    static Rules ofRelease() {
        return new Rules(List.of());
    }
}
