package org.domicile.console.site;

import java.util.List;
import org.domicile.control.freeze.FreezeState;
import org.domicile.control.request.RequestState;

/**
 * What a jurisdiction's store keeps of requests and freezes, each checked as of now. For any
 * thread.
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
}
