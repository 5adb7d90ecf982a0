/**
 * The people of a short-video app and what they did, made up or taken from real logs, spread over
 * the jurisdictions {@code us}, {@code eu} and {@code row}.
 *
 * <p>{@link ShortVideoData} is the entry type. It holds one {@code World} (who exists, which
 * videos, who was shown what), either made up or read from an excerpt of KuaiRand, which has no
 * identities. A {@code Person} is the identity attached to a user; every further row is drawn from
 * it. Whatever is drawn follows from the seed and the user's id alone, so each store can be filled
 * by itself, on its own thread, and comes out the same.
 *
 * <p>The tables are the resource {@code schema.sql}; {@code countries.csv} and {@code cities.csv}
 * say where people live. Names are made up by Datafaker; e-mail addresses end in {@code .example},
 * which no one can own, and telephone numbers are from ranges kept for films where a country has
 * one.
 */
@NullMarked
package org.domicile.testkit.shortvideo;

import org.jspecify.annotations.NullMarked;
