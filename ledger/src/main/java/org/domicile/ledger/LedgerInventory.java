package org.domicile.ledger;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.domicile.ledger.LedgerDamage.Malformed;
import org.domicile.ledger.LedgerDamage.Place;
import org.domicile.ledger.tile.TilePath;
import org.domicile.ledger.tile.TileTree;
import org.jspecify.annotations.Nullable;

/** Every file of a ledger's directory, sorted by what it is; what is nothing is a finding. */
final class LedgerInventory {
    private static final Pattern KNOWN_DIRECTORY =
            Pattern.compile(
                    "documents|handover|wal|mirror|mirror/alarms(?:/.*)?|tile|(?:tile/(?:entries|[0-7])|bodies)"
                            + "(?:/x[0-9]{3}){0,5}(?:/[0-9]{3}\\.p)?");
    private static final String BODIES_LOCK = Layout.BODIES + "/" + DirectoryLock.FILE;
    private static final Pattern DOCUMENT = Pattern.compile("documents/([0-9a-f]{64})\\.json");
    private static final Pattern HANDOVER = Pattern.compile("handover/[1-9][0-9]?");
    private static final Pattern UNFINISHED =
            Pattern.compile(
                    "(?:checkpoint(?:\\.witnessed)?|log\\.vkey|handover/[1-9][0-9]?"
                            + "|documents/[0-9a-f]{64}\\.json|bodies/erase(?:\\.request)?"
                            + "|mirror/(?:pending|checkpoints))\\.tmp|bodies/erase\\.request");
    private static final Pattern ALARM = Pattern.compile("mirror/alarms/[0-9a-f]{16}/reason");

    private final Path directory;
    private final long size;
    private final Set<String> documents = new HashSet<>();
    private final Map<TilePath, List<TilePath>> unneeded = new HashMap<>();
    private int unfinished;
    private int alarms;
    private @Nullable LedgerDamage damage;

    private LedgerInventory(Path directory, long size) {
        this.directory = directory;
        this.size = size;
    }

    /** Walks the directory; {@code size} is the checkpoint's. Follows no symbolic link. */
    static LedgerInventory take(Path directory, long size) throws IOException, LedgerDamage {
        LedgerInventory inventory = new LedgerInventory(directory, size);
        Files.walkFileTree(directory, inventory.new Walk());
        if (inventory.damage != null) {
            throw inventory.damage;
        }
        return inventory;
    }

    private final class Walk extends SimpleFileVisitor<Path> {
        @Override
        public FileVisitResult preVisitDirectory(Path visited, BasicFileAttributes attributes) {
            String name = name(visited);
            return name.isEmpty() || KNOWN_DIRECTORY.matcher(name).matches()
                    ? FileVisitResult.CONTINUE
                    : stop(name, "is a directory that does not belong here");
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            String name = name(file);
            return attributes.isRegularFile() && sort(name, attributes.size())
                    ? FileVisitResult.CONTINUE
                    : stop(name, "does not belong here");
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
            if (e instanceof NoSuchFileException) {
                return FileVisitResult.CONTINUE; // a writer deleted it meanwhile
            }
            throw e;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException e)
                throws IOException {
            return e == null ? FileVisitResult.CONTINUE : visitFileFailed(visited, e);
        }

        private FileVisitResult stop(String name, String problem) {
            damage = new Malformed(Place.of(name), problem);
            return FileVisitResult.TERMINATE;
        }
    }

    private String name(Path file) {
        return directory.relativize(file).toString().replace('\\', '/');
    }

    private boolean sort(String name, long bytes) {
        var document = DOCUMENT.matcher(name);
        Optional<TilePath> tile = TilePath.parse(name);
        if (tile.isPresent()) {
            if (!isNeeded(tile.get())) {
                unneeded.computeIfAbsent(tile.get().full(), _ -> new ArrayList<>()).add(tile.get());
            }
            return true;
        } else if (document.matches()) {
            return documents.add(document.group(1));
        } else if (HANDOVER.matcher(name).matches()) {
            return true;
        } else if (UNFINISHED.matcher(name).matches()) {
            unfinished++;
            return true;
        } else if (name.startsWith(Layout.MIRROR_ALARMS + "/")) {
            alarms += ALARM.matcher(name).matches() ? 1 : 0;
            return true; // what another tree had: evidence, and no part of this one
        }
        return switch (name) {
            case Layout.CHECKPOINT,
                    Layout.WITNESSED,
                    Layout.VERIFIER_KEY,
                    Layout.MIRROR_PENDING,
                    Layout.MIRROR_CHECKPOINTS ->
                    true;
            case DirectoryLock.FILE, BODIES_LOCK -> bytes == 0;
            default ->
                    name.startsWith(WriteAhead.DIRECTORY + "/")
                            && WriteAhead.firstIndex(
                                            name.substring(WriteAhead.DIRECTORY.length() + 1))
                                    .isPresent();
        };
    }

    private boolean isNeeded(TilePath path) {
        long full = TileTree.fullTiles(size, path.level());
        return path.isFull()
                ? path.tile() < full
                : path.tile() == full && path.width() == TileTree.partialWidth(size, path.level());
    }

    /** The digests that the documents' names claim. */
    Set<String> documents() {
        return documents;
    }

    /** The files of one tile that the checkpoint does not stand on, forgotten once asked for. */
    List<TilePath> takeUnneeded(TilePath fullPath) {
        List<TilePath> files = unneeded.remove(fullPath);
        return files == null ? List.of() : files;
    }

    /** What nobody has asked for. */
    List<TilePath> unneeded() {
        return unneeded.values().stream().flatMap(List::stream).toList();
    }

    /** How often this mirror saw the log contradict itself. */
    int alarms() {
        return alarms;
    }

    int unfinished() {
        return unfinished;
    }
}
