/**
 * Real PostgreSQL servers and generated people, for the demo and the tests of every module.
 *
 * <p>{@link EmbeddedStore} is the entry type: a server process of its own, started from {@link
 * PostgresBinaries}. Tests that only want an empty database take a {@link TestDatabase}. The
 * short-video app that the demo protects is {@link org.domicile.testkit.shortvideo.ShortVideoData}.
 * A {@link SoftPasskey} signs as a browser and its user do.
 *
 * <p>Depends on none of Domicile's other modules, and on no test framework.
 */
@NullMarked
package org.domicile.testkit;

import org.jspecify.annotations.NullMarked;
