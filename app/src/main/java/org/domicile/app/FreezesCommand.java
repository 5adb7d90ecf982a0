package org.domicile.app;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.domicile.control.freeze.FreezeApproval;
import org.domicile.control.freeze.FreezeRecord;
import org.domicile.control.freeze.FreezeState;
import org.domicile.control.request.RequestRecord.Entry;
import org.domicile.control.request.RequestState.Discounted;
import org.domicile.control.request.SignedAct;
import org.domicile.ledger.note.ApprovalSigner;
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
            String jurisdiction = target.store().jurisdiction();
            try (Connection connection = target.store().asCompiler()) {
                for (FreezeRecord found : all(new FreezeStore(connection, jurisdiction))) {
                    FreezeState state = check(target, found, found.isByRule());
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

    private static List<FreezeRecord> all(FreezeStore store) throws SQLException {
        List<FreezeRecord> all = new ArrayList<>(store.read());
        all.addAll(store.unreviewed());
        return all;
    }

    private static FreezeState check(
            PolicyOptions.Target target, FreezeRecord found, boolean isKnown) {
        return new FreezeApproval(
                        target.deciders().organisation(), target.deciders().independence())
                .check(target.store().jurisdiction(), found, isKnown, Instant.now());
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
                try (Connection connection = target.store().asCompiler()) {
                    FreezeStore store = new FreezeStore(connection, target.store().jurisdiction());
                    List<FreezeRecord> found =
                            all(store).stream()
                                    .filter(record -> record.digest().startsWith(freeze))
                                    .toList();
                    if (found.size() > 1) {
                        throw new CommandFailure(
                                found.size() + " freezes begin with " + freeze + "; write more");
                    }
                    if (!found.isEmpty()) {
                        return release(target, store, found.get(0));
                    }
                }
            }
            throw new CommandFailure(
                    "there is no freeze " + freeze + "; `domicile freezes` lists them");
        }

        private int release(PolicyOptions.Target target, FreezeStore store, FreezeRecord found)
                throws SQLException {
            Terminal terminal = new Terminal();
            // Who froze may have left since; the gateway knows it all the same.
            switch (check(target, found, true)) {
                case FreezeState.Refused refused ->
                        throw new CommandFailure("this freeze does not count: " + refused.why());
                case FreezeState.Released _ ->
                        throw new CommandFailure("the freeze is over; there is nothing to decide");
                case FreezeState.InForce before -> {
                    terminal.note("you agree, in your name, to the end of:");
                    terminal.note(
                            "  "
                                    + before.freeze().target().text()
                                    + " "
                                    + before.freeze().name()
                                    + " in "
                                    + before.freeze().jurisdiction()
                                    + ": "
                                    + Terminal.plain(before.freeze().reason()));
                }
            }
            ApprovalSigner signer = signerOptions.signer(target.deciders().organisation());
            Entry entry =
                    new Entry(
                            signerOptions.person(),
                            SignedAct.sign(
                                            SignedAct.Kind.UNFREEZE,
                                            found.digest(),
                                            Instant.now(),
                                            signer)
                                    .noteText());
            FreezeState after = check(target, found.withRelease(entry), true);
            if (after instanceof FreezeState.InForce inForce) {
                inForce.discounted().stream()
                        .filter(discounted -> discounted.by().equals(signerOptions.person()))
                        .map(Discounted::why)
                        .findFirst()
                        .ifPresent(why -> {
                            throw new CommandFailure(why);
                        });
            }
            store.release(found.digest(), entry);
            new FreezeReport(terminal).print(List.of(after), isJson);
            return ExitCode.OK;
        }
    }
}
