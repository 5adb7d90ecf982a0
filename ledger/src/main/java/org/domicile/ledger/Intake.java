package org.domicile.ledger;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The line of entries before the one writer thread. What it bounds are the bytes of all entries
 * that were not answered yet, in line or already with the writer. The lock is held for a few
 * instructions only, so that an event loop may join.
 */
final class Intake {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition room = lock.newCondition();
    private final Condition work = lock.newCondition();
    private final long maxBytes;
    private List<PendingEntry> line = new ArrayList<>();
    private long bytes;
    private @Nullable LedgerException closedBecause;

    Intake(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** Joins the line unless that is full. */
    boolean offer(PendingEntry entry) {
        lock.lock();
        try {
            requireOpen();
            return add(entry);
        } finally {
            lock.unlock();
        }
    }

    /** Joins the line, waiting while it is full. */
    void submit(PendingEntry entry) {
        lock.lock();
        try {
            requireOpen();
            while (!add(entry)) {
                room.awaitUninterruptibly();
                requireOpen();
            }
        } finally {
            lock.unlock();
        }
    }

    private boolean add(PendingEntry entry) {
        if (bytes > 0 && bytes + entry.heldBytes() > maxBytes) {
            return false;
        }
        bytes += entry.heldBytes();
        line.add(entry);
        if (line.size() == 1) {
            work.signal();
        }
        return true;
    }

    private void requireOpen() {
        if (closedBecause != null) {
            // A new exception: this caller's stack trace, the log's cause.
            throw new LedgerException(String.valueOf(closedBecause.getMessage()), closedBecause);
        }
    }

    /** All that stands in line, at least one; nothing when the line is closed and used up. */
    List<PendingEntry> take() {
        lock.lock();
        try {
            while (line.isEmpty() && closedBecause == null) {
                work.awaitUninterruptibly();
            }
            List<PendingEntry> taken = line;
            line = new ArrayList<>(taken.size());
            return taken;
        } finally {
            lock.unlock();
        }
    }

    /** Makes room: these entries are about to be answered. */
    void leave(List<PendingEntry> answered) {
        long left = 0;
        for (PendingEntry entry : answered) {
            left += entry.heldBytes();
        }
        lock.lock();
        try {
            bytes -= left;
            room.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Lets nobody join any more; who stands in line is still served. The first reason stays. */
    void close(LedgerException reason) {
        lock.lock();
        try {
            if (closedBecause == null) {
                closedBecause = reason;
            }
            room.signalAll();
            work.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
