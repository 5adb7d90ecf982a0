package org.domicile.ledger.witness;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.StringTokenizer;
import java.util.regex.Pattern;
import org.domicile.ledger.note.NoteFormatException;
import org.domicile.ledger.note.VerifierKey;
import org.domicile.ledger.witness.WitnessPolicy.Group;
import org.domicile.ledger.witness.WitnessPolicy.Log;
import org.domicile.ledger.witness.WitnessPolicy.Witness;
import org.jspecify.annotations.Nullable;

/**
 * Reads C2SP tlog-policy files. Names are octets to it: it keeps each as a character from U+0000 to
 * U+00FF.
 */
final class WitnessPolicyReader {
    static final int MAX_BYTES = 1024 * 1024;

    /** The specification asks for at least 32 of each. */
    static final int MAX_LOGS = 256;

    static final int MAX_WITNESSES = 256;
    static final int MAX_GROUPS = 256;

    private static final String NONE = "none";
    private static final Pattern THRESHOLD = Pattern.compile("[1-9][0-9]{0,5}");

    private final List<Log> logs = new ArrayList<>();
    private final Map<String, Witness> witnesses = new LinkedHashMap<>();
    private final Map<String, Group> groups = new LinkedHashMap<>();
    private final Set<String> members = new HashSet<>();
    private @Nullable String quorum;
    private int lineNumber;

    private WitnessPolicyReader() {}

    static WitnessPolicy read(byte[] file) {
        if (file.length > MAX_BYTES) {
            throw new NoteFormatException("a policy has at most " + MAX_BYTES + " bytes");
        }
        WitnessPolicyReader reader = new WitnessPolicyReader();
        String text = new String(file, StandardCharsets.ISO_8859_1);
        if (!text.endsWith("\n")) {
            throw new NoteFormatException("a policy's last line ends in a newline, as each does");
        }
        for (String line : text.substring(0, text.length() - 1).split("\n", -1)) {
            reader.lineNumber++;
            reader.line(line);
        }
        String quorum = reader.quorum;
        if (quorum == null) {
            throw new NoteFormatException("a policy has a line \"quorum <name>\", or \"none\"");
        }
        return new WitnessPolicy(
                reader.logs,
                reader.witnesses,
                reader.groups,
                quorum.equals(NONE) ? Optional.empty() : Optional.of(quorum));
    }

    private void line(String line) {
        if (line.chars().anyMatch(c -> (c < 0x20 && c != '\t') || c == 0x7f)) {
            throw wrong("a control character");
        }
        List<String> words = new ArrayList<>();
        StringTokenizer tokens = new StringTokenizer(line, " \t");
        while (tokens.hasMoreTokens()) {
            words.add(tokens.nextToken());
        }
        if (words.isEmpty() || words.getFirst().startsWith("#")) {
            return;
        }
        switch (words.getFirst()) {
            case "log" -> log(words);
            case "witness" -> witness(words);
            case "group" -> group(words);
            case "quorum" -> quorum(words);
            default -> throw wrong("a line begins with log, witness, group, quorum or #");
        }
    }

    private void log(List<String> words) {
        require(words.size() == 2 || words.size() == 3, "write: log <vkey> [<url>]");
        require(logs.size() < MAX_LOGS, "at most " + MAX_LOGS + " logs");
        VerifierKey key = key(words.get(1));
        require(logs.stream().noneMatch(other -> other.key().isSameKey(key)), "a log's key again");
        logs.add(new Log(key, url(words, 2)));
    }

    private void witness(List<String> words) {
        require(words.size() == 3 || words.size() == 4, "write: witness <name> <vkey> [<url>]");
        require(witnesses.size() < MAX_WITNESSES, "at most " + MAX_WITNESSES + " witnesses");
        VerifierKey key = key(words.get(2));
        require(key.type().isTimestamped(), "the key of a log, not of a witness");
        require(
                witnesses.values().stream().noneMatch(other -> other.key().isSameKey(key)),
                "a witness's key again");
        witnesses.put(newName(words.get(1)), new Witness(key, url(words, 3)));
    }

    private void group(List<String> words) {
        require(words.size() >= 4, "write: group <name> all|any|<k> <name>...");
        require(groups.size() < MAX_GROUPS, "at most " + MAX_GROUPS + " groups");
        List<String> ofGroup = words.subList(3, words.size());
        for (String member : ofGroup) {
            require(isDefined(member), "a member that no line before defines");
            require(members.add(member), "a member that is in a group already");
        }
        int threshold =
                switch (words.get(2)) {
                    case "all" -> ofGroup.size();
                    case "any" -> 1;
                    default -> {
                        require(
                                THRESHOLD.matcher(words.get(2)).matches(),
                                "a group is of all, any, or a decimal number");
                        yield Integer.parseInt(words.get(2));
                    }
                };
        require(threshold <= ofGroup.size(), "a threshold above the number of members");
        groups.put(newName(words.get(1)), new Group(threshold, ofGroup));
    }

    private void quorum(List<String> words) {
        require(words.size() == 2, "write: quorum <name>");
        require(quorum == null, "a second quorum");
        String name = words.get(1);
        require(name.equals(NONE) || isDefined(name), "a quorum that no line before defines");
        quorum = name;
    }

    private String newName(String name) {
        require(!name.equals(NONE) && !isDefined(name), "a name that is taken");
        return name;
    }

    private boolean isDefined(String name) {
        return witnesses.containsKey(name) || groups.containsKey(name);
    }

    private VerifierKey key(String octets) {
        try {
            return VerifierKey.parse(utf8(octets));
        } catch (NoteFormatException e) {
            throw wrong(String.valueOf(e.getMessage()));
        }
    }

    private Optional<URI> url(List<String> words, int position) {
        if (words.size() == position) {
            return Optional.empty();
        }
        try {
            return Optional.of(new URI(utf8(words.get(position))));
        } catch (URISyntaxException e) {
            throw wrong("a URL that is none");
        }
    }

    private static String utf8(String octets) {
        return new String(octets.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }

    private void require(boolean holds, String otherwise) {
        if (!holds) {
            throw wrong(otherwise);
        }
    }

    private NoteFormatException wrong(String problem) {
        return new NoteFormatException("policy line " + lineNumber + ": " + problem);
    }
}
