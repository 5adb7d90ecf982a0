/**
 * PostgreSQL's own grammar: libpg_query 18 as WebAssembly, compiled to JVM classes when this module
 * is built ({@code PgQuery*}, generated), and a bounded pool of instances of it.
 *
 * <p>{@link GrammarPool} is the entry type; only {@code gate} uses it. The WebAssembly sees nothing
 * but the text it is given: no file, no clock, no network is offered to it.
 */
@NullMarked
package org.domicile.gateway.gate.grammar;

import org.jspecify.annotations.NullMarked;
