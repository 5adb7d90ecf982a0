package org.domicile.console.site;

/** A store cannot be asked. The message is for those who may see the page, and names nobody. */
public final class DeskClosedException extends Exception {
    public DeskClosedException(String message) {
        super(message);
    }
}
