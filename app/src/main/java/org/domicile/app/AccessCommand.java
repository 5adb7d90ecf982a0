package org.domicile.app;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.domicile.control.access.Access;
import org.domicile.control.access.AccessDraft;
import org.domicile.control.access.AccessPolicy;
import org.domicile.control.access.AccessSchema;
import org.domicile.control.access.Verdict;
import org.domicile.control.organisation.Organisation;
import org.domicile.plan.Plan;
import org.domicile.yaml.Spelling;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code domicile access}: who may act as which audience, and why. */
@Command(
        name = "access",
        description = {
            "Works with access.cedar: the policies, in the language Cedar, that say who may act as which",
            "audience. It lies beside organisation.yaml; docs/access.md describes it. `domicile plan` checks it."
        })
final class AccessCommand {
    @Command(
            name = "schema",
            description = {
                "Prints what policies can speak of, as a Cedar schema: editors and Cedar's own tools check",
                "access.cedar with it."
            })
    int schema() {
        new Terminal().print(AccessSchema.text().stripTrailing());
        return ExitCode.OK;
    }

    @Command(name = "draft", description = "Prints a first access.cedar.")
    int draft() {
        new Terminal().print(AccessDraft.write().stripTrailing());
        return ExitCode.OK;
    }

    @Command(
            name = "explain",
            description = {
                "Says as which audiences a person or a job may act in a jurisdiction, and which policies of",
                "access.cedar decided. It goes by the files as they are: what they give is in force after",
                "`domicile apply`, what they take away at once. Exit status 0 whether permitted or not."
            })
    int explain(
            @Parameters(
                            paramLabel = "PERSON",
                            description = "The id of a person or a job in organisation.yaml.")
                    String person,
            @Parameters(paramLabel = "JURISDICTION", description = "One of domicile.yaml's.")
                    String jurisdiction,
            @Option(
                            names = "--purpose",
                            paramLabel = "PURPOSE",
                            description = "Only for this purpose. Default: for each there is.")
                    Optional<String> purpose,
            @Option(names = "--json", description = "Print one JSON document in place of lines.")
                    boolean isJson,
            @Mixin PolicyOptions policy) {
        PolicyOptions.Compiled compiled = policy.compiled();
        Plan plan = compiled.plans().get(jurisdiction);
        if (plan == null) {
            throw new CommandFailure(
                    "the policy has no jurisdiction \""
                            + jurisdiction
                            + "\"; it has: "
                            + String.join(", ", compiled.plans().keySet()));
        }
        Access access = compiled.access();
        Organisation.Accessor accessor =
                access.organisation()
                        .accessor(person)
                        .orElseThrow(() ->
                                new CommandFailure(
                                        "nobody who could ask is called \""
                                                + person
                                                + "\" in organisation.yaml; "
                                                + Spelling.instead(
                                                        person,
                                                        access.organisation().accessors().stream()
                                                                .map(Organisation.Accessor::id)
                                                                .toList(),
                                                        "`domicile who` lists everybody")));
        Explanation explanation =
                new Explanation(
                        accessor,
                        plan,
                        access.verdicts(accessor, plan).stream()
                                .filter(verdict ->
                                        purpose.isEmpty()
                                                || purpose.get().equals(verdict.purpose()))
                                .toList());
        Terminal terminal = new Terminal();
        if (isJson) {
            terminal.print(Json.text(explanation.document()));
        } else {
            explanation.lines(terminal).forEach(terminal::print);
        }
        return ExitCode.OK;
    }

    /** What is said of one accessor in one jurisdiction. */
    private record Explanation(Organisation.Accessor accessor, Plan plan, List<Verdict> verdicts) {

        /** What stands above every policy; nothing where nothing does. */
        private Optional<String> standing() {
            if (accessor.isDisabled()) {
                return Optional.of("disabled: may act as nothing, whatever the policies say");
            }
            if (Access.audiencesFor(accessor, plan).isEmpty()) {
                return Optional.of(
                        "no audience of "
                                + plan.jurisdiction()
                                + " is for "
                                + employer()
                                + "; an audience is for its counterparty's own people");
            }
            return verdicts.isEmpty()
                    ? Optional.of("no audience that is for " + employer() + " has this purpose")
                    : Optional.empty();
        }

        private String employer() {
            return accessor.employer()
                    .map(Organisation.Party::text)
                    .orElse("somebody without an employer");
        }

        private List<String> lines(Terminal terminal) {
            List<String> lines = new ArrayList<>();
            lines.add(
                    accessor.id()
                            + ", of "
                            + employer()
                            + ", sits in "
                            + accessor.sitsIn()
                            + ", resides in "
                            + accessor.residesIn());
            standing()
                    .ifPresent(says -> lines.add("  " + terminal.paint(Terminal.Colour.RED, says)));
            for (Verdict verdict : verdicts) {
                lines.add(
                        "  as "
                                + verdict.audience()
                                + " for "
                                + verdict.purpose()
                                + ": "
                                + (verdict.isPermitted()
                                        ? terminal.paint(Terminal.Colour.GREEN, "permitted")
                                        : terminal.paint(Terminal.Colour.RED, "denied")
                                                + (isByDefault(verdict)
                                                        ? ", since no policy permits it"
                                                        : "")));
                verdict.deciding().forEach(rule -> lines.add("    " + rule.text()));
                verdict.failed()
                        .forEach(failed ->
                                lines.add(
                                        "    cannot be evaluated, and denies: "
                                                + failed.rule()
                                                        .map(AccessPolicy.Rule::text)
                                                        .orElse("the request")
                                                + ": "
                                                + failed.why()));
            }
            return lines;
        }

        private static boolean isByDefault(Verdict verdict) {
            return verdict.deciding().isEmpty() && verdict.failed().isEmpty();
        }

        private Map<String, Object> document() {
            Map<String, Object> document = new LinkedHashMap<>();
            document.put("accessor", accessor.id());
            document.put("jurisdiction", plan.jurisdiction());
            document.put("disabled", accessor.isDisabled());
            standing().ifPresent(says -> document.put("standing", says));
            document.put("decisions", verdicts.stream().map(Explanation::document).toList());
            return document;
        }

        private static Map<String, Object> document(Verdict verdict) {
            Map<String, Object> document = new LinkedHashMap<>();
            document.put("audience", verdict.audience());
            document.put("purpose", verdict.purpose());
            document.put("permitted", verdict.isPermitted());
            document.put("byDefault", isByDefault(verdict));
            document.put(
                    "policies", verdict.deciding().stream().map(Explanation::document).toList());
            document.put(
                    "failed",
                    verdict.failed().stream()
                            .map(failed -> {
                                Map<String, Object> failure = new LinkedHashMap<>();
                                failed.rule()
                                        .ifPresent(rule -> failure.put("policy", document(rule)));
                                failure.put("why", failed.why());
                                return failure;
                            })
                            .toList());
            return document;
        }

        private static Map<String, Object> document(AccessPolicy.Rule rule) {
            return Map.of(
                    "effect", rule.isForbid() ? "forbid" : "permit",
                    "name", rule.name(),
                    "line", rule.line());
        }
    }
}
