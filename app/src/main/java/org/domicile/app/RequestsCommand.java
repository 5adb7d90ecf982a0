package org.domicile.app;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.domicile.control.request.RequestState;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code domicile requests} and {@code grants}: what was asked for, and where it stands. */
@Command(
        name = "requests",
        description = {
            "Lists the requests of the last days with where each stands: open (and who may still decide, and",
            "who may not and why), approved, denied, ended, expired, or refused, which is one that its",
            "requester did not sign or that may not be granted. Entries that do not count are listed with",
            "the check that failed, and make the exit status 1."
        })
class RequestsCommand implements Callable<Integer> {
    @Mixin private PolicyOptions policy = new PolicyOptions();

    @Option(names = "--json", description = "Print one JSON document in place of lines.")
    private boolean isJson;

    /** {@code domicile grants}. */
    @Command(
            name = "grants",
            description = "Lists the grants that are in force, with the name to log in with.",
            subcommands = {DecisionCommand.End.class})
    static final class Grants extends RequestsCommand {
        @Override
        boolean isListed(RequestState state) {
            return state instanceof RequestState.Approved;
        }
    }

    boolean isListed(RequestState state) {
        return true;
    }

    @Override
    public Integer call() throws SQLException {
        Terminal terminal = new Terminal();
        List<RequestState> states = new ArrayList<>();
        Set<String> inStore = new HashSet<>();
        List<PolicyOptions.Target> targets = policy.targets();
        for (PolicyOptions.Target target : targets) {
            try (Connection connection = target.store().asRequester()) {
                SignedActs acts = SignedActs.of(connection, target);
                inStore.addAll(acts.grantsInStore());
                acts.requests().stream()
                        .map(StoreGrants.Standing::state)
                        .filter(this::isListed)
                        .forEach(states::add);
            }
        }
        new RequestReport(terminal, targets.get(0).deciders().independence(), inStore)
                .print(states, isJson);
        if (states.isEmpty() && !isJson) {
            terminal.note("there are none");
        }
        return states.stream().anyMatch(RequestsCommand::isSuspicious)
                ? ExitCode.FAILED
                : ExitCode.OK;
    }

    private static boolean isSuspicious(RequestState state) {
        return switch (state) {
            case RequestState.Refused _ -> true;
            case RequestState.Genuine genuine -> !genuine.discounted().isEmpty();
        };
    }
}
