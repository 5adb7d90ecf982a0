package org.domicile.yaml;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.composer.Composer;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.parser.Parser;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/** Composes a YAML document into nodes that know their place, within bounds. */
public final class YamlTree {
    /** Our files need 5; deeper ones would be recursed into by the composer. */
    public static final int MAX_DEPTH = 16;

    /** Anchors may save typing, but not unfold a small file into a large one. */
    public static final int MAX_ALIASES = 64;

    private YamlTree() {}

    /**
     * The document's root; absent, and a problem, where the text is not one YAML document.
     *
     * @param begin what its first line would be
     */
    public static @Nullable Node compose(String text, String begin, Problems problems) {
        LoadSettings settings =
                LoadSettings.builder()
                        .setUseMarks(true)
                        .setAllowRecursiveKeys(false)
                        .setAllowNonScalarKeys(true) // so that Members can say where they are
                        .setMaxAliasesForCollections(MAX_ALIASES)
                        .setCodePointLimit(YamlFile.MAX_BYTES)
                        .build();
        try {
            Parser parser =
                    new BoundedParser(new ParserImpl(settings, new StreamReader(settings, text)));
            Optional<Node> root = new Composer(settings, parser).getSingleNode();
            if (root.isEmpty()) {
                problems.add(0, 0, "the file is empty", "begin it with \"" + begin + "\"");
            }
            return root.orElse(null);
        } catch (MarkedYamlEngineException e) {
            problems.add(
                    e.getProblemMark().or(e::getContextMark),
                    "this is not YAML: " + e.getProblem(),
                    "mend it here or just before; a text with any of : # { } [ ] , & * goes in"
                            + " quotes, and \"${NAME}\" does between { and }");
        } catch (ReaderException e) {
            String before =
                    text.substring(
                            0,
                            text.offsetByCodePoints(
                                    0,
                                    Math.min(
                                            e.getPosition(),
                                            text.codePointCount(0, text.length()))));
            problems.add(
                    (int) before.chars().filter(c -> c == '\n').count(),
                    before.length() - before.lastIndexOf('\n') - 1,
                    "a character that YAML does not allow",
                    "remove it");
        } catch (YamlEngineException e) {
            problems.add(
                    0, 0, "this is not YAML that can be read", "make the file smaller or plainer");
        }
        return null;
    }

    /** Counts how deep the events nest and how many aliases they have. */
    private static final class BoundedParser implements Parser {
        private final Parser events;
        private int depth;
        private int aliases;

        BoundedParser(Parser events) {
            this.events = events;
        }

        @Override
        public Event next() {
            Event event = events.next();
            switch (event.getEventId()) {
                case MappingStart, SequenceStart -> depth++;
                case MappingEnd, SequenceEnd -> depth--;
                case Alias -> aliases++;
                default -> {}
            }
            if (depth > MAX_DEPTH) {
                throw new TooMuch("nested deeper than " + MAX_DEPTH, event);
            }
            if (aliases > MAX_ALIASES) {
                throw new TooMuch("more than " + MAX_ALIASES + " aliases", event);
            }
            return event;
        }

        @Override
        public Event peekEvent() {
            return events.peekEvent();
        }

        @Override
        public boolean checkEvent(Event.ID id) {
            return events.checkEvent(id);
        }

        @Override
        public boolean hasNext() {
            return events.hasNext();
        }
    }

    private static final class TooMuch extends MarkedYamlEngineException {
        TooMuch(String what, Event at) {
            super(null, Optional.empty(), what, at.getStartMark());
        }
    }
}
