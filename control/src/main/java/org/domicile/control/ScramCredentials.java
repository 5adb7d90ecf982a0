package org.domicile.control;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The accessors' password verifiers, from a file of lines {@code <accessor>:<verifier>}. The file
 * is read at start-up and holds no password.
 */
public final class ScramCredentials {
    private final Map<String, ScramVerifier> verifiers;

    private ScramCredentials(Map<String, ScramVerifier> verifiers) {
        this.verifiers = Map.copyOf(verifiers);
    }

    /**
     * Reads the file.
     *
     * @throws IllegalArgumentException with the line's number when one is not as it should be
     */
    public static ScramCredentials read(Path file) {
        List<String> lines;
        try {
            lines = Files.readAllLines(file, StandardCharsets.US_ASCII);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the credentials file " + file, e);
        }
        Map<String, ScramVerifier> verifiers = new HashMap<>();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            int colon = line.indexOf(':');
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            String place = file + ":" + (i + 1) + ": ";
            if (colon < 1) {
                throw new IllegalArgumentException(place + "expected <accessor>:<verifier>");
            }
            try {
                if (verifiers.put(
                                line.substring(0, colon),
                                ScramVerifier.parse(line.substring(colon + 1)))
                        != null) {
                    throw new IllegalArgumentException("the accessor appears twice");
                }
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(place + e.getMessage(), e);
            }
        }
        return new ScramCredentials(verifiers);
    }

    /** Credentials held in memory only. */
    public static ScramCredentials of(Map<String, ScramVerifier> verifiers) {
        return new ScramCredentials(verifiers);
    }

    public Optional<ScramVerifier> verifierOf(String accessor) {
        return Optional.ofNullable(verifiers.get(accessor));
    }
}
