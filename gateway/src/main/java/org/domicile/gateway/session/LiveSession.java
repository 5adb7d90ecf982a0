package org.domicile.gateway.session;

/** A session as those who watch may know it: it names nobody. */
public record LiveSession(String jurisdiction, String counterparty) {}
