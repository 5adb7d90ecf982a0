package org.domicile.control.request;

/** Why something that was kept as signed does not count, in words for people. */
public final class UnfitException extends Exception {
    private static final long serialVersionUID = 1L;
    private final String why;

    public UnfitException(String why) {
        super(why, null, false, false);
        this.why = why;
    }

    @Override
    public String getMessage() {
        return why;
    }
}
