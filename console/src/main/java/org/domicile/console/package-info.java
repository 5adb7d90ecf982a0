/**
 * The console: web pages, and a JSON twin of each, for those who ask, decide, own data or watch
 * over. It reads ledgers through their index and acts only through {@code control}; it knows no
 * store. {@link org.domicile.console.ConsoleServer} is the entry type; {@code site} is what it is
 * told about, {@code access} says who may come in and read what, {@code page} makes what is shown,
 * {@code web} shows it. {@code docs/console.md} is for its users.
 */
@NullMarked
package org.domicile.console;

import org.jspecify.annotations.NullMarked;
