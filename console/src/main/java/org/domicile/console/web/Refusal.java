package org.domicile.console.web;

import io.javalin.http.HttpStatus;

/** A request that is not answered; what is said instead is a text's key and repeats no input. */
final class Refusal extends RuntimeException {
    private final HttpStatus status;
    private final String key;

    Refusal(HttpStatus status, String key) {
        super(key, null, false, false);
        this.status = status;
        this.key = key;
    }

    HttpStatus status() {
        return status;
    }

    String key() {
        return key;
    }

    /** Nobody is signed in here. */
    static Refusal notSignedIn() {
        return new Refusal(HttpStatus.UNAUTHORIZED, "error.signed_out");
    }

    static Refusal noPage() {
        return new Refusal(HttpStatus.NOT_FOUND, "error.no_page");
    }
}
