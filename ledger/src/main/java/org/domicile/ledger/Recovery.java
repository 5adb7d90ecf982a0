package org.domicile.ledger;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.domicile.ledger.note.LogSigner;

/**
 * What opening a ledger does before its threads start: make it where there is none, load what the
 * checkpoint stands on, and integrate what an earlier process had only made durable.
 */
final class Recovery {
    private Recovery() {}

    /** Loads a ledger, or makes it. */
    static Integrator prepare(Path directory, Disk disk, LogSigner signer) throws IOException {
        deleteUnfinished(directory, disk);
        if (!Files.exists(directory.resolve(Layout.CHECKPOINT))) {
            requireNew(directory);
            Integrator.create(directory, disk, signer);
        }
        Integrator integrator = Integrator.load(directory, disk, signer);
        disk.createPrivateDirectory(directory.resolve(Layout.BODIES));
        return integrator;
    }

    /** Brings every durable entry under a checkpoint and begins a new write-ahead file. */
    static WriteAhead recover(Path directory, Disk disk, Integrator integrator) throws IOException {
        WriteAhead writeAhead = new WriteAhead(directory, disk);
        WriteAhead.Taken found = writeAhead.recover(integrator.size());
        integrator.integrate(found.first(), found.entries());
        writeAhead.dropAll();
        writeAhead.start(integrator.size());
        return writeAhead;
    }

    private static void deleteUnfinished(Path directory, Disk disk) throws IOException {
        for (Path place :
                List.of(
                        directory,
                        directory.resolve(Layout.DOCUMENTS),
                        directory.resolve(Layout.HANDOVERS))) {
            for (Path file : Disk.list(place)) {
                if (file.getFileName().toString().endsWith(Disk.UNFINISHED)) {
                    disk.delete(file);
                }
            }
        }
        Path bodies = directory.resolve(Layout.BODIES);
        for (Path file : Disk.list(bodies)) {
            String name = file.getFileName().toString();
            boolean isOfEraser =
                    name.endsWith(Disk.UNFINISHED) || name.equals(ErasureRecord.REQUEST);
            if (isOfEraser && !DirectoryLock.isHeld(bodies)) {
                disk.delete(file);
            }
        }
    }

    /**
     * Without a checkpoint there is nothing to continue, so nothing may be there that asks for it.
     */
    private static void requireNew(Path directory) throws IOException {
        for (Path file : Disk.list(directory)) {
            String name = file.getFileName().toString();
            if (!name.equals(DirectoryLock.FILE) && !name.equals(Layout.VERIFIER_KEY)) {
                throw new LedgerException(
                        "the directory "
                                + directory
                                + " is not empty but has no checkpoint; restore it, or begin the"
                                + " ledger in an empty directory");
            }
        }
    }
}
