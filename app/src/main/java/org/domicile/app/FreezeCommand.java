package org.domicile.app;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.domicile.control.freeze.Freeze;
import org.domicile.control.freeze.FreezeApproval;
import org.domicile.control.freeze.FreezeRecord;
import org.domicile.control.freeze.FreezeState;
import org.domicile.control.organisation.Organisation;
import org.domicile.control.request.RequestRecord.Entry;
import org.domicile.control.request.SignedAct;
import org.domicile.ledger.note.ApprovalSigner;
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
        ApprovalSigner signer = signerOptions.signer(organisation);
        Terminal terminal = new Terminal();
        List<FreezeState> frozen = new ArrayList<>();
        boolean isAll = true;
        for (PolicyOptions.Target target : targets) {
            try {
                frozen.add(freeze(target, signer));
            } catch (SQLException e) {
                isAll = false;
                terminal.note(
                        "NOT frozen in "
                                + target.store().jurisdiction()
                                + ", its store cannot be reached: "
                                + e.getMessage());
            }
        }
        new FreezeReport(terminal).print(frozen, isJson);
        return isAll ? ExitCode.OK : ExitCode.FAILED;
    }

    private FreezeState freeze(PolicyOptions.Target target, ApprovalSigner signer)
            throws SQLException {
        String jurisdiction = target.store().jurisdiction();
        Freeze freeze;
        try {
            freeze =
                    switch (what) {
                        case PERSON -> of(jurisdiction, Freeze.Target.PERSON);
                        case ENTITY -> of(jurisdiction, Freeze.Target.ENTITY);
                        case AUDIENCE -> of(jurisdiction, Freeze.Target.AUDIENCE);
                        case JURISDICTION, EVERYTHING ->
                                Freeze.of(
                                        jurisdiction,
                                        Freeze.Target.JURISDICTION,
                                        jurisdiction,
                                        reason);
                    };
        } catch (PlanFormatException e) {
            throw new CommandFailure("nothing was frozen: " + e.getMessage(), ExitCode.USAGE);
        }
        Instant now = Instant.now();
        String note =
                SignedAct.sign(SignedAct.Kind.FREEZE, freeze.digest(), now, signer).noteText();
        FreezeRecord made =
                new FreezeRecord(
                        freeze.digest(),
                        freeze.toJson(),
                        new Entry(signerOptions.person(), note),
                        List.of());
        FreezeState state =
                new FreezeApproval(
                                target.deciders().organisation(), target.deciders().independence())
                        .check(jurisdiction, made, false, now);
        if (state instanceof FreezeState.Refused refused) {
            throw new CommandFailure(refused.why());
        }
        try (Connection connection = target.store().asCompiler()) {
            new FreezeStore(connection, jurisdiction).freeze(made);
        }
        return state;
    }

    private Freeze of(String jurisdiction, Freeze.Target target) {
        return Freeze.of(jurisdiction, target, name, reason);
    }

    /** A misspelt freeze would stop nobody, and nobody would notice. */
    private void requireKnown(Organisation organisation, List<PolicyOptions.Target> targets) {
        Set<String> known =
                switch (what) {
                    case PERSON ->
                            organisation.accessors().stream()
                                    .map(Organisation.Accessor::id)
                                    .collect(Collectors.toCollection(TreeSet::new));
                    case ENTITY -> {
                        Set<String> entities = new TreeSet<>(organisation.entities().keySet());
                        targets.forEach(target ->
                                target.plan().entities().stream()
                                        .map(Plan.Entity::id)
                                        .forEach(entities::add));
                        yield entities;
                    }
                    case AUDIENCE ->
                            targets.stream()
                                    .flatMap(target -> target.plan().audiences().stream())
                                    .map(Plan.Audience::name)
                                    .collect(Collectors.toCollection(TreeSet::new));
                    case JURISDICTION ->
                            targets.stream()
                                    .map(target -> target.store().jurisdiction())
                                    .collect(Collectors.toCollection(TreeSet::new));
                    case EVERYTHING -> Set.of(name);
                };
        boolean isGrant = what == What.AUDIENCE && name.startsWith(Plan.Grant.AUDIENCE_PREFIX);
        if (!isGrant && !known.contains(name)) {
            String kind = what.name().toLowerCase(Locale.ROOT);
            throw new CommandFailure(
                    "there is no "
                            + kind
                            + " \""
                            + name
                            + "\"; "
                            + Spelling.instead(name, known, "nothing was frozen"));
        }
    }
}
