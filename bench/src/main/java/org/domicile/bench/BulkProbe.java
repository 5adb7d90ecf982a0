package org.domicile.bench;

import java.util.function.Function;

/** Reads the million rows; each route must give the same. */
final class BulkProbe implements Measure.Probe {
    private final Function<Route, Endpoint> endpoints;
    private final String sql;
    private long bytes;
    private double rowsPerMegabyte;
    private double clientShare;

    BulkProbe(Function<Route, Endpoint> endpoints, String sql) {
        this.endpoints = endpoints;
        this.sql = sql;
    }

    /** In MB/s. */
    @Override
    public double run(Route route) {
        Bulk bulk = Bulk.read(endpoints.apply(route), sql);
        if (bulk.rows() != Site.IMPRESSIONS || (bytes != 0 && bulk.bytes() != bytes)) {
            throw new BenchException(
                    "%s gave %,d rows in %,d bytes where %,d rows in %,d bytes belong"
                            .formatted(
                                    route.label,
                                    bulk.rows(),
                                    bulk.bytes(),
                                    Site.IMPRESSIONS,
                                    bytes));
        }
        bytes = bulk.bytes();
        rowsPerMegabyte = bulk.rows() / bulk.seconds() / bulk.megabytesPerSecond();
        clientShare = Math.max(clientShare, bulk.clientCpuSeconds() / bulk.seconds());
        return bulk.megabytesPerSecond();
    }

    @Override
    public double rowsPerUnit() {
        return rowsPerMegabyte;
    }

    @Override
    public double clientShare() {
        return clientShare;
    }
}
