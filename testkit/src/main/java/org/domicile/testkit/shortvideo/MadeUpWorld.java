package org.domicile.testkit.shortvideo;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.domicile.testkit.shortvideo.World.Impression;
import org.domicile.testkit.shortvideo.World.Subject;
import org.domicile.testkit.shortvideo.World.Video;

/** A world drawn at random, with about the proportions of the real logs. */
final class MadeUpWorld {
    private static final Instant END = Instant.parse("2026-11-01T00:00:00Z");
    private static final LocalDate LAST_UPLOAD = LocalDate.ofInstant(END, ZoneOffset.UTC);
    private static final long SHOWN_MILLIS = 7L * 24 * 60 * 60 * 1000;

    private static final int USERS_PER_VIDEO = 4;
    private static final double CREATOR_SHARE = 0.15;
    private static final double MEAN_IMPRESSIONS = 3.5;
    private static final int MAX_IMPRESSIONS = 200;
    private static final int MAX_REGISTERED_DAYS = 2000;

    private static final List<String> TAGS =
            List.of(
                    "cooking",
                    "dance",
                    "pets",
                    "travel",
                    "football",
                    "comedy",
                    "makeup",
                    "gaming",
                    "music",
                    "diy",
                    "news",
                    "fitness",
                    "fashion",
                    "books",
                    "cars",
                    "gardening");
    private static final List<String> ACTIVITY =
            List.of(
                    "full_active",
                    "full_active",
                    "full_active",
                    "high_active",
                    "middle_active",
                    "low_active");

    private MadeUpWorld() {}

    /** User ids are 1 to {@code users}, video ids from 1. */
    static World of(int users, long seed) {
        List<Long> creators = new ArrayList<>();
        for (long id = 1; id <= users; id++) {
            if (isCreator(seed, id)) {
                creators.add(id);
            }
        }
        if (creators.isEmpty()) {
            creators.add(1L);
        }
        List<Video> videos = new ArrayList<>();
        for (long id = 1; id <= users / USERS_PER_VIDEO + 1; id++) {
            videos.add(video(seed, id, creators));
        }
        List<Impression> impressions = new ArrayList<>();
        Map<Long, Integer> followers = new HashMap<>();
        Map<Long, Integer> following = new HashMap<>();
        for (long id = 1; id <= users; id++) {
            List<Impression> shown = shown(seed, id, videos);
            impressions.addAll(shown);
            var followed = Follows.of(seed, id, shown, creators);
            followed.forEach(creator -> followers.merge(creator, 1, Integer::sum));
            following.put(id, followed.size());
        }
        impressions.sort(
                Comparator.comparingLong(Impression::atMillis)
                        .thenComparingLong(Impression::userId));
        List<Subject> subjects = new ArrayList<>();
        for (long id = 1; id <= users; id++) {
            Draw draw = new Draw(seed, Draw.Topic.SUBJECT, id);
            boolean creator = draw.chance(CREATOR_SHARE);
            subjects.add(
                    new Subject(
                            id,
                            Country.ofUser(seed, id),
                            draw.from(ACTIVITY),
                            creator,
                            followers.getOrDefault(id, 0),
                            following.getOrDefault(id, 0),
                            draw.between(1, MAX_REGISTERED_DAYS)));
        }
        return new World(subjects, videos, impressions, END);
    }

    private static boolean isCreator(long seed, long id) {
        return new Draw(seed, Draw.Topic.SUBJECT, id).chance(CREATOR_SHARE);
    }

    private static Video video(long seed, long id, List<Long> creators) {
        Draw draw = new Draw(seed, Draw.Topic.VIDEO, id);
        int shows = 20 + draw.count(2000, 1_000_000);
        int plays = (int) (shows * 0.45);
        int likes = draw.count(1 + plays * 0.03, plays);
        return new Video(
                id,
                creators.get(draw.popular(creators.size())),
                draw.chance(0.01) ? "AD" : "NORMAL",
                LAST_UPLOAD.minusDays(draw.between(8, 60)),
                draw.between(5_000, 180_000),
                6_000_000_000L + draw.below(3_000_000_000L),
                draw.from(TAGS),
                List.of(
                        shows,
                        plays,
                        likes,
                        likes / 10,
                        likes / 15,
                        likes / 12,
                        draw.chance(0.02) ? 1 : 0));
    }

    private static List<Impression> shown(long seed, long userId, List<Video> videos) {
        Draw draw = new Draw(seed, Draw.Topic.IMPRESSIONS, userId);
        int count = draw.count(MEAN_IMPRESSIONS, MAX_IMPRESSIONS);
        List<Impression> shown = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            Video video = videos.get(draw.popular(videos.size()));
            boolean click = draw.chance(0.45);
            boolean longView = click && draw.chance(0.6);
            int playMillis =
                    longView
                            ? draw.between(18_000, 200_000)
                            : click ? draw.between(1_000, 18_000) : draw.between(0, 900);
            shown.add(
                    new Impression(
                            userId,
                            video,
                            END.toEpochMilli() - 1 - draw.below(SHOWN_MILLIS),
                            draw.chance(0.75) ? 1 : draw.between(0, 14),
                            playMillis,
                            click,
                            click && draw.chance(0.04),
                            longView && draw.chance(0.01),
                            click && draw.chance(0.01),
                            click && draw.chance(0.005),
                            draw.chance(0.001),
                            longView));
        }
        return shown;
    }
}
