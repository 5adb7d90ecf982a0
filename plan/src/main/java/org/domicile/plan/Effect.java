package org.domicile.plan;

import java.util.Collection;
import java.util.Optional;

/** Whether a change lets an audience learn more. What cannot be told to be less counts as more. */
public enum Effect {
    /** As much is shown as before. */
    SAME,
    /** Less is shown. */
    LESS,
    /** Something else is shown: it may tell what was not told before. */
    OTHER,
    /** More is shown. */
    MORE;

    /** The one that an approver has to know of first. */
    public static Effect worst(Collection<Effect> effects) {
        return effects.stream().max(Effect::compareTo).orElse(SAME);
    }

    /** Of a column that was hidden, or is; empty stands for hidden. */
    static Effect of(Optional<Transform> before, Optional<Transform> after) {
        boolean saidNothing = before.isEmpty() || before.get() instanceof Transform.Redact;
        boolean saysNothing = after.isEmpty() || after.get() instanceof Transform.Redact;
        if (before.equals(after) || (saidNothing && saysNothing)) {
            return SAME;
        }
        if (saidNothing || saysNothing) {
            return saysNothing ? LESS : MORE;
        }
        return between(before.get(), after.get());
    }

    private static Effect between(Transform before, Transform after) {
        if (after instanceof Transform.Show) {
            return MORE;
        }
        if (before instanceof Transform.Show || isCoarser(after, before)) {
            return LESS;
        }
        return isCoarser(before, after) ? MORE : OTHER;
    }

    /** Whether all that one tells can be computed from what the other tells. */
    private static boolean isCoarser(Transform one, Transform other) {
        if (one instanceof Transform.Generalise coarse && other instanceof Transform.Generalise) {
            return coarse.unit() == Transform.Generalise.Unit.YEAR;
        }
        if (one instanceof Transform.Bucket coarse && other instanceof Transform.Bucket fine) {
            return coarse.width() % fine.width() == 0;
        }
        if (one instanceof Transform.Coarsen coarse && other instanceof Transform.Coarsen fine) {
            return coarse.kilometres() % fine.kilometres() == 0;
        }
        return false;
    }
}
