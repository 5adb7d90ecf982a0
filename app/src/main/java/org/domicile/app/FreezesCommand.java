package org.domicile.app;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.domicile.control.freeze.Freeze;
import org.domicile.control.freeze.FreezeRecord;
import org.domicile.control.freeze.FreezeState;
import org.domicile.control.request.SignedAct;
import org.domicile.control.request.UnfitException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code domicile freezes} and {@code unfreeze}: what is stopped, and what ends it. */
@Command(
        name = "freezes",
        description = {
            "Lists the freezes that are in force, why, by whom, and who agreed to their end so far. Those that",
            "do not count are listed with the check that failed, and make the exit status 1."
        })
final class FreezesCommand implements Callable<Integer> {
    @Mixin private PolicyOptions policy = new PolicyOptions();

    @Option(names = "--all", description = "List those that are over, too.")
    private boolean isAll;

    @Option(names = "--json", description = "Print one JSON document in place of lines.")
    private boolean isJson;

    @Override
    public Integer call() throws SQLException {
        Terminal terminal = new Terminal();
        List<FreezeState> states = new ArrayList<>();
        for (PolicyOptions.Target target : policy.targets()) {
            try (Connection connection = target.store().asRequester()) {
                for (FreezeState state : SignedActs.of(connection, target).freezes()) {
                    if (isAll || !(state instanceof FreezeState.Released)) {
                        states.add(state);
                    }
                }
            }
        }
        new FreezeReport(terminal).print(states, isJson);
        if (states.isEmpty() && !isJson) {
            terminal.note("there are none");
        }
        return states.stream().anyMatch(FreezesCommand::isSuspicious)
                ? ExitCode.FAILED
                : ExitCode.OK;
    }

    private static boolean isSuspicious(FreezeState state) {
        return switch (state) {
            case FreezeState.Refused _ -> true;
            case FreezeState.InForce inForce -> !inForce.discounted().isEmpty();
            case FreezeState.Released _ -> false;
        };
    }

    /** {@code domicile unfreeze}. */
    @Command(
            name = "unfreeze",
            description = {
                "Agrees, in your name, to the end of a freeze. It ends when two custodians or overseers have who are",
                "independent of whom it is about and not in one reporting line. Otherwise says why you may not."
            })
    static final class Unfreeze implements Callable<Integer> {
        @Parameters(
                paramLabel = "FREEZE",
                description = "Its digest, or the first 12 digits or more of it.")
        private String freeze = "";

        @Mixin private PolicyOptions policy = new PolicyOptions();
        @Mixin private SignerOptions signerOptions = new SignerOptions();

        @Option(names = "--json", description = "Print one JSON document in place of lines.")
        private boolean isJson;

        @Override
        public Integer call() throws SQLException {
            if (freeze.length() < DecisionCommand.MIN_DIGITS) {
                throw new CommandFailure(
                        "write at least " + DecisionCommand.MIN_DIGITS + " digits of the freeze",
                        ExitCode.USAGE);
            }
            for (PolicyOptions.Target target : policy.targets()) {
                try (Connection connection = target.store().asRequester()) {
                    SignedActs acts = SignedActs.of(connection, target);
                    List<FreezeRecord> found = acts.freezes(freeze);
                    if (found.size() > 1) {
                        throw new CommandFailure(
                                found.size() + " freezes begin with " + freeze + "; write more");
                    }
                    if (!found.isEmpty()) {
                        return release(target, acts, found.getFirst());
                    }
                } catch (UnfitException e) {
                    throw new CommandFailure(String.valueOf(e.getMessage()));
                }
            }
            throw new CommandFailure(
                    "there is no freeze " + freeze + "; `domicile freezes` lists them");
        }

        private int release(PolicyOptions.Target target, SignedActs acts, FreezeRecord found)
                throws SQLException, UnfitException {
            Terminal terminal = new Terminal();
            Freeze ended = acts.inForce(found).freeze();
            terminal.note("you agree, in your name, to the end of:");
            terminal.note(
                    "  "
                            + ended.target().text()
                            + " "
                            + ended.name()
                            + " in "
                            + ended.jurisdiction()
                            + ": "
                            + Terminal.plain(ended.reason()));
            FreezeState after =
                    acts.unfreeze(
                            found,
                            signerOptions.sign(target, SignedAct.Kind.UNFREEZE, found.digest()));
            new FreezeReport(terminal).print(List.of(after), isJson);
            return ExitCode.OK;
        }
    }
}
