package org.domicile.bench;

/** A way from the client to the store. */
enum Route {
    DIRECT("direct"),
    PGBOUNCER("PgBouncer"),
    DOMICILE("Domicile");

    final String label;

    Route(String label) {
        this.label = label;
    }
}
