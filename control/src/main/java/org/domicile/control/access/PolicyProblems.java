package org.domicile.control.access;

import com.cedarpolicy.model.DetailedError;
import com.cedarpolicy.model.ValidationRequest;
import com.cedarpolicy.model.ValidationResponse;
import com.cedarpolicy.model.exception.AuthException;
import com.cedarpolicy.model.policy.PolicySet;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.domicile.yaml.Problem;
import org.domicile.yaml.Problems;

/**
 * What Cedar's parser and its strict validator say against policies, with places in the file. A
 * warning counts as well: a policy that can never apply, or a name in letters that look like
 * others, is a mistake that nobody would notice.
 */
final class PolicyProblems {
    private static final Pattern UNPARSED =
            Pattern.compile("failed to parse policy with id `(policy\\d+)` from string: ", 0);
    private static final Pattern OF_POLICY = Pattern.compile("for policy `policy\\d+`, ");
    private static final String SEE = "see what there is with `domicile access schema`";

    private final String file;
    private final String text;
    private final Map<String, PolicyText.Part> parts;
    private final TreeSet<Problem> found = new TreeSet<>();

    PolicyProblems(String file, String text, Map<String, PolicyText.Part> parts) {
        this.file = file;
        this.text = text;
        this.parts = parts;
    }

    List<Problem> of(PolicySet policies) throws AuthException {
        ValidationResponse response =
                NativeCedar.engine()
                        .validate(new ValidationRequest(AccessSchema.parsed(), policies));
        response.errors.ifPresent(errors -> errors.forEach(this::addUnparsed));
        response.success.ifPresent(checked -> {
            checked.validationErrors.forEach(error -> add(error.getPolicyId(), error.getError()));
            checked.validationWarnings.forEach(error -> add(error.getPolicyId(), error.getError()));
        });
        if (found.isEmpty() && !response.validationPassed()) {
            found.add(new Problem(file, 1, 1, "Cedar refuses the file without a reason", SEE));
        }
        return found.stream().limit(Problems.MAX_PROBLEMS).toList();
    }

    private void addUnparsed(DetailedError error) {
        Matcher policy = UNPARSED.matcher(error.message);
        add(policy.lookingAt() ? policy.group(1) : "", error);
    }

    private void add(String policy, DetailedError error) {
        PolicyText.Part part = parts.get(policy);
        int offset = part == null ? 0 : part.offset();
        String expected = "";
        if (part != null && !error.sourceLocations.isEmpty()) {
            DetailedError.SourceLabel label = error.sourceLocations.get(0);
            byte[] before = part.text().getBytes(StandardCharsets.UTF_8);
            int bytes = Math.clamp(label.start, 0, before.length);
            offset += new String(before, 0, bytes, StandardCharsets.UTF_8).length();
            expected = label.label.orElse("");
        }
        String what = UNPARSED.matcher(error.message).replaceFirst("");
        what = OF_POLICY.matcher(what).replaceFirst("");
        String instead = error.help.orElse(expected.isEmpty() ? SEE : expected);
        found.add(PolicyText.problem(file, text, offset, oneLine(what), oneLine(instead)));
    }

    private static String oneLine(String message) {
        int end = 0;
        StringBuilder line = new StringBuilder();
        while (end < message.length() && line.length() < MAX_MESSAGE) {
            int begin = end;
            end = Math.min(message.length(), begin + PIECE);
            line.append(Problems.unquoted(message.substring(begin, end)));
        }
        return end < message.length() ? line + "…" : line.toString();
    }

    /** Cedar repeats whole expressions in some messages. */
    private static final int MAX_MESSAGE = 300;

    private static final int PIECE = 60;
}
