package org.domicile.app;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code domicile requests-login}: the password of the login that asks and decides. */
@Command(
        name = "requests-login",
        description = {
            "Prints the password of the store's login for request, approve, deny, requests and grants, as it",
            "derives from the store's secret. Give it to those who run these commands, in the environment",
            "variable that `requests:` names in domicile.yaml: they need no secret then.",
            "",
            "With it one can read requests and decisions, and add to them; nothing else of the store. No",
            "other password can be computed from it. It changes with the store's secret."
        })
final class RequestsLoginCommand implements Callable<Integer> {
    @Mixin private PolicyOptions policy = new PolicyOptions();

    @Override
    public Integer call() {
        List<PolicyOptions.Target> targets = policy.targets();
        if (targets.size() != 1) {
            throw new CommandFailure(
                    "the login is of one store: name it with --jurisdiction", ExitCode.USAGE);
        }
        new Terminal().print(targets.get(0).store().requests());
        return ExitCode.OK;
    }
}
