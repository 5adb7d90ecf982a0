package org.domicile.app;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;

/** axe-core, which checks the page that a browser shows. */
final class Axe {
    /** WCAG 2.2 at levels A and AA, and what its makers advise besides. */
    private static final List<String> RULES =
            List.of("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice");

    private static final String RUN =
            """
            const done = arguments[arguments.length - 1];
            axe.run(document, {runOnly: arguments[0], resultTypes: ['violations']}).then(
              (found) => done(found.violations.flatMap((rule) =>
                rule.nodes.map((node) => rule.id + ': ' + node.html + ' ' + node.failureSummary))),
              (failure) => done(['axe: ' + failure]));
            """;

    private final String script;

    private Axe(String script) {
        this.script = script;
    }

    static Axe load() throws IOException {
        return new Axe(
                Files.readString(
                        NpmPackages.fetch("browser").resolve("node_modules/axe-core/axe.min.js")));
    }

    /** What is wrong with the page, a line for each place. */
    List<String> violations(Chromium browser) {
        browser.driver.executeScript(script);
        Object found = browser.driver.executeAsyncScript(RUN, RULES);
        if (!(found instanceof List<?> lines)) {
            throw new AssertionError("axe says " + found);
        }
        return lines.stream().map(String::valueOf).toList();
    }
}
