package org.domicile.app;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.Callable;
import org.domicile.control.request.Request;
import org.domicile.control.request.SignedAct;
import org.domicile.control.request.UnfitException;
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
                SignedActs acts = SignedActs.of(connection, target);
                List<StoreGrants.Standing> found =
                        acts.requests().stream()
                                .filter(one -> one.found().digest().startsWith(request))
                                .toList();
                if (found.size() > 1) {
                    throw new CommandFailure(
                            found.size() + " requests begin with " + request + "; write more");
                }
                if (!found.isEmpty()) {
                    return review(target, acts, found.get(0));
                }
            } catch (UnfitException e) {
                throw new CommandFailure(String.valueOf(e.getMessage()));
            }
        }
        throw new CommandFailure(
                "there is no request " + request + "; `domicile requests` lists them");
    }

    private int review(PolicyOptions.Target target, SignedActs acts, StoreGrants.Standing standing)
            throws SQLException, UnfitException {
        Request reviewed = SignedActs.breakGlass(standing);
        Terminal terminal = new Terminal();
        terminal.note("you have looked into this, and say so in your name:");
        RequestReport.whatIsAsked(reviewed).forEach(terminal::note);
        acts.review(standing, signerOptions.sign(target, SignedAct.Kind.REVIEW, reviewed.digest()));
        terminal.print("reviewed  " + reviewed.digest());
        return ExitCode.OK;
    }
}
