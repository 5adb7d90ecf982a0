/**
 * What each page says, as records: a template and the JSON twin are made from the same one. Nothing
 * here knows HTTP or HTML.
 */
@NullMarked
package org.domicile.console.page;

import org.jspecify.annotations.NullMarked;
