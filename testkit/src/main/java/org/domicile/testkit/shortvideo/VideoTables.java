package org.domicile.testkit.shortvideo;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.domicile.testkit.shortvideo.World.Impression;
import org.domicile.testkit.shortvideo.World.Video;
import org.jspecify.annotations.Nullable;

/** The videos, who was shown them, and who liked and said what about them. */
final class VideoTables {
    private static final double MEAN_EARLIER_LIKES = 2;
    private static final int MAX_EARLIER_LIKES = 100;
    private static final double MEAN_EARLIER_COMMENTS = 0.4;
    private static final int MAX_EARLIER_COMMENTS = 20;
    private static final long REACTION_MILLIS = 2_000;

    private static final List<String> COMMENTS =
            List.of(
                    "love this!",
                    "where did you get that?",
                    "watching this for the third time",
                    "the {animal} at the end \ud83d\ude02",
                    "try it with {dish} next time",
                    "anyone else here from {city}?",
                    "you should do a video about {hobby}",
                    "this is so {adjective}",
                    "part two please",
                    "not sure I agree",
                    "my {animal} does the same thing",
                    "saving this for the weekend");

    private final Residents residents;
    private final Wording wording;

    VideoTables(Residents residents) {
        this.residents = residents;
        this.wording = new Wording(residents.names());
    }

    List<Table> tables() {
        return List.of(
                new Table(
                        "videos",
                        "id, author_id, title, tag, music_id, kind, duration_ms, upload_date,"
                                + " show_count, play_count, like_count, comment_count, share_count,"
                                + " follow_count, report_count",
                        this::videos),
                new Table(
                        "impressions",
                        "id, user_id, video_id, at, tab, play_time_ms, is_click, is_like,"
                                + " is_follow, is_comment, is_forward, is_hate, long_view",
                        this::impressions),
                new Table("likes", "user_id, video_id, at", this::likes),
                new Table("comments", "id, user_id, video_id, body, at", this::comments));
    }

    private void videos(CopyRows out) throws IOException {
        for (Video video : residents.world().videos()) {
            Draw draw = new Draw(residents.seed(), Draw.Topic.TITLE, video.id());
            List<@Nullable Object> row = new ArrayList<>();
            row.add(video.id());
            row.add(video.authorId());
            row.add(wording.title(draw));
            row.add(video.tag());
            row.add(video.musicId());
            row.add(video.kind());
            row.add(video.durationMillis());
            row.add(video.uploaded());
            row.addAll(video.counts());
            out.row(row.toArray());
        }
    }

    private void impressions(CopyRows out) throws IOException {
        Table.Ids ids = new Table.Ids(residents.jurisdiction());
        for (Impression impression : residents.shown()) {
            out.row(
                    ids.next(),
                    impression.userId(),
                    impression.video().id(),
                    Instant.ofEpochMilli(impression.atMillis()),
                    impression.tab(),
                    impression.playMillis(),
                    impression.click(),
                    impression.like(),
                    impression.follow(),
                    impression.comment(),
                    impression.forward(),
                    impression.hate(),
                    impression.longView());
        }
    }

    private void likes(CopyRows out) throws IOException {
        List<Video> videos = residents.world().videos();
        for (Person person : residents.people()) {
            Set<Long> liked = new HashSet<>();
            for (Impression impression : residents.shownTo(person)) {
                if (impression.like() && liked.add(impression.video().id())) {
                    out.row(person.subject().id(), impression.video().id(), reactionTo(impression));
                }
            }
            Draw draw = residents.draw(Draw.Topic.LIKES, person);
            int earlier = draw.count(MEAN_EARLIER_LIKES, MAX_EARLIER_LIKES);
            for (int i = 0; i < earlier; i++) {
                long video = videos.get(draw.popular(videos.size())).id();
                Instant at = residents.recently(draw, person);
                if (liked.add(video)) {
                    out.row(person.subject().id(), video, at);
                }
            }
        }
    }

    private void comments(CopyRows out) throws IOException {
        Table.Ids ids = new Table.Ids(residents.jurisdiction());
        List<Video> videos = residents.world().videos();
        for (Person person : residents.people()) {
            Draw draw = residents.draw(Draw.Topic.COMMENTS, person);
            for (Impression impression : residents.shownTo(person)) {
                if (impression.comment()) {
                    out.row(
                            ids.next(),
                            person.subject().id(),
                            impression.video().id(),
                            wording.say(draw, COMMENTS, person),
                            reactionTo(impression));
                }
            }
            int earlier = draw.count(MEAN_EARLIER_COMMENTS, MAX_EARLIER_COMMENTS);
            for (int i = 0; i < earlier; i++) {
                out.row(
                        ids.next(),
                        person.subject().id(),
                        videos.get(draw.popular(videos.size())).id(),
                        wording.say(draw, COMMENTS, person),
                        residents.recently(draw, person));
            }
        }
    }

    private static Instant reactionTo(Impression impression) {
        return Instant.ofEpochMilli(impression.atMillis() + REACTION_MILLIS);
    }
}
