/**
 * HTTP: the routes of {@link org.domicile.console.access.Door}, what is checked of every request
 * before any of them, forms, templates and headers. Requests run on virtual threads.
 */
@NullMarked
package org.domicile.console.web;

import org.jspecify.annotations.NullMarked;
