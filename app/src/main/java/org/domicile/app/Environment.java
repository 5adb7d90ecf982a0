package org.domicile.app;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where {@code ${NAME}} in a policy file comes from: the process's environment, then the file
 * {@code domicile.env} beside the policy file, lines {@code NAME=value}. Its values are secrets.
 */
final class Environment {
    static final String FILE_NAME = "domicile.env";

    private final Map<String, String> fromFile;

    private Environment(Map<String, String> fromFile) {
        this.fromFile = fromFile;
    }

    static Environment beside(Path policyFile) {
        Path file = policyFile.toAbsolutePath().resolveSibling(FILE_NAME);
        if (!Files.exists(file)) {
            return new Environment(Map.of());
        }
        try {
            List<String> lines = Files.readAllLines(file);
            Map<String, String> values = new HashMap<>();
            for (int i = 0; i < lines.size(); i++) {
                String line = lines.get(i).strip();
                int equals = line.indexOf('=');
                if (line.isEmpty() || line.startsWith("#")) {
                    continue;
                }
                if (equals < 1) {
                    throw new CommandFailure(file + ":" + (i + 1) + ": write NAME=value");
                }
                values.put(line.substring(0, equals), line.substring(equals + 1));
            }
            return new Environment(values);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    @Nullable String get(String name) {
        String set = System.getenv(name);
        return set != null ? set : fromFile.get(name);
    }

    /** Names no value. */
    @Override
    public String toString() {
        return "Environment[" + fromFile.size() + " from " + FILE_NAME + "]";
    }
}
