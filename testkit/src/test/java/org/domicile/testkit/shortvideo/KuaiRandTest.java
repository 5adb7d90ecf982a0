package org.domicile.testkit.shortvideo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;
import org.domicile.testkit.shortvideo.World.Impression;
import org.domicile.testkit.shortvideo.World.Subject;
import org.domicile.testkit.shortvideo.World.Video;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KuaiRandTest {
    private static final String USERS =
            """
            user_id,user_active_degree,is_live_streamer,is_video_author,follow_user_num,fans_user_num,friend_user_num,register_days
            10,full_active,-124,1,5,200,3,1
            11,high_active,1,0,2,0,0,400
            12,UNKNOWN,-124,1,0,1,0,3
            """;
    private static final String VIDEOS =
            """
            video_id,author_id,video_type,upload_dt,video_duration_ms,music_id,tag,show_cnt,play_cnt,like_cnt,comment_cnt,share_cnt,follow_cnt,report_cnt
            70,9001,NORMAL,2022-04-10,9233,661,39,10,9,8,7,6,5,4
            71,9001,AD,2022-04-09,,662,"20,43",1,2,3,4,5,6,7
            """;
    private static final String IMPRESSIONS =
            """
            user_id,video_id,time_ms,tab,is_click,is_like,is_follow,is_comment,is_forward,is_hate,long_view,play_time_ms,duration_ms
            12,71,1651333923318,4,0,0,0,0,0,0,0,0,0
            10,70,1650812741436,1,1,1,0,1,0,0,1,61802,9233
            """;

    @TempDir private Path directory = Path.of("");

    private final Map<String, String> files = new HashMap<>();

    @BeforeEach
    void writeAll() throws IOException {
        write("users.csv.gz", USERS);
        write("videos.csv.gz", VIDEOS);
        write("impressions.csv.gz", IMPRESSIONS);
    }

    private String text(String name) {
        return Objects.requireNonNull(files.get(name));
    }

    private void write(String name, String text) throws IOException {
        files.put(name, text);
        try (GZIPOutputStream out =
                new GZIPOutputStream(Files.newOutputStream(directory.resolve(name)))) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
    }

    @Test
    void readsUsersVideosAndImpressions() {
        World world = KuaiRand.read(directory, 1);
        assertThat(world.subjects()).extracting(Subject::id).containsExactly(10L, 11L, 12L);
        Subject first = world.subjects().getFirst();
        assertThat(first)
                .isEqualTo(new Subject(10, Country.ofUser(1, 10), "full_active", true, 200, 5, 1));
        Video plain = world.videos().getFirst();
        assertThat(plain.counts()).containsExactly(10, 9, 8, 7, 6, 5, 4);
        assertThat(plain.durationMillis()).isEqualTo(9233);
        Video advertisement = world.videos().getLast();
        assertThat(advertisement.durationMillis()).isNull();
        assertThat(advertisement.tag()).isEqualTo("20,43");
        assertThat(advertisement.kind()).isEqualTo("AD");
        assertThat(world.impressions())
                .containsExactly(
                        new Impression(
                                10,
                                plain,
                                1650812741436L,
                                1,
                                61802,
                                true,
                                true,
                                false,
                                true,
                                false,
                                false,
                                true),
                        new Impression(
                                12,
                                advertisement,
                                1651333923318L,
                                4,
                                0,
                                false,
                                false,
                                false,
                                false,
                                false,
                                false,
                                false));
        assertThat(world.end()).isEqualTo(Instant.ofEpochMilli(1651333923318L));
    }

    @Test
    void anAuthorIsAlwaysTheSameUserWhoPublishes() {
        World world = KuaiRand.read(directory, 1);
        assertThat(world.videos())
                .extracting(Video::authorId)
                .containsOnly(world.videos().getFirst().authorId());
        assertThat(world.videos().getFirst().authorId()).isIn(10L, 12L);
    }

    @Test
    void attachesIdentitiesAndKeepsTheLoggedActivity() throws Exception {
        ShortVideoData data = ShortVideoData.fromDataset(directory, 1);
        assertThat(data.userCount()).isEqualTo(3);
        List<String> users = new ArrayList<>();
        List<String> impressions = new ArrayList<>();
        List<String> likes = new ArrayList<>();
        for (String jurisdiction : ShortVideoData.JURISDICTIONS) {
            Map<String, String> rows = ShortVideoDataTest.rows(data, jurisdiction);
            for (String[] row : ShortVideoDataTest.lines(rows.get("users"))) {
                users.add(row[0] + " " + row[11] + " " + row[13]);
                if (row[0].equals("10")) {
                    assertThat(Instant.parse(row[14]))
                            .as("an account is older than what it was shown")
                            .isBefore(Instant.parse("2022-04-24T15:05:41.436Z"));
                }
            }
            for (String[] row : ShortVideoDataTest.lines(rows.get("impressions"))) {
                impressions.add(String.join(" ", Arrays.asList(row).subList(1, 6)));
            }
            for (String[] row : ShortVideoDataTest.lines(rows.get("likes"))) {
                likes.add(row[0] + " " + row[1]);
            }
            assertThat(ShortVideoDataTest.lines(rows.get("videos"))).hasSize(2);
        }
        assertThat(users)
                .containsExactlyInAnyOrder(
                        "10 200 full_active", "11 0 high_active", "12 1 UNKNOWN");
        assertThat(impressions)
                .containsExactlyInAnyOrder(
                        "10 70 2022-04-24T15:05:41.436Z 1 61802",
                        "12 71 2022-04-30T15:52:03.318Z 4 0");
        assertThat(likes).contains("10 70");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    users       | 11,high        | 10,high        | line 3: this user_id came before
                    users       | 200,3,1      | 200,3          | line 2: 7 fields where the header has 8
                    users       | 200,3,1      | many,3,1     | line 2: fans_user_num is not a whole number from 0 to
                    users       | 200,3,1      | -1,3,1       | line 2: fans_user_num is not a whole number from 0 to
                    users       | UNKNOWN,-124,1 | UNKNOWN,-124,2 | line 4: is_video_author is not a whole number from 0 to 1
                    users       | user_id,       | id,            | line 1: the header is not user_id,
                    videos      | 2022-04-10     | 2022-04-31     | line 2: upload_dt is not a date
                    videos      | AD             | FILM           | line 3: video_type is none of
                    videos      | "20,43"        | "20,43         | line 3: a quote that is not closed
                    videos      | "20,43"        | "20,43"x       | line 3: text after a closing quote
                    videos      | ,39,           | ,3"9,          | line 2: a quote inside an unquoted field
                    videos      | 71,9001        | 70,9001        | line 3: this video_id came before
                    impressions | 12,71          | 13,71          | line 2: user_id is not in users.csv.gz
                    impressions | 12,71          | 12,72          | line 2: video_id is not in videos.csv.gz
                    impressions | 1650812741436  | 16508127414360000 | line 3: time_ms is not a whole number
                    """,
            quoteCharacter = '\0')
    void namesTheFileTheLineAndTheFault(String file, String good, String bad, String message)
            throws IOException {
        String name = file + ".csv.gz";
        String text = text(name);
        assertThat(text).contains(good);
        write(name, text.replaceFirst(Pattern.quote(good), bad));
        assertThatThrownBy(() -> KuaiRand.read(directory, 1))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining(name)
                .hasMessageContaining(message);
    }

    @Test
    void namesWhatIsMissingOrCutOff() throws IOException {
        Path file = directory.resolve("videos.csv.gz");
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(whole, whole.length / 2));
        assertProblem("videos.csv.gz is damaged after line");
        Files.write(file, VIDEOS.getBytes(StandardCharsets.UTF_8));
        assertProblem("videos.csv.gz is not a gzip file");
        Files.delete(file);
        assertProblem("has no videos.csv.gz");
        write("videos.csv.gz", VIDEOS + "x".repeat(20_000));
        assertProblem("line 4: longer than 10000 characters");
        write("videos.csv.gz", VIDEOS);
        write("impressions.csv.gz", IMPRESSIONS.lines().findFirst().orElseThrow() + "\n");
        assertProblem("impressions.csv.gz has no rows");
        assertThatThrownBy(() -> KuaiRand.read(directory.resolve("elsewhere"), 1))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining("there is no dataset directory");
    }

    private void assertProblem(String message) {
        assertThatThrownBy(() -> KuaiRand.read(directory, 1))
                .isInstanceOf(DatasetException.class)
                .hasMessageContaining(message);
    }

    /** However a file is damaged, reading it ends in a world or in a problem with the dataset. */
    @Test
    void survivesAnyDamage() throws IOException {
        Random random = new Random(20260901);
        int refused = 0;
        for (int round = 0; round < 1500; round++) {
            String name = List.copyOf(files.keySet()).get(random.nextInt(files.size()));
            byte[] bytes = damaged(text(name).getBytes(StandardCharsets.UTF_8), random);
            ByteArrayOutputStream packed = new ByteArrayOutputStream();
            try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
                out.write(bytes);
            }
            byte[] file = packed.toByteArray();
            Path path = directory.resolve(name);
            byte[] whole = Files.readAllBytes(path);
            Files.write(path, random.nextBoolean() ? file : damaged(file, random));
            try {
                KuaiRand.read(directory, 1);
            } catch (DatasetException e) {
                assertThat(e).hasMessageContaining(name.substring(0, 5));
                refused++;
            }
            Files.write(path, whole);
        }
        assertThat(refused).isBetween(250, 1499);
    }

    private static byte[] damaged(byte[] original, Random random) {
        byte[] bytes = original.clone();
        for (int i = random.nextInt(3); i >= 0; i--) {
            byte[] interesting = {',', '"', '\n', '\r', '-', '9', 0, (byte) 0xC3};
            bytes[random.nextInt(bytes.length)] =
                    random.nextBoolean()
                            ? interesting[random.nextInt(interesting.length)]
                            : (byte) random.nextInt();
        }
        return random.nextInt(4) == 0
                ? Arrays.copyOf(bytes, random.nextInt(bytes.length + 1))
                : bytes;
    }
}
