package org.domicile.testkit.shortvideo;

import org.domicile.testkit.TestkitException;

/** A dataset that is missing or damaged; the message names the file and the line. */
public final class DatasetException extends TestkitException {
    private static final long serialVersionUID = 1L;

    DatasetException(String message) {
        super(message);
    }

    DatasetException(String message, Throwable cause) {
        super(message, cause);
    }
}
