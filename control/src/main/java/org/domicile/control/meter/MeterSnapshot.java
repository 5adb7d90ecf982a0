package org.domicile.control.meter;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.domicile.control.rules.RulePack;
import org.domicile.control.rules.Rules;
import org.domicile.ledger.note.Checkpoint;
import org.domicile.ledger.tile.MerkleHasher;

/**
 * A jurisdiction's meters in a file, as of one size of its ledger, so that a start need not read
 * the ledger from its beginning. It is worth nothing by itself: one that is missing, damaged, of
 * other rules or of another history is passed over, and the ledger is read instead.
 *
 * <p>The file, all numbers with the highest byte first: the text {@value #MAGIC}; the rule packs'
 * digests (a text as {@link DataOutputStream#writeUTF} has it); the ledger's origin, likewise; its
 * size (8 bytes) and root (32); then for each meter the byte 1, counterparty and meter (texts), the
 * number of people (8), for each half a token (8) and a day (2), the number of days with people not
 * told (4), for each its source (text), day (2), people shown (8) and held (8); then the byte 0,
 * and SHA-256 of all before it.
 *
 * <p>It holds halves of tokens, which without the store's secret lead to nobody, and is as private
 * as the ledger's bodies.
 */
final class MeterSnapshot {
    private static final String MAGIC = "domicile-meters-1\n";
    private static final int DIGEST_BYTES = 32;
    private static final int BUFFER_BYTES = 1 << 16;

    private MeterSnapshot() {}

    /** Which entries a snapshot has counted. */
    record Covered(String origin, long size, byte[] root) {
        static Covered of(Checkpoint checkpoint) {
            return new Covered(checkpoint.origin(), checkpoint.size(), checkpoint.root());
        }
    }

    /** Meters and what they have counted. */
    record Loaded(BulkMeters meters, Covered covered) {}

    /** A file that is no snapshot. */
    static final class Unusable extends Exception {
        private static final long serialVersionUID = 1;

        Unusable(String message) {
            super(message);
        }
    }

