package org.domicile.testkit.shortvideo;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.domicile.testkit.shortvideo.World.Impression;
import org.domicile.testkit.shortvideo.World.Subject;
import org.domicile.testkit.shortvideo.World.Video;
import org.jspecify.annotations.Nullable;

/**
 * A directory with an excerpt of KuaiRand, real logs of a short-video app: {@code users.csv.gz},
 * {@code videos.csv.gz} and {@code impressions.csv.gz}.
 *
 * <p>The logs name a video's author in a numbering of their own. Here each author is one of the
 * users who, says the log, publish videos, always the same one, so that videos and users join.
 */
final class KuaiRand {
    static final List<String> USER_COLUMNS =
            List.of(
                    "user_id",
                    "user_active_degree",
                    "is_live_streamer",
                    "is_video_author",
                    "follow_user_num",
                    "fans_user_num",
                    "friend_user_num",
                    "register_days");
    static final List<String> VIDEO_COLUMNS =
            List.of(
                    "video_id",
                    "author_id",
                    "video_type",
                    "upload_dt",
                    "video_duration_ms",
                    "music_id",
                    "tag",
                    "show_cnt",
                    "play_cnt",
                    "like_cnt",
                    "comment_cnt",
                    "share_cnt",
                    "follow_cnt",
                    "report_cnt");
    static final List<String> IMPRESSION_COLUMNS =
            List.of(
                    "user_id",
                    "video_id",
                    "time_ms",
                    "tab",
                    "is_click",
                    "is_like",
                    "is_follow",
                    "is_comment",
                    "is_forward",
                    "is_hate",
                    "long_view",
                    "play_time_ms",
                    "duration_ms");

    private static final Set<String> KINDS = Set.of("NORMAL", "AD", "UNKNOWN");

    /** About 270 years; more would be a wrong column. */
    private static final int MAX_REGISTERED_DAYS = 100_000;

    private static final long MAX_TIME_MILLIS =
            Instant.parse("2100-01-01T00:00:00Z").toEpochMilli();

    private final Path directory;
    private final long seed;

    private KuaiRand(Path directory, long seed) {
        this.directory = directory;
        this.seed = seed;
    }

    static World read(Path directory, long seed) {
        if (!Files.isDirectory(directory)) {
            throw new DatasetException(
                    "there is no dataset directory %s; without a dataset the data is made up"
                            .formatted(directory));
        }
        try {
            return new KuaiRand(directory, seed).read();
        } catch (IOException e) {
            throw new DatasetException("cannot read the dataset in " + directory, e);
        }
    }

    private World read() throws IOException {
        List<Subject> subjects = subjects();
        Map<Long, Video> videos = videos(subjects);
        List<Impression> impressions = impressions(subjects, videos);
        if (impressions.isEmpty()) {
            throw new DatasetException(
                    "%s has no rows".formatted(directory.resolve("impressions.csv.gz")));
        }
        impressions.sort(Comparator.comparingLong(Impression::atMillis));
        return new World(
                subjects,
                List.copyOf(videos.values()),
                impressions,
                Instant.ofEpochMilli(impressions.getLast().atMillis()));
    }

    private List<Subject> subjects() throws IOException {
        List<Subject> subjects = new ArrayList<>();
        Set<Long> ids = new HashSet<>();
        try (Csv csv = open("users.csv.gz", USER_COLUMNS)) {
            while (csv.next()) {
                long id = csv.number("user_id", 0, Long.MAX_VALUE);
                if (!ids.add(id)) {
                    throw csv.problem("this user_id came before");
                }
                subjects.add(
                        new Subject(
                                id,
                                Country.ofUser(seed, id),
                                csv.text("user_active_degree"),
                                csv.flag("is_video_author"),
                                csv.count("fans_user_num"),
                                csv.count("follow_user_num"),
                                (int) csv.number("register_days", 0, MAX_REGISTERED_DAYS)));
            }
        }
        return subjects;
    }

