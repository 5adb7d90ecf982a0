package org.domicile.gateway.gate;

import java.util.Comparator;
import java.util.List;

/** A verdict, with what it takes to write the statement as the store must see it. */
record Ruling(Verdict verdict, List<Edit> edits) {
    Ruling {
        edits = edits.stream().sorted(Comparator.comparingInt(Edit::token)).toList();
    }

    /** The ruling of the i-th statement of a text. */
    Judged of(String sql, LiftedText lifted, int i) {
        String source = lifted.source(sql, i);
        String edited =
                edits.isEmpty() ? source : Edit.apply(sql, lifted.statements().get(i), edits);
        String upstream =
                verdict instanceof Verdict.Copy copy ? CopyText.forStore(edited, copy) : edited;
        return new Judged(source, verdict, upstream);
    }
}
