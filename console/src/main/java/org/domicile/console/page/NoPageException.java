package org.domicile.console.page;

/** There is nothing at this address, or nothing for who asks. It says nothing about which. */
public final class NoPageException extends Exception {
    public NoPageException() {
        super("there is no such page");
    }
}
