import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/**
 * Compares the reports of two runs of the same tests. Arguments: a file of exceptions, one test a
 * line before a tab and its reason, the directory of the first run's reports, and the second's.
 * Ends with 1 where a test that passes in the first does not in the second and is no exception.
 */
final class Compare {
    private enum Outcome {
        PASSED,
        SKIPPED,
        FAILED
    }

    public static void main(String[] arguments) throws Exception {
        Set<String> exceptions = exceptions(Path.of(arguments[0]));
        Map<String, Outcome> direct = outcomes(Path.of(arguments[1]));
        Map<String, Outcome> relayed = outcomes(Path.of(arguments[2]));
        print("directly", direct);
        print("through the relay", relayed);

        // A class that breaks off is reported by its name alone, and its tests are missing.
        Set<String> worse = new TreeSet<>();
        direct.forEach((test, outcome) -> {
            if (outcome == Outcome.PASSED && relayed.get(test) != Outcome.PASSED) {
                worse.add(test);
            }
        });
        relayed.forEach((test, outcome) -> {
            if (outcome == Outcome.FAILED && !direct.containsKey(test)) {
                worse.add(test);
            }
        });
        Set<String> expected = new TreeSet<>(worse);
        expected.retainAll(exceptions);
        worse.removeAll(exceptions);
        System.out.println(expected.size() + " fail through the relay alone, with a reason known");
        System.out.println(worse.size() + " more fail through the relay alone");
        worse.forEach(test -> System.out.println("  " + test + " " + relayed.get(test)));
        System.exit(worse.isEmpty() && !direct.isEmpty() ? 0 : 1);
    }

    private static Set<String> exceptions(Path file) throws IOException {
        try (var lines = Files.lines(file)) {
            return lines.filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .map(line -> line.split("\t", 2)[0])
                    .collect(Collectors.toSet());
        }
    }

    private static Map<String, Outcome> outcomes(Path reports) throws Exception {
        Map<String, Outcome> outcomes = new TreeMap<>();
        File[] files = reports.toFile().listFiles((directory, name) -> name.endsWith(".xml"));
        for (File file : files == null ? new File[0] : files) {
            NodeList cases =
                    DocumentBuilderFactory.newInstance()
                            .newDocumentBuilder()
                            .parse(file)
                            .getElementsByTagName("testcase");
            for (int i = 0; i < cases.getLength(); i++) {
                Element test = (Element) cases.item(i);
                // A test's name may repeat, as with parameters: the worst of them stands.
                outcomes.merge(
                        test.getAttribute("classname") + "#" + test.getAttribute("name"),
                        outcome(test),
                        (one, other) -> one.compareTo(other) > 0 ? one : other);
            }
        }
        return outcomes;
    }

    private static Outcome outcome(Element test) {
        if (test.getElementsByTagName("failure").getLength() > 0
                || test.getElementsByTagName("error").getLength() > 0) {
            return Outcome.FAILED;
        }
        boolean skipped = test.getElementsByTagName("skipped").getLength() > 0;
        return skipped ? Outcome.SKIPPED : Outcome.PASSED;
    }

    private static void print(String how, Map<String, Outcome> outcomes) {
        Map<Outcome, Long> counts =
                outcomes.values().stream()
                        .collect(Collectors.groupingBy(outcome -> outcome, Collectors.counting()));
        System.out.println(outcomes.size() + " tests " + how + ": " + new TreeMap<>(counts));
    }
}
