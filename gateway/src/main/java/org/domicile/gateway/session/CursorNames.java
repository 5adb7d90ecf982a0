package org.domicile.gateway.session;

import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.domicile.gateway.gate.Judged;
import org.domicile.gateway.gate.Verdict;
import org.jspecify.annotations.Nullable;

/**
 * Which SQL cursors a session's statements may name. A store keeps cursors and the protocol's
 * portals in one list of names, and so must the gateway: FETCH would read a portal just as well.
 */
final class CursorNames {
    private final StoreDialogue dialogue;

    CursorNames(StoreDialogue dialogue) {
        this.dialogue = dialogue;
    }

    /** Whether a statement depends on the names the store has when all before is done. */
    static boolean areUsedBy(@Nullable Prepared prepared) {
        return prepared != null && prepared.verdict() != null && areUsedBy(prepared.verdict());
    }

    static boolean areUsedBy(Verdict verdict) {
        return verdict instanceof Verdict.FetchCursor || verdict instanceof Verdict.DeclareCursor;
    }

    /** Why a text must not run as a whole; null where it may. */
    Verdict.@Nullable Refused problemOf(List<Judged> statements) {
        Set<String> declared = new HashSet<>();
        for (Judged statement : statements) {
            Verdict.Refused problem = problemOf(statement.verdict(), declared);
            if (problem != null) {
                return problem;
            }
            if (statement.verdict() instanceof Verdict.DeclareCursor declare) {
                declared.add(declare.name());
            }
        }
        return null;
    }

    /** Why a statement must not run by itself; null where it may. */
    Verdict.@Nullable Refused problemOf(Verdict verdict) {
        return problemOf(verdict, Set.of());
    }

    /**
     * Likewise.
     *
     * @param declared by statements before it in its text
     */
    private Verdict.@Nullable Refused problemOf(Verdict verdict, Set<String> declared) {
        if (verdict instanceof Verdict.FetchCursor fetch
                && !declared.contains(fetch.name())
                && dialogue.cursor(fetch.name()) == null) {
            return new Verdict.Refused(
                    "34000",
                    "unknown-cursor",
                    "cursor \"" + fetch.name() + "\" does not exist",
                    "DECLARE it first, in the same transaction.",
                    fetch.statement());
        }
        if (verdict instanceof Verdict.DeclareCursor declare
                && dialogue.hasPortal(declare.name())) {
            return new Verdict.Refused(
                    "42P03",
                    "name-taken",
                    "\"" + declare.name() + "\" is the name of an open portal",
                    "Choose another name for the cursor.",
                    declare.statement());
        }
        return null;
    }

    /**
     * Whether a FETCH would read another cursor than the one that had the name when it was
     * prepared: the store would, with the columns of the one before.
     */
    boolean isAnother(Prepared prepared) {
        return prepared.verdict() instanceof Verdict.FetchCursor fetch
                && !Objects.equals(dialogue.cursor(fetch.name()), prepared.disclosing());
    }
}
