package org.domicile.console.page;

/**
 * Where somebody makes a passkey.
 *
 * @param line what the custodian is to write into the organisation file; empty before it is made
 */
public record Passkey(String id, String line) {
    /** Names nobody. */
    @Override
    public String toString() {
        return "Passkey[]";
    }
}
