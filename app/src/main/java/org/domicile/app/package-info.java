/**
 * The command line, the wiring and the demo: the only place that knows every module.
 *
 * <p>{@link Domicile} is the entry type; each subcommand is a class {@code …Command}. Commands
 * print to standard output what they were asked for and to standard error everything else, and end
 * with an {@link ExitCode}.
 */
@NullMarked
package org.domicile.app;

import org.jspecify.annotations.NullMarked;
