package org.domicile.app;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.domicile.control.rules.BulkThreshold;
import org.domicile.control.rules.RulePack;
import org.domicile.control.rules.RulePackFile;
import org.domicile.control.rules.RulePacks;
import org.domicile.control.rules.Rules;
import org.domicile.ledger.note.DocumentSigner;
import org.domicile.ledger.note.NoteFormatException;
import org.domicile.yaml.YamlFile;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code domicile rules}: the laws that an organisation goes by, as numbers. */
@Command(
        name = "rules",
        description = {
            "Shows the rule packs of the organisation file: thresholds and terms, each with its place in the law,",
            "and where packs differ. docs/rules.md describes a pack."
        },
        subcommands = {RulesCommand.Sign.class})
final class RulesCommand implements Callable<Integer> {
    @Mixin private OrganisationOptions organisation = new OrganisationOptions();

    @Option(names = "--json", description = "Print one JSON document in place of lines.")
    private boolean isJson;

    @Override
    public Integer call() {
        Rules rules = organisation.rules(organisation.read());
        Terminal terminal = new Terminal();
        if (isJson) {
            Map<String, Object> document = new LinkedHashMap<>();
            document.put("packs", rules.packs().stream().map(RulesCommand::document).toList());
            document.put(
                    "conflicts",
                    rules.conflicts().stream()
                            .map(conflict ->
                                    Map.of(
                                            "what", conflict.what(),
                                            "said", conflict.said(),
                                            "counts", conflict.counts()))
                            .toList());
            terminal.print(Json.text(document));
            return ExitCode.OK;
        }
        for (RulePack pack : rules.packs()) {
            terminal.print(pack.reference() + ": " + pack.title() + ", " + pack.law());
            for (BulkThreshold threshold : pack.bulk().thresholds()) {
                terminal.print(
                        "  %-22s more than %,d %s in %d months  [%s]"
                                .formatted(
                                        threshold.category(),
                                        threshold.moreThan(),
                                        threshold.of().text(),
                                        pack.bulk().windowMonths(),
                                        threshold.citation()));
            }
            pack.deadlines()
                    .forEach((name, term) ->
                            terminal.print(
                                    "  "
                                            + name
                                            + " "
                                            + term.period()
                                            + "  ["
                                            + term.citation()
                                            + "]"));
            terminal.print(
                    "  retention "
                            + pack.retention().period()
                            + "  ["
                            + pack.retention().citation()
                            + "]");
        }
        WhoCommand.conflicts(terminal, rules);
        return ExitCode.OK;
    }

    private static Map<String, Object> document(RulePack pack) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("pack", pack.reference());
        document.put("sha256", pack.digest());
        document.put("law", pack.law());
        document.put("window_months", pack.bulk().windowMonths());
        List<Map<String, Object>> thresholds =
                pack.bulk().thresholds().stream()
                        .map(threshold ->
                                Map.<String, Object>of(
                                        "category", threshold.category(),
                                        "more_than", threshold.moreThan(),
                                        "of", threshold.of().text(),
                                        "data", threshold.data().stream().sorted().toList(),
                                        "citation", threshold.citation()))
                        .toList();
        document.put("thresholds", thresholds);
        document.put("retention", pack.retention().period().toString());
        return document;
    }

    /** {@code domicile rules sign}. */
    @Command(
            name = "sign",
            description = {
                "Signs a rule pack: writes PACK.yaml.note beside it and prints the line that organisation.yaml",
                "gets. Only who vouches that the pack says what the law says should hold the key."
            })
    static final class Sign implements Callable<Integer> {
        @Parameters(paramLabel = "PACK", description = "The pack's YAML file.")
        private Path pack = Path.of("");

        @Option(
                names = "--key",
                paramLabel = "FILE",
                required = true,
                description = "The signer's private key; made where it is not there.")
        private Path key = Path.of("");

        @Option(
                names = "--name",
                paramLabel = "NAME",
                defaultValue = "rules",
                description = "Whose key it is, when it is made, e.g. example.com/legal.")
        private String name = "rules";

        @Override
        public Integer call() {
            try {
                DocumentSigner signer =
                        Files.exists(key)
                                ? DocumentSigner.load(key, Ledgers.passphrase())
                                : DocumentSigner.generate(key, name, Ledgers.passphrase());
                String file = String.valueOf(pack.getFileName());
                String text = OrganisationOptions.telling(() -> YamlFile.text(pack));
                byte[] note =
                        OrganisationOptions.telling(() -> {
                            OrganisationOptions.requireKnownData(RulePackFile.read(file, text));
                            return RulePacks.sign(file, text, signer);
                        });
                Files.write(pack.resolveSibling(file + RulePacks.NOTE_SUFFIX), note);
                new Terminal()
                        .print(
                                "rules: [{file: "
                                        + pack
                                        + ", signed_by: \""
                                        + signer.verifierKey().text()
                                        + "\"}]");
                return ExitCode.OK;
            } catch (NoteFormatException e) {
                throw new CommandFailure(key + ": " + e.getMessage());
            } catch (IOException e) {
                throw new UncheckedIOException("cannot sign " + pack, e);
            }
        }
    }
}
