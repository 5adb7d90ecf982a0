package org.domicile.control.organisation;

/** A file of people that cannot be read, or that says something it may not. */
public final class ImportFormatException extends RuntimeException {
    public ImportFormatException(String message) {
        super(message);
    }
}
