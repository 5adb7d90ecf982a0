package org.domicile.gateway.session;

/** Ends the session; nobody is left to be told. */
final class ClientGone extends RuntimeException {
    ClientGone() {
        super("the client has gone");
    }
}
