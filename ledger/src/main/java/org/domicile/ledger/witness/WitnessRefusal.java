package org.domicile.ledger.witness;

/** Why a witness did not cosign; the message is for whoever runs the log. */
final class WitnessRefusal extends Exception {
    /** The answers of C2SP tlog-witness that are no cosignature. */
    enum Reason {
        MALFORMED(400),
        NOT_SIGNED(403),
        UNKNOWN_LOG(404),
        /** The log begins elsewhere than where this witness is. */
        CONFLICT(409),
        INCONSISTENT(422);

        private final int status;

        Reason(int status) {
            this.status = status;
        }

        int status() {
            return status;
        }
    }

    private final Reason reason;
    private final long cosignedSize;

    WitnessRefusal(Reason reason, String message) {
        this(reason, message, 0);
    }

    /**
     * @param cosignedSize of the latest checkpoint it cosigned
     */
    WitnessRefusal(Reason reason, String message, long cosignedSize) {
        super(message);
        this.reason = reason;
        this.cosignedSize = cosignedSize;
    }

    Reason reason() {
        return reason;
    }

    long cosignedSize() {
        return cosignedSize;
    }
}
