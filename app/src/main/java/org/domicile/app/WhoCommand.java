package org.domicile.app;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.domicile.control.organisation.Coverage;
import org.domicile.control.organisation.Finding;
import org.domicile.control.organisation.Organisation;
import org.domicile.control.rules.Rules;
import org.domicile.yaml.Spelling;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code domicile who}: whether somebody is a covered person, by which rule and by which path. */
@Command(
        name = "who",
        description = {
            "Says whether a person, a job or an entity is a covered person, which rule says so, and by which",
            "path of ownership or employment. Without a name it lists everybody in one line each.",
            "",
            "It knows what organisation.yaml says and nothing else: an owner who is not named counts as",
            "nobody's. Exit status 0 whether covered or not."
        })
final class WhoCommand implements Callable<Integer> {
    @Parameters(
            arity = "0..1",
            paramLabel = "NAME",
            description = "The id of a person, a job or an entity.")
    private String name = "";

    @Mixin private OrganisationOptions organisation = new OrganisationOptions();

    @Option(names = "--json", description = "Print one JSON document in place of lines.")
    private boolean isJson;

    @Override
    public Integer call() {
        Organisation read = organisation.read();
        Rules rules = organisation.rules(read);
        Coverage coverage = Coverage.of(read, rules);
        Terminal terminal = new Terminal();
        if (name.isEmpty()) {
            List<Finding> all =
                    coverage.ids().stream().flatMap(id -> coverage.of(id).stream()).toList();
            if (isJson) {
                terminal.print(Json.text(all.stream().map(WhoCommand::document).toList()));
            } else {
                all.forEach(finding -> terminal.print(headline(terminal, finding)));
                conflicts(terminal, rules);
            }
            return ExitCode.OK;
        }
        Finding finding =
                coverage.of(name)
                        .orElseThrow(() ->
                                new CommandFailure(
                                        "nobody is called \""
                                                + name
                                                + "\" in "
                                                + organisation.file()
                                                + "; "
                                                + Spelling.instead(
                                                        name,
                                                        coverage.ids(),
                                                        "`domicile who` lists everybody")));
        if (isJson) {
            terminal.print(Json.text(document(finding)));
        } else {
            print(terminal, finding);
            conflicts(terminal, rules);
        }
        return ExitCode.OK;
    }

    private static String headline(Terminal terminal, Finding finding) {
        return finding.title()
                + ": "
                + (finding.isCovered()
                        ? terminal.paint(Terminal.Colour.RED, "covered")
                                + ", "
                                + finding.reasons().get(0).citation()
                        : "not covered");
    }

    private static void print(Terminal terminal, Finding finding) {
        terminal.print(headline(terminal, finding));
        for (Finding.Reason reason : finding.reasons()) {
            print(terminal, reason, "  ", true);
        }
        finding.notes().forEach(note -> terminal.print("  note: " + note));
    }

    private static void print(
            Terminal terminal, Finding.Reason reason, String indent, boolean withPack) {
        terminal.print(
                indent
                        + reason.says()
                        + "  ["
                        + (withPack ? reason.rules() + ": " : "")
                        + reason.citation()
                        + "]");
        reason.because().forEach(below -> print(terminal, below, indent + "  ", false));
    }

    static void conflicts(Terminal terminal, Rules rules) {
        for (Rules.Conflict conflict : rules.conflicts()) {
            terminal.print("rule packs differ on " + conflict.what() + ":");
            conflict.said().forEach(said -> terminal.print("  " + said));
            terminal.print("  the strictest counts: " + conflict.counts());
        }
    }

    private static Map<String, Object> document(Finding finding) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("id", finding.id());
        document.put("title", finding.title());
        document.put("covered", finding.isCovered());
        document.put("reasons", finding.reasons().stream().map(WhoCommand::document).toList());
        document.put("notes", finding.notes());
        return document;
    }

    private static Map<String, Object> document(Finding.Reason reason) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("rules", reason.rules());
        document.put("citation", reason.citation());
        document.put("says", reason.says());
        document.put("because", reason.because().stream().map(WhoCommand::document).toList());
        return document;
    }
}
