package org.domicile.testkit.shortvideo;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.domicile.testkit.shortvideo.World.Impression;

/**
 * Whom users follow: the creators they followed from a video, and some they had followed before.
 */
final class Follows {
    private static final double MEAN_EARLIER = 4;
    private static final int MAX_EARLIER = 60;

    private Follows() {}

    /**
     * @param shown what the user was shown
     * @param creators the most popular first
     */
    static Collection<Long> of(
            long seed, long userId, List<Impression> shown, List<Long> creators) {
        Set<Long> followed = new LinkedHashSet<>();
        for (Impression impression : shown) {
            if (impression.follow()) {
                followed.add(impression.video().authorId());
            }
        }
        Draw draw = new Draw(seed, Draw.Topic.FOLLOWS, userId);
        int earlier = creators.isEmpty() ? 0 : draw.count(MEAN_EARLIER, MAX_EARLIER);
        for (int i = 0; i < earlier; i++) {
            followed.add(creators.get(draw.popular(creators.size())));
        }
        followed.remove(userId);
        return followed;
    }
}