    private Map<Long, Video> videos(List<Subject> subjects) throws IOException {
        List<Long> creators = subjects.stream().filter(Subject::creator).map(Subject::id).toList();
        Map<Long, Video> videos = new LinkedHashMap<>();
        try (Csv csv = open("videos.csv.gz", VIDEO_COLUMNS)) {
            while (csv.next()) {
                long id = csv.number("video_id", 0, Long.MAX_VALUE);
                long loggedAuthor = csv.number("author_id", 0, Long.MAX_VALUE);
                if (creators.isEmpty()) {
                    throw csv.problem("users.csv.gz has no video author");
                }
                Video video =
                        new Video(
                                id,
                                new Draw(seed, Draw.Topic.AUTHOR, loggedAuthor).from(creators),
                                kind(csv),
                                uploaded(csv),
                                csv.isEmpty("video_duration_ms")
                                        ? null
                                        : (Integer) csv.count("video_duration_ms"),
                                optional(csv, "music_id"),
                                csv.isEmpty("tag") ? null : csv.text("tag"),
                                VIDEO_COLUMNS.subList(7, 14).stream().map(csv::count).toList());
                if (videos.put(id, video) != null) {
                    throw csv.problem("this video_id came before");
                }
            }
        }
        return videos;
    }

    private static String kind(Csv csv) {
        String kind = csv.text("video_type");
        if (!KINDS.contains(kind)) {
            throw csv.problem("video_type is none of NORMAL, AD, UNKNOWN");
        }
        return kind;
    }

    private static LocalDate uploaded(Csv csv) {
        try {
            return LocalDate.parse(csv.text("upload_dt"));
        } catch (DateTimeException e) {
            throw csv.problem("upload_dt is not a date like 2022-04-10");
        }
    }

    private static @Nullable Long optional(Csv csv, String column) {
        return csv.isEmpty(column) ? null : (Long) csv.number(column, 0, Long.MAX_VALUE);
    }

    private List<Impression> impressions(List<Subject> subjects, Map<Long, Video> videos)
            throws IOException {
        Set<Long> users = new HashSet<>();
        subjects.forEach(subject -> users.add(subject.id()));
        List<Impression> impressions = new ArrayList<>();
        try (Csv csv = open("impressions.csv.gz", IMPRESSION_COLUMNS)) {
            while (csv.next()) {
                long user = csv.number("user_id", 0, Long.MAX_VALUE);
                if (!users.contains(user)) {
                    throw csv.problem("user_id is not in users.csv.gz");
                }
                Video video = videos.get(csv.number("video_id", 0, Long.MAX_VALUE));
                if (video == null) {
                    throw csv.problem("video_id is not in videos.csv.gz");
                }
                csv.count("duration_ms");
                impressions.add(
                        new Impression(
                                user,
                                video,
                                csv.number("time_ms", 0, MAX_TIME_MILLIS),
                                (int) csv.number("tab", 0, Short.MAX_VALUE),
                                csv.count("play_time_ms"),
                                csv.flag("is_click"),
                                csv.flag("is_like"),
                                csv.flag("is_follow"),
                                csv.flag("is_comment"),
                                csv.flag("is_forward"),
                                csv.flag("is_hate"),
                                csv.flag("long_view")));
            }
        }
        return impressions;
    }

    private Csv open(String name, List<String> columns) throws IOException {
        Path file = directory.resolve(name);
        if (!Files.isRegularFile(file)) {
            throw new DatasetException("the dataset in %s has no %s".formatted(directory, name));
        }
        try {
            return new Csv(
                    file.toString(),
                    new GZIPInputStream(new BufferedInputStream(Files.newInputStream(file)), 65536),
                    columns);
        } catch (ZipException | EOFException e) {
            throw new DatasetException(file + " is not a gzip file", e);
        }
    }
}
