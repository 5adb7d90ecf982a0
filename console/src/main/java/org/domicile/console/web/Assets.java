package org.domicile.console.web;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The files that pages name: all of them, kept in memory, each under its digest. */
public final class Assets {
    private static final String JAVASCRIPT = "text/javascript; charset=utf-8";
    private static final String CSS = "text/css; charset=utf-8";
    private static final String TEXT = "text/plain; charset=utf-8";
    private static final int DIGEST_DIGITS = 16;

    private static final Map<String, String> TYPES =
            Map.ofEntries(
                    Map.entry("console.css", CSS),
                    Map.entry("console.js", JAVASCRIPT),
                    Map.entry("passkey.js", JAVASCRIPT),
                    Map.entry("icon.svg", "image/svg+xml"),
                    Map.entry("htmx.min.js", JAVASCRIPT),
                    Map.entry("htmx.LICENSE.txt", TEXT),
                    Map.entry("uPlot.iife.min.js", JAVASCRIPT),
                    Map.entry("uPlot.min.css", CSS),
                    Map.entry("uPlot.LICENSE.txt", TEXT));

    private final Map<String, Asset> assets = new LinkedHashMap<>();

    record Asset(String type, String digest, byte[] content) {}

    Assets() {
        TYPES.forEach((name, type) -> {
            byte[] content = read(name);
            assets.put(name, new Asset(type, digest(content), content));
        });
    }

    Optional<Asset> find(String name) {
        return Optional.ofNullable(assets.get(name));
    }

    /** All names, for tests. */
    static List<String> names() {
        return TYPES.keySet().stream().sorted().toList();
    }

    /** The address of one, which changes with its content. */
    public String address(String name) {
        Asset asset =
                find(name).orElseThrow(() -> new IllegalArgumentException("no asset " + name));
        return "/assets/" + name + "?v=" + asset.digest();
    }

    private static byte[] read(String name) {
        try (InputStream file =
                Assets.class.getResourceAsStream("/org/domicile/console/assets/" + name)) {
            if (file == null) {
                throw new IllegalStateException(name + " is part of this program");
            }
            return file.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String digest(byte[] content) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(content))
                    .substring(0, DIGEST_DIGITS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
