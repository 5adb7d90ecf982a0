package org.domicile.ledger;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The bounded line of entries before the one writer thread. */
final class Intake {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition notFull = lock.newCondition();
    private final Condition notEmpty = lock.newCondition();
    private final ArrayDeque<PendingEntry> line = new ArrayDeque<>();
    private final int capacity;
    private @Nullable LedgerException closedBecause;

    Intake(int capacity) {
        this.capacity = capacity;
    }

    /** Joins the line, waiting while it is full. */
    void submit(PendingEntry entry) {
        lock.lock();
        try {
            while (closedBecause == null && line.size() >= capacity) {
                notFull.awaitUninterruptibly();
            }
            if (closedBecause != null) {
                // A new exception: this caller's stack trace, the log's cause.
                throw new LedgerException(
                        String.valueOf(closedBecause.getMessage()), closedBecause);
            }
            line.add(entry);
            notEmpty.signal();
        } finally {
            lock.unlock();
        }
    }

    /** The next entries, at least one; empty when the line is closed and used up. */
    List<PendingEntry> take(int maxEntries, int maxBytes) {
        List<PendingEntry> taken = new ArrayList<>();
        lock.lock();
        try {
            while (line.isEmpty() && closedBecause == null) {
                notEmpty.awaitUninterruptibly();
            }
            long bytes = 0;
            while (!line.isEmpty()
                    && taken.size() < maxEntries
                    && (taken.isEmpty() || bytes + line.getFirst().bytes() <= maxBytes)) {
                bytes += line.getFirst().bytes();
                taken.add(line.removeFirst());
            }
            notFull.signalAll();
        } finally {
            lock.unlock();
        }
        return taken;
    }

    /** Lets nobody join any more; who stands in line is still served. The first reason stays. */
    void close(LedgerException reason) {
        lock.lock();
        try {
            if (closedBecause == null) {
                closedBecause = reason;
            }
            notFull.signalAll();
            notEmpty.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
