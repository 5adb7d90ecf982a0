package org.domicile.gateway.upstream;

import java.util.Objects;

/** Where a region store is. */
public record StoreAddress(String host, int port, String database) {
    public StoreAddress {
        Objects.requireNonNull(host);
        Objects.requireNonNull(database);
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("a port is from 1 to 65535");
        }
    }
}
