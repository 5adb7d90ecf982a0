package org.domicile.bench;

/** The texts of the demo's files, which the measurements use too. */
public record DemoFiles(String policy, String organisation, String access) {}
