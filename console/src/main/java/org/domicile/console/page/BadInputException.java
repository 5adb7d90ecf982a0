package org.domicile.console.page;

/** A parameter is not as it should be. Its message is a key of the texts and repeats no input. */
public final class BadInputException extends Exception {
    private final String key;

    public BadInputException(String key) {
        super(key);
        this.key = key;
    }

    /** Of the text that says what to write instead. */
    public String key() {
        return key;
    }
}
