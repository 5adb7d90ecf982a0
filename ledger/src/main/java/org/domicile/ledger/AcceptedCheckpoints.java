package org.domicile.ledger;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.domicile.ledger.LedgerDamage.Malformed;
import org.domicile.ledger.LedgerDamage.Place;

/**
 * The signed checkpoints that a mirror accepted, oldest first, in one file: each after a line
 * {@code <RFC 3339 time> <bytes>}.
 *
 * <p>A later checkpoint commits to all entries of an earlier one, so the newest alone would show a
 * fork; the others show what the log had claimed when. Hence every one of the last day is kept, and
 * of older ones the last of each hour: at most 8,784 for a year.
 */
public final class AcceptedCheckpoints {
    /** A file that is larger is not read: some 800,000 checkpoints. */
    public static final int MAX_FILE_BYTES = 256 * 1024 * 1024;

    static final Duration ALL_KEPT = Duration.ofDays(1);

    private static final Pattern HEADER =
            Pattern.compile("([0-9]{4}-[0-9T:-]{14}Z) ([1-9][0-9]{0,4})");

    private static final int MAX_HEADER_BYTES = 32;

    private final List<Kept> kept = new ArrayList<>();
    private int intactBytes;

    /**
     * One accepted checkpoint.
     *
     * @param note as the log signed it, cosignatures included
     */
    public record Kept(Instant accepted, byte[] note) {
        public Kept {
            accepted = accepted.truncatedTo(ChronoUnit.SECONDS);
            note = note.clone();
            if (note.length == 0 || note.length > LedgerFiles.MAX_SMALL_BYTES) {
                throw new IllegalArgumentException("not a signed note");
            }
        }

        @Override
        public byte[] note() {
            return note.clone();
        }

        byte[] toBytes() {
            byte[] header =
                    (accepted + " " + note.length + "\n").getBytes(StandardCharsets.US_ASCII);
            return ByteBuffer.allocate(header.length + note.length).put(header).put(note).array();
        }
    }

    private AcceptedCheckpoints() {}

    /**
     * Reads what a file has. Bytes at its end that are the beginning of a record were being written
     * when the mirror ended, and are passed over.
     */
    static AcceptedCheckpoints parse(byte[] file) throws LedgerDamage {
        AcceptedCheckpoints read = new AcceptedCheckpoints();
        while (read.intactBytes < file.length && read.next(file)) {}
        return read;
    }

    private boolean next(byte[] file) throws LedgerDamage {
        int from = intactBytes;
        int end = from;
        while (end < file.length && file[end] != '\n' && end - from < MAX_HEADER_BYTES) {
            end++;
        }
        if (end == file.length) {
            return false;
        }
        Matcher header =
                HEADER.matcher(new String(file, from, end - from, StandardCharsets.US_ASCII));
        if (!header.matches()) {
            throw damaged();
        }
        int length = Integer.parseInt(header.group(2));
        if (length > file.length - end - 1) {
            return false;
        }
        try {
            kept.add(
                    new Kept(
                            Instant.parse(header.group(1)),
                            Arrays.copyOfRange(file, end + 1, end + 1 + length)));
        } catch (DateTimeException | IllegalArgumentException e) {
            throw damaged();
        }
        intactBytes = end + 1 + length;
        return true;
    }

    private Malformed damaged() {
        return new Malformed(
                Place.of(Layout.MIRROR_CHECKPOINTS),
                "has no checkpoint after the " + kept.size() + " before byte " + intactBytes);
    }

    /** Those of a mirror; none where the directory is no mirror's. */
    public static List<Kept> read(Path directory) throws IOException, LedgerDamage {
        byte[] file = new LedgerFiles(directory).read(Layout.MIRROR_CHECKPOINTS, MAX_FILE_BYTES);
        return file == null ? List.of() : List.copyOf(parse(file).kept);
    }

    /** Adds one, durable on return. */
    public static void append(Path directory, Kept added) throws IOException {
        Path file = directory.resolve(Layout.MIRROR_CHECKPOINTS);
        try (FileChannel channel =
                FileChannel.open(
                        file,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.APPEND)) {
            long before = channel.size();
            try {
                ByteBuffer bytes = ByteBuffer.wrap(added.toBytes());
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
            } catch (IOException e) {
                channel.truncate(before); // else the next record would follow half a one
                throw e;
            }
        }
    }

    /** Leaves out an unfinished end and what has become old; returns how many are kept. */
    public static int tidy(Path directory, Disk disk, Instant now)
            throws IOException, LedgerDamage {
        byte[] before = new LedgerFiles(directory).read(Layout.MIRROR_CHECKPOINTS, MAX_FILE_BYTES);
        if (before == null) {
            return 0;
        }
        AcceptedCheckpoints read = parse(before);
        List<Kept> thinned = thinned(read.kept, now);
        if (thinned.size() < read.kept.size() || read.intactBytes < before.length) {
            ByteBuffer after = ByteBuffer.allocate(before.length);
            thinned.forEach(one -> after.put(one.toBytes()));
            disk.replaceFile(
                    directory.resolve(Layout.MIRROR_CHECKPOINTS),
                    Arrays.copyOf(after.array(), after.position()));
        }
        return thinned.size();
    }

    /** All of the last day, and of each hour before it the last. */
    static List<Kept> thinned(List<Kept> all, Instant now) {
        Instant young = now.minus(ALL_KEPT);
        List<Kept> thinned = new ArrayList<>();
        for (Kept one : all) {
            if (!thinned.isEmpty()
                    && one.accepted().isBefore(young)
                    && hour(thinned.getLast()).equals(hour(one))) {
                thinned.removeLast();
            }
            thinned.add(one);
        }
        return thinned;
    }

    private static Instant hour(Kept one) {
        return one.accepted().truncatedTo(ChronoUnit.HOURS);
    }
}
