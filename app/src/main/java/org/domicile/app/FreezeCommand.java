package org.domicile.app;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.domicile.control.freeze.Freeze;
import org.domicile.control.freeze.FreezeState;
import org.domicile.control.freeze.FreezeTargets;
import org.domicile.control.organisation.Organisation;
import org.domicile.control.request.RequestRecord.Entry;
import org.domicile.control.request.SignedAct;
import org.domicile.control.request.UnfitException;
import org.domicile.plan.Plan;
import org.domicile.plan.PlanFormatException;
import org.domicile.yaml.Spelling;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code domicile freeze}: stops somebody, or everybody, at once. */
@Command(
        name = "freeze",
        description = {
            "Stops a person, an entity, an audience, a jurisdiction or everything: running sessions end within",
            "2 seconds, in the middle of a result too, and nothing is shown until two have agreed with",
            "`domicile unfreeze`. A custodian or an overseer can, alone.",
            "",
            "  domicile freeze person ana --reason 'laptop stolen' --as eye --key eye.key",
            "  domicile freeze entity parent -j us --reason 'order of the authority' --as eye --key eye.key",
            "  domicile freeze everything --reason 'investigation 7' --as eye --key eye.key",
            "",
            "It is written to each jurisdiction of the policy, or to those named with -j. A store that cannot",
            "be reached is told of, the others are frozen all the same, and the exit status is 1."
        })
final class FreezeCommand implements Callable<Integer> {
    /** What can be typed. */
    enum What {
        PERSON,
        ENTITY,
        AUDIENCE,
        JURISDICTION,
        EVERYTHING
    }

    @Parameters(
            index = "0",
            paramLabel = "WHAT",
            description = "person, entity, audience, jurisdiction or everything.")
    private What what = What.EVERYTHING;

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "NAME",
            description = "Whose, as organisation.yaml or the policy calls it.")
    private String name = "";

    @Option(
            names = "--reason",
            required = true,
            paramLabel = "TEXT",
            description = "Why, in a few words. The ledger keeps it as a private value.")
    private String reason = "";

    @Mixin private PolicyOptions policy = new PolicyOptions();
    @Mixin private SignerOptions signerOptions = new SignerOptions();

    @Option(names = "--json", description = "Print one JSON document in place of lines.")
    private boolean isJson;

    @Override
    public Integer call() {
        if ((what == What.EVERYTHING) != name.isEmpty()) {
            throw new CommandFailure(
                    what == What.EVERYTHING
                            ? "everything has no name; -j restricts it to a jurisdiction"
                            : "name the " + what.name().toLowerCase(Locale.ROOT) + " to freeze",
                    ExitCode.USAGE);
        }
        List<PolicyOptions.Target> targets =
                policy.targets().stream()
                        .filter(target ->
                                what != What.JURISDICTION
                                        || name.equals(target.store().jurisdiction()))
                        .toList();
        Organisation organisation = policy.organisation().read();
        requireKnown(organisation, targets);
        Terminal terminal = new Terminal();
        List<FreezeState> frozen = new ArrayList<>();
        boolean isAll = true;
        for (PolicyOptions.Target target : targets) {
            Freeze freeze = freeze(target.store().jurisdiction());
            Entry entry = signerOptions.sign(target, SignedAct.Kind.FREEZE, freeze.digest());
            try (Connection connection = target.store().asRequester()) {
                frozen.add(SignedActs.of(connection, target).freeze(freeze, entry));
            } catch (UnfitException e) {
                throw new CommandFailure(String.valueOf(e.getMessage()));
            } catch (SQLException | CommandFailure e) {
                isAll = false;
                terminal.note(
                        "NOT frozen in " + target.store().jurisdiction() + ": " + e.getMessage());
            }
        }
        new FreezeReport(terminal).print(frozen, isJson);
        return isAll ? ExitCode.OK : ExitCode.FAILED;
    }

    private Freeze.Target target() {
        return switch (what) {
            case PERSON -> Freeze.Target.PERSON;
            case ENTITY -> Freeze.Target.ENTITY;
            case AUDIENCE -> Freeze.Target.AUDIENCE;
            case JURISDICTION, EVERYTHING -> Freeze.Target.JURISDICTION;
        };
    }

    private Freeze freeze(String jurisdiction) {
        String frozen = target() == Freeze.Target.JURISDICTION ? jurisdiction : name;
        try {
            return Freeze.of(jurisdiction, target(), frozen, reason);
        } catch (PlanFormatException e) {
            throw new CommandFailure("nothing was frozen: " + e.getMessage(), ExitCode.USAGE);
        }
    }

    /** A misspelt freeze would stop nobody, and nobody would notice. */
    private void requireKnown(Organisation organisation, List<PolicyOptions.Target> targets) {
        Set<String> known = new TreeSet<>();
        targets.forEach(of -> known.addAll(FreezeTargets.of(target(), organisation, of.plan())));
        boolean isGrant = what == What.AUDIENCE && name.startsWith(Plan.Grant.AUDIENCE_PREFIX);
        if (what != What.EVERYTHING && !isGrant && !known.contains(name)) {
            throw new CommandFailure(
                    "there is no "
                            + target().text()
                            + " \""
                            + name
                            + "\"; "
                            + Spelling.instead(name, known, "nothing was frozen"));
        }
    }
}
