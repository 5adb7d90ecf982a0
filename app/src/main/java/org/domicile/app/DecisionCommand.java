package org.domicile.app;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.domicile.control.request.RequestState;
import org.domicile.control.request.SignedAct;
import org.domicile.control.request.UnfitException;
import org.domicile.plan.Plan;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code domicile approve}, {@code deny} and {@code grants end}: signs what one person decides. */
abstract sealed class DecisionCommand implements Callable<Integer> {
    /** As many as a grant's name has. */
    static final int MIN_DIGITS = 12;

    private static final long LOOK_MILLIS = 200;

    @Parameters(
            paramLabel = "REQUEST",
            description = "Its digest, the first 12 digits or more of it, or its grant's name.")
    private String request = "";

    @Mixin private PolicyOptions policy = new PolicyOptions();
    @Mixin private SignerOptions signerOptions = new SignerOptions();

    @Option(names = "--json", description = "Print one JSON document in place of lines.")
    private boolean isJson;

    @Option(
            names = "--wait",
            paramLabel = "SECONDS",
            defaultValue = "10",
            description =
                    "How long to wait for the store to follow, at most. Default: ${DEFAULT-VALUE}")
    private int waitSeconds = 10;

    private final SignedAct.Kind kind;

    DecisionCommand(SignedAct.Kind kind) {
        this.kind = kind;
    }

    /** {@code domicile approve}. */
    @Command(
            name = "approve",
            description = {
                "Approves a request in your name, if you are independent of who asks; otherwise says why you may",
                "not. With the second approval `domicile apply --watch`, where it runs, puts the grant in force",
                "within two seconds; this waits for it and says whether it did."
            })
    static final class Approve extends DecisionCommand {
        Approve() {
            super(SignedAct.Kind.APPROVE);
        }
    }

    /** {@code domicile deny}. */
    @Command(
            name = "deny",
            description =
                    "Denies a request in your name. One denial closes it, whoever else approves it.")
    static final class Deny extends DecisionCommand {
        Deny() {
            super(SignedAct.Kind.DENY);
        }
    }

    /** {@code domicile grants end}. */
    @Command(
            name = "end",
            description = {
                "Ends a grant before its time, or withdraws a request: its requester, one of its approvers, a",
                "custodian or an overseer can, alone. The gateway ends its sessions within two seconds, and",
                "`domicile apply --watch`, where it runs, takes it out of the store."
            })
    static final class End extends DecisionCommand {
        End() {
            super(SignedAct.Kind.END);
        }
    }

    @Override
    public Integer call() throws SQLException, InterruptedException {
        if (request.length() < MIN_DIGITS) {
            throw new CommandFailure(
                    "write at least "
                            + MIN_DIGITS
                            + " digits of the request: fewer could be made to fit another",
                    ExitCode.USAGE);
        }
        for (PolicyOptions.Target target : policy.targets()) {
            try (Connection connection = target.store().asRequester()) {
                SignedActs acts = SignedActs.of(connection, target);
                List<StoreGrants.Standing> found =
                        acts.requests().stream().filter(this::isMeant).toList();
                if (found.size() > 1) {
                    throw new CommandFailure(
                            found.size()
                                    + " requests begin with "
                                    + request
                                    + "; write more of it");
                }
                if (!found.isEmpty()) {
                    return decide(target, acts, found.get(0));
                }
            } catch (UnfitException e) {
                throw new CommandFailure(String.valueOf(e.getMessage()));
            }
        }
        throw new CommandFailure(
                "there is no request " + request + "; `domicile requests` lists them");
    }

    private boolean isMeant(StoreGrants.Standing standing) {
        String prefix = Plan.Grant.AUDIENCE_PREFIX;
        String digits = request.startsWith(prefix) ? request.substring(prefix.length()) : request;
        return standing.found().digest().startsWith(digits);
    }

    private int decide(PolicyOptions.Target target, SignedActs acts, StoreGrants.Standing standing)
            throws SQLException, InterruptedException, UnfitException {
        Terminal terminal = new Terminal();
        RequestState before = standing.state();
        SignedActs.requireOpen(before);
        if (kind == SignedAct.Kind.APPROVE && before instanceof RequestState.Genuine genuine) {
            terminal.note("you approve, in your name:");
            RequestReport.whatIsAsked(genuine.request()).forEach(terminal::note);
        }
        RequestState after =
                acts.decide(standing, signerOptions.sign(target, kind, before.digest()));
        Set<String> inStore = follow(terminal, acts, after);
        new RequestReport(terminal, target.deciders().independence(), inStore)
                .print(List.of(after), isJson);
        return ExitCode.OK;
    }

    /** Waits until the store has the grant, or no longer has it, and says which. */
    private Set<String> follow(Terminal terminal, SignedActs acts, RequestState after)
            throws SQLException, InterruptedException {
        Instant deadline = Instant.now().plusSeconds(waitSeconds);
        boolean isWanted = after instanceof RequestState.Approved;
        String audience = Plan.Grant.AUDIENCE_PREFIX + after.digest().substring(0, MIN_DIGITS);
        Set<String> inStore = acts.grantsInStore();
        while (inStore.contains(audience) != isWanted && Instant.now().isBefore(deadline)) {
            Thread.sleep(LOOK_MILLIS);
            inStore = acts.grantsInStore();
        }
        if (inStore.contains(audience) == isWanted) {
            if (isWanted) {
                terminal.note("the grant is in force");
            }
        } else {
            terminal.note(
                    isWanted
                            ? "approved, and not in force yet: does `domicile apply --watch` run at"
                                    + " the custodian's? `domicile grants` shows when it is"
                            : "the store still has the grant: the gateway lets nobody use it, but does"
                                    + " `domicile apply --watch` run at the custodian's?");
        }
        return inStore;
    }
}
