package org.domicile.policy.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.domicile.plan.StoreNames;

/** Builds schemas of views, and drops them, in transactions of bounded size. */
final class ViewBuilder {
    /**
     * A view made or dropped holds about two locks until its transaction ends. A server's default
     * lock table holds 64 for each of 100 connections.
     */
    static final int VIEWS_PER_TRANSACTION = 500;

    /** Statements of one message; progress is told after each. */
    private static final int VIEWS_PER_MESSAGE = 50;

    private final Connection connection;
    private final Consumer<StoreApplier.Progress> progress;

    ViewBuilder(Connection connection, Consumer<StoreApplier.Progress> progress) {
        this.connection = connection;
        this.progress = progress;
    }

    /** Builds each audience's schemas of that version; nobody may use them yet. */
    void build(List<AudienceSchema> audiences, long version) throws SQLException {
        int total = audiences.stream().mapToInt(AudienceSchema::viewCount).sum();
        int done = 0;
        for (AudienceSchema audience : audiences) {
            int keyId = Session.transaction(connection, () -> begin(audience, version));
            for (Map.Entry<String, List<String>> schema :
                    audience.createViews(version, keyId).entrySet()) {
                done = build(schema.getKey(), schema.getValue(), done, total);
            }
            Session.transaction(connection, () -> grantSelect(audience, version));
        }
    }

    private int build(String schema, List<String> statements, int before, int total)
            throws SQLException {
        int done = before;
        for (List<String> part : parts(statements, VIEWS_PER_TRANSACTION)) {
            int made = done;
            done =
                    Session.transaction(
                            connection,
                            () -> {
                                asOwner();
                                int now = made;
                                for (List<String> message : parts(part, VIEWS_PER_MESSAGE)) {
                                    Session.execute(connection, message);
                                    now += message.size();
                                    progress.accept(
                                            new StoreApplier.Progress(
                                                    "building " + schema, now, total));
                                }
                                return now;
                            });
        }
        return done;
    }

    private int begin(AudienceSchema schema, long version) throws SQLException {
        asOwner();
        for (String name : schema.schemas(version)) {
            Session.execute(connection, "CREATE SCHEMA " + SqlText.name(name));
        }
        if (!schema.needsKey()) {
            return 0;
        }
        return Session.queryInt(
                connection,
                "SELECT domicile.pseudonym_key_id(%s, %s)"
                        .formatted(
                                SqlText.text(schema.audience().counterparty()),
                                SqlText.text(schema.keyPurposes())));
    }

    private boolean grantSelect(AudienceSchema schema, long version) throws SQLException {
        asOwner();
        Session.execute(
                connection,
                "GRANT SELECT ON ALL TABLES IN SCHEMA %s TO %s"
                        .formatted(
                                SqlText.names(schema.schemas(version)),
                                SqlText.name(StoreNames.audienceRole(schema.audience().name()))));
        return true;
    }

    private void asOwner() throws SQLException {
        Session.execute(connection, "SET LOCAL ROLE " + SqlText.name(StoreNames.OWNER_ROLE));
    }

    /**
     * Drops schemas of views.
     *
     * @return those that could not be dropped, because a session holds a lock on a view or somebody
     *     put something else into one
     */
    List<String> drop(List<String> schemas) throws SQLException {
        List<String> left = new ArrayList<>();
        for (String schema : schemas) {
            try {
                drop(schema);
            } catch (SQLException e) {
                if (connection.isClosed()) {
                    throw e;
                }
                left.add(schema);
            }
        }
        return left;
    }

    private void drop(String schema) throws SQLException {
        List<String> views =
                Session.queryStrings(
                        connection,
                        """
                        SELECT c.relname FROM pg_catalog.pg_class c
                        JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                        WHERE c.relkind = 'v' AND n.nspname = %s
                        """
                                .formatted(SqlText.text(schema)));
        List<String> names = views.stream().map(view -> SqlText.name(schema, view)).toList();
        for (List<String> part : parts(names, VIEWS_PER_TRANSACTION)) {
            Session.transaction(
                    connection,
                    () -> {
                        asOwner();
                        Session.execute(connection, "DROP VIEW " + String.join(", ", part));
                        return true;
                    });
            progress.accept(
                    new StoreApplier.Progress("dropping " + schema, part.size(), views.size()));
        }
        Session.transaction(
                connection,
                () -> {
                    asOwner();
                    Session.execute(connection, "DROP SCHEMA " + SqlText.name(schema));
                    return true;
                });
    }

    private static <T> List<List<T>> parts(List<T> all, int size) {
        List<List<T>> parts = new ArrayList<>();
        for (int i = 0; i < all.size(); i += size) {
            parts.add(all.subList(i, Math.min(all.size(), i + size)));
        }
        return parts;
    }
}
