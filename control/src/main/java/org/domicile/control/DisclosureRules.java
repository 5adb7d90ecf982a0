package org.domicile.control;

/** Placeholder of the offline rules; see the package description. */
final class DisclosureRules {
    private DisclosureRules() {}
}