    /** Replaces the file, at once or not at all; nobody may be counting meanwhile. */
    static void write(Path file, BulkMeters meters, Covered covered) throws IOException {
        Path unfinished = file.resolveSibling(file.getFileName() + ".partial");
        try (FileChannel channel =
                FileChannel.open(
                        unfinished,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE)) {
            OutputStream out = Channels.newOutputStream(channel);
            DigestOutputStream digesting =
                    new DigestOutputStream(new BufferedOutputStream(out, BUFFER_BYTES), sha256());
            DataOutputStream data = new DataOutputStream(digesting);
            write(data, meters, covered);
            data.flush();
            digesting.on(false);
            data.write(digesting.getMessageDigest().digest());
            data.flush();
            channel.force(true);
        }
        Files.move(
                unfinished,
                file,
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
        try (FileChannel directory = FileChannel.open(file.toAbsolutePath().getParent())) {
            directory.force(true);
        }
    }

    private static void write(DataOutputStream out, BulkMeters meters, Covered covered)
            throws IOException {
        out.write(MAGIC.getBytes(StandardCharsets.US_ASCII));
        out.writeUTF(nameOf(meters.rules()));
        out.writeUTF(covered.origin());
        out.writeLong(covered.size());
        out.write(covered.root());
        for (Map.Entry<String, BulkMeters.Book> book : new TreeMap<>(meters.books()).entrySet()) {
            for (Map.Entry<String, Meter> meter : book.getValue().meters.entrySet()) {
                out.writeByte(1);
                out.writeUTF(book.getKey());
                out.writeUTF(meter.getKey());
                write(out, meter.getValue());
            }
        }
        out.writeByte(0);
    }

    private static void write(DataOutputStream out, Meter meter) throws IOException {
        out.writeLong(meter.people().size());
        try {
            meter.people()
                    .forEach((token, day) -> {
                        try {
                            out.writeLong(token);
                            out.writeShort(day);
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                    });
        } catch (UncheckedIOException e) {
            throw new IOException("the snapshot of the meters cannot be written", e.getCause());
        }
        Map<String, Map<Integer, UntoldPeople.OfDay>> sources = meter.untold().sources();
        out.writeInt(sources.values().stream().mapToInt(Map::size).sum());
        for (Map.Entry<String, Map<Integer, UntoldPeople.OfDay>> source : sources.entrySet()) {
            for (Map.Entry<Integer, UntoldPeople.OfDay> day : source.getValue().entrySet()) {
                out.writeUTF(source.getKey());
                out.writeShort(day.getKey());
                out.writeLong(day.getValue().shown());
                out.writeLong(day.getValue().held());
            }
        }
    }

    /**
     * Reads a file.
     *
     * @param today on which it is used
     * @throws Unusable when it is none of these rules
     */
    static Loaded read(Path file, Rules rules, int today) throws IOException, Unusable {
        try (InputStream in = Files.newInputStream(file)) {
            return read(in, rules, today);
        }
    }

    static Loaded read(InputStream in, Rules rules, int today) throws IOException, Unusable {
        DigestInputStream digesting =
                new DigestInputStream(new BufferedInputStream(in, BUFFER_BYTES), sha256());
        DataInputStream data = new DataInputStream(digesting);
        try {
            require(
                    Arrays.equals(
                            data.readNBytes(MAGIC.length()),
                            MAGIC.getBytes(StandardCharsets.US_ASCII)),
                    "is of another kind");
            require(data.readUTF().equals(nameOf(rules)), "is of other rules");
            Covered covered =
                    new Covered(
                            data.readUTF(),
                            data.readLong(),
                            readFully(data, MerkleHasher.HASH_BYTES));
            require(covered.size() >= 0, "has a size below 0");
            BulkMeters meters = new BulkMeters(rules);
            while (data.readByte() != 0) {
                read(data, meters, today);
            }
            digesting.on(false);
            byte[] digest = digesting.getMessageDigest().digest();
            require(
                    Arrays.equals(digest, readFully(data, DIGEST_BYTES)) && data.read() < 0,
                    "is not as it was written");
            return new Loaded(meters, covered);
        } catch (java.io.EOFException | java.io.UTFDataFormatException e) {
            throw new Unusable("is cut off");
        } catch (IllegalArgumentException e) {
            throw new Unusable("has a day that cannot be");
        }
    }

    private static void read(DataInputStream data, BulkMeters meters, int today)
            throws IOException, Unusable {
        String counterparty = data.readUTF();
        String name = data.readUTF();
        Rules.Sourced threshold =
                meters.rules().packs().stream()
                        .flatMap(pack ->
                                pack.bulk().thresholds().stream()
                                        .map(known -> new Rules.Sourced(pack, known)))
                        .filter(known -> Meter.nameOf(known).equals(name))
                        .findFirst()
                        .orElseThrow(() -> new Unusable("has a category of no rule"));
        Meter meter = new Meter(threshold);
        meter.countFrom(meters.firstDay(today));
        require(meters.bookOf(counterparty).meters.put(name, meter) == null, "has a meter twice");
        long people = data.readLong();
        for (long i = 0; i < people; i++) {
            meter.people().see(data.readLong(), data.readUnsignedShort());
        }
        int days = data.readInt();
        for (int i = 0; i < days; i++) {
            String source = data.readUTF();
            int day = data.readUnsignedShort();
            meter.untold().add(source, day, data.readLong(), data.readLong());
        }
    }

    /** What another edition of a pack would change. */
    private static String nameOf(Rules rules) {
        return rules.packs().stream().map(RulePack::digest).collect(Collectors.joining(" "));
    }

    private static byte[] readFully(DataInputStream data, int length) throws IOException {
        byte[] bytes = new byte[length];
        data.readFully(bytes);
        return bytes;
    }

    private static void require(boolean is, String otherwise) throws Unusable {
        if (!is) {
            throw new Unusable(otherwise);
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
