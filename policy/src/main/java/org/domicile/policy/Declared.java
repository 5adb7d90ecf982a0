package org.domicile.policy;

import java.util.Set;

/**
 * The names a file declares, known before any section is read, so that sections may come in any
 * order. A name is known even where its declaration has a problem, which is said once, there.
 */
record Declared(
        Set<String> jurisdictions,
        Set<String> entities,
        Set<String> purposes,
        Set<String> audiences) {}
