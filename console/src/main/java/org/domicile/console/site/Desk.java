package org.domicile.console.site;

import java.util.List;
import org.domicile.control.freeze.Freeze;
import org.domicile.control.freeze.FreezeState;
import org.domicile.control.request.Request;
import org.domicile.control.request.RequestRecord.Entry;
import org.domicile.control.request.RequestState;
import org.domicile.control.request.UnfitException;

/**
 * What a jurisdiction's store keeps of requests and freezes, each checked as of now, and where more
 * is written: signed acts, each only if it counts. For any thread.
 */
public interface Desk {
    /** Those of the last months, oldest first. */
    List<RequestState> requests() throws DeskClosedException;

    /**
     * How often anybody asked, decided or ended: more as soon as somebody does, and cheap to ask.
     */
    long requestActs() throws DeskClosedException;

    /** All that are known, oldest first. */
    List<FreezeState> freezes() throws DeskClosedException;

    /**
     * Files a request.
     *
     * @param filed its requester's signed act
     * @throws UnfitException when it cannot be granted, or the signature does not count; nothing is
     *     written then
     */
    void file(Request request, Entry filed) throws DeskClosedException, UnfitException;

    /** Approves, denies or ends a request, as the entry's note says. */
    void decide(String request, Entry entry) throws DeskClosedException, UnfitException;

    /** Signs that a use of break-glass was looked into. */
    void review(String request, Entry entry) throws DeskClosedException, UnfitException;

    /** Stops somebody, or everybody. */
    void freeze(Freeze freeze, Entry frozen) throws DeskClosedException, UnfitException;

    /** Agrees to the end of a freeze. */
    void unfreeze(String freeze, Entry entry) throws DeskClosedException, UnfitException;
}
