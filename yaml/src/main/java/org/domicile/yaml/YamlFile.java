package org.domicile.yaml;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/** What all of Domicile's YAML files have in common: their bounds, their version, their refusal. */
public final class YamlFile {
    /** Larger files are refused; 1,000 tables of 15 columns take about 0.6 MB. */
    public static final int MAX_BYTES = 8 << 20;

    private static final String VERSION = "1";

    private YamlFile() {}

    /**
     * A file's text.
     *
     * @throws YamlException when it cannot be read, is too long or not UTF-8
     */
    public static String text(Path file) {
        String name = String.valueOf(file.getFileName());
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(MAX_BYTES + 1);
        } catch (IOException e) {
            throw new YamlException("cannot read " + file + ": " + e.getClass().getSimpleName());
        }
        requireLength(name, bytes.length);
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            throw new YamlException(
                    List.of(new Problem(name, 1, 1, "the file is not UTF-8", "save it as UTF-8")));
        }
    }

    /**
     * Reads a text whose form has a version.
     *
     * @param name the file's name, for its problems
     * @param form the key that says the version of the file's form
     * @param keys those that the file may have besides
     * @param reader what is in it, null or problems where something is wrong
     * @throws YamlException with every problem found
     */
    public static <T> T read(
            String name,
            String text,
            String form,
            Collection<String> keys,
            BiFunction<Members, Problems, @Nullable T> reader) {
        requireLength(name, text.length());
        Problems problems = new Problems(name);
        Node root = YamlTree.compose(text, form + ": " + VERSION, problems);
        T value = null;
        if (root != null) {
            List<String> known = Stream.concat(Stream.of(form), keys.stream()).toList();
            Members sections = Members.read(root, root, "the file", known, problems);
            requireVersion(sections.require(form, VERSION), form, problems);
            value = reader.apply(sections, problems);
        }
        if (value == null || problems.count() > 0) {
            throw new YamlException(problems.list());
        }
        return value;
    }

    private static void requireVersion(@Nullable Node node, String form, Problems problems) {
        if (node != null
                && !(node instanceof ScalarNode scalar
                        && scalar.getTag().equals(Tag.INT)
                        && scalar.getValue().equals(VERSION))) {
            problems.add(
                    node,
                    "this version of the file's form is not known",
                    "write \"" + form + ": " + VERSION + "\"");
        }
    }

    private static void requireLength(String name, int length) {
        if (length > MAX_BYTES) {
            throw new YamlException(
                    List.of(
                            new Problem(
                                    name,
                                    1,
                                    1,
                                    "the file has more than " + MAX_BYTES + " bytes",
                                    "say less in it")));
        }
    }
}
