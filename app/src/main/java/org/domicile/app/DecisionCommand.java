package org.domicile.app;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.domicile.control.request.RequestRecord;
import org.domicile.control.request.RequestState;
import org.domicile.control.request.SignedAct;
import org.domicile.ledger.note.ApprovalSigner;
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
                StoreGrants grants = StoreGrants.desk(connection, target);
                List<StoreGrants.Standing> found =
                        grants.standings().stream().filter(this::isMeant).toList();
                if (found.size() > 1) {
                    throw new CommandFailure(
                            found.size()
                                    + " requests begin with "
                                    + request
                                    + "; write more of it");
                }
                if (!found.isEmpty()) {
                    return decide(target, grants, found.get(0));
                }
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

    private int decide(
            PolicyOptions.Target target, StoreGrants grants, StoreGrants.Standing standing)
            throws SQLException, InterruptedException {
        Terminal terminal = new Terminal();
        RequestState before = standing.state();
        requireOpen(before);
        if (kind == SignedAct.Kind.APPROVE && before instanceof RequestState.Genuine genuine) {
            terminal.note("you approve, in your name:");
            RequestReport.whatIsAsked(genuine.request()).forEach(terminal::note);
        }
        ApprovalSigner signer = signerOptions.signer(target.deciders().organisation());
        Instant now = Instant.now();
        RequestRecord.Entry entry =
                new RequestRecord.Entry(
                        signerOptions.person(),
                        SignedAct.sign(kind, before.digest(), now, signer).noteText());
        RequestRecord found =
                kind == SignedAct.Kind.END
                        ? standing.found().withEnd(entry)
                        : standing.found().withDecision(entry);
        RequestState after = target.deciders().approval().check(target.plan(), found, now);
        if (after instanceof RequestState.Genuine genuine) {
            requireCounts(before, genuine);
        }
        if (kind == SignedAct.Kind.END) {
            grants.store().end(found.digest(), entry);
        } else {
            grants.store().decide(found.digest(), entry);
        }
        Set<String> inStore = follow(terminal, grants.store(), after);
        new RequestReport(terminal, target.deciders().independence(), inStore)
                .print(List.of(after), isJson);
        return ExitCode.OK;
    }

    /** Waits until the store has the grant, or no longer has it, and says which. */
    private Set<String> follow(Terminal terminal, RequestStore store, RequestState after)
            throws SQLException, InterruptedException {
        Instant deadline = Instant.now().plusSeconds(waitSeconds);
        boolean isWanted = after instanceof RequestState.Approved;
        String audience = Plan.Grant.AUDIENCE_PREFIX + after.digest().substring(0, MIN_DIGITS);
        Set<String> inStore = store.grantsInStore();
        while (inStore.contains(audience) != isWanted && Instant.now().isBefore(deadline)) {
            Thread.sleep(LOOK_MILLIS);
            inStore = store.grantsInStore();
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

    private static void requireOpen(RequestState before) {
        switch (before) {
            case RequestState.Open _, RequestState.Approved _ -> {}
            case RequestState.Refused refused ->
                    throw new CommandFailure("this request does not count: " + refused.why());
            case RequestState.Denied _, RequestState.Ended _, RequestState.Expired _ ->
                    throw new CommandFailure(
                            "the request is " + before.word() + "; there is nothing to decide");
        }
    }

    /** Somebody who may not is told why, and nothing is written. */
    private void requireCounts(RequestState before, RequestState.Genuine after) {
        if (after instanceof RequestState.Ended ended
                && ended.by().equals(signerOptions.person())) {
            return;
        }
        // Others may have written rows under this name, which do not count and stand for nothing.
        List<String> discounted = new ArrayList<>(discounted(after));
        if (before instanceof RequestState.Genuine genuine) {
            discounted(genuine).forEach(discounted::remove);
        }
        if (!discounted.isEmpty()) {
            throw new CommandFailure(discounted.get(discounted.size() - 1));
        }
    }

    private List<String> discounted(RequestState.Genuine state) {
        return state.discounted().stream()
                .filter(discounted -> discounted.by().equals(signerOptions.person()))
                .map(RequestState.Discounted::why)
                .toList();
    }
}
