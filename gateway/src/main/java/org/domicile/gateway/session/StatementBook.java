package org.domicile.gateway.session;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import org.domicile.gateway.wire.FrontendMessage;
import org.jspecify.annotations.Nullable;

/**
 * Which prepared statement and portal each of the client's names stands for, as the store has them.
 * A name is entered when the store confirms it, and only then; until it does, the messages under
 * way say what the name will stand for. So no name can stand for a statement with another's
 * verdict.
 */
final class StatementBook {
    /** Of the prepared statements' texts together; PostgreSQL itself has no bound. */
    static final int MAX_SQL_CHARS = 16 * 1024 * 1024;

    static final int MAX_PORTALS = 1_000;

    private final Map<String, Prepared> statements = new HashMap<>();
    private final Map<String, Prepared.Portal> portals = new HashMap<>();

    /** SQL cursors. One that a rollback to a savepoint closed stays until its transaction ends. */
    private final Map<String, Cursor> cursors = new HashMap<>();

    private record Cursor(Disclosing disclosing, boolean hold) {}

    private long sqlChars;

    @Nullable Prepared statement(String name, ArrayDeque<Pending> underWay) {
        for (Iterator<Pending> newest = underWay.descendingIterator(); newest.hasNext(); ) {
            switch (newest.next()) {
                case Pending.OfParse parse when parse.name().equals(name) -> {
                    return parse.prepared();
                }
                case Pending.OfClose close
                        when close.target() == FrontendMessage.Target.STATEMENT
                                && close.name().equals(name) -> {
                    return null;
                }
                default -> {}
            }
        }
        return statements.get(name);
    }

    Prepared.@Nullable Portal portal(String name, ArrayDeque<Pending> underWay) {
        for (Iterator<Pending> newest = underWay.descendingIterator(); newest.hasNext(); ) {
            switch (newest.next()) {
                case Pending.OfBind bind when bind.name().equals(name) -> {
                    return bind.portal();
                }
                case Pending.OfClose close
                        when close.target() == FrontendMessage.Target.PORTAL
                                && close.name().equals(name) -> {
                    return null;
                }
                default -> {}
            }
        }
        return portals.get(name);
    }

    boolean isFull() {
        return sqlChars > MAX_SQL_CHARS || portals.size() + cursors.size() > MAX_PORTALS;
    }

    void prepared(String name, Prepared prepared) {
        Prepared before = statements.put(name, prepared);
        sqlChars += prepared.sql().length() - (before == null ? 0 : before.sql().length());
    }

    void bound(String name, Prepared.Portal portal) {
        portals.put(name, portal);
    }

    void closed(FrontendMessage.Target target, String name) {
        switch (target) {
            case STATEMENT -> deallocated(name);
            case PORTAL -> portals.remove(name);
        }
    }

    void deallocated(String name) {
        Prepared before = statements.remove(name);
        if (before != null) {
            sqlChars -= before.sql().length();
        }
    }

    void deallocatedAll() {
        statements.clear();
        sqlChars = 0;
    }

    /** What a cursor reads; null where none has this name. */
    @Nullable Disclosing cursor(String name) {
        Cursor cursor = cursors.get(name);
        return cursor == null ? null : cursor.disclosing;
    }

    /** Whether the store knows a name as a portal: FETCH reads it as a cursor, whatever it is. */
    boolean hasPortal(String name) {
        return portals.containsKey(name);
    }

    void declared(String name, boolean hold, Disclosing disclosing) {
        cursors.put(name, new Cursor(disclosing, hold));
    }

    /** Null closes all, and with them the portals, which the store has under the same names. */
    void closedCursor(@Nullable String name) {
        if (name == null) {
            cursors.clear();
            portals.clear();
        } else {
            cursors.remove(name);
            portals.remove(name);
        }
    }

    /** Portals live no longer than their transaction, nor do cursors that do not hold. */
    void transactionEnded() {
        portals.clear();
        cursors.values().removeIf(cursor -> !cursor.hold);
    }

    /** Another connection to the store knows nothing of this one's. */
    void connectionEnded() {
        deallocatedAll();
        portals.clear();
        cursors.clear();
    }
}
