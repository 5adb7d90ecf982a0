package org.domicile.app;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import org.domicile.control.freeze.BreakGlass;
import org.domicile.control.request.Request;
import org.domicile.control.request.RequestRecord;
import org.domicile.control.request.RequestRecord.Entry;
import org.domicile.control.request.RequestState;
import org.domicile.control.request.SignedAct;
import org.domicile.control.request.UnfitException;
import org.domicile.ledger.note.ApprovalSigner;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code domicile review}: signs that a use of break-glass was looked into. */
@Command(
        name = "review",
        description = {
            "Signs, in your name, that you have looked into a use of break-glass. A custodian or an overseer can who",
            "is independent of who took it, within 24 hours; after that who took it is frozen, and",
            "`domicile unfreeze` takes two. What was shown is in the ledger: `domicile ledger search`."
        })
final class ReviewCommand implements Callable<Integer> {
    @Parameters(
            paramLabel = "REQUEST",
            description = "Its digest, or the first 12 digits or more of it.")
    private String request = "";

    @Mixin private PolicyOptions policy = new PolicyOptions();
    @Mixin private SignerOptions signerOptions = new SignerOptions();

    @Override
    public Integer call() throws SQLException {
        if (request.length() < DecisionCommand.MIN_DIGITS) {
            throw new CommandFailure(
                    "write at least " + DecisionCommand.MIN_DIGITS + " digits of the request",
                    ExitCode.USAGE);
        }
        for (PolicyOptions.Target target : policy.targets()) {
            try (Connection connection = target.store().asRequester()) {
                List<StoreGrants.Standing> found =
                        StoreGrants.desk(connection, target).standings().stream()
                                .filter(one -> one.found().digest().startsWith(request))
                                .toList();
                if (found.size() > 1) {
                    throw new CommandFailure(
                            found.size() + " requests begin with " + request + "; write more");
                }
                if (!found.isEmpty()) {
                    return review(target, connection, found.get(0));
                }
            }
        }
        throw new CommandFailure(
                "there is no request " + request + "; `domicile requests` lists them");
    }

    private int review(
            PolicyOptions.Target target, Connection connection, StoreGrants.Standing standing)
            throws SQLException {
        if (!(standing.state() instanceof RequestState.Genuine genuine)
                || !genuine.request().isBreakGlass()) {
            throw new CommandFailure("that is no genuine use of break-glass; nothing to review");
        }
        Request reviewed = genuine.request();
        Terminal terminal = new Terminal();
        terminal.note("you have looked into this, and say so in your name:");
        RequestReport.whatIsAsked(reviewed).forEach(terminal::note);
        ApprovalSigner signer = signerOptions.signer(target.deciders().organisation());
        Instant now = Instant.now();
        Entry entry =
                new Entry(
                        signerOptions.person(),
                        SignedAct.sign(SignedAct.Kind.REVIEW, reviewed.digest(), now, signer)
                                .noteText());
        try {
            var _ =
                    BreakGlass.review(
                            target.deciders().organisation(),
                            target.deciders().independence(),
                            reviewed,
                            approvers(standing.found()),
                            entry,
                            now);
        } catch (UnfitException e) {
            throw new CommandFailure(String.valueOf(e.getMessage()));
        }
        new FreezeStore(connection, target.store().jurisdiction()).review(reviewed.digest(), entry);
        terminal.print("reviewed  " + reviewed.digest());
        return ExitCode.OK;
    }

    private static List<String> approvers(RequestRecord found) {
        return found.decisions().stream().map(Entry::by).toList();
    }
}
