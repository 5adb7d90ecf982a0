package org.domicile.app;

import java.io.UncheckedIOException;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The command line {@code domicile}. */
@Command(
        name = "domicile",
        mixinStandardHelpOptions = true,
        scope = ScopeType.INHERIT,
        exitCodeOnInvalidInput = ExitCode.USAGE,
        description = "Keeps every user's data at home, and proves it.",
        synopsisSubcommandLabel = "COMMAND",
        versionProvider = Domicile.Version.class,
        footer = {
            "",
            "A first look:   domicile demo",
            "Your own store: domicile draft URL, then organisation draft, access draft, init, plan, apply, serve",
            "Check a ledger: domicile verify DIRECTORY --key KEY",
            "",
            "Exit status: 0 done, 1 not done or not as it should be, 2 a store was changed",
            "behind Domicile's back, 3 a log contradicts what it had signed, 64 the command",
            "line is wrong."
        },
        subcommands = {
            DemoCommand.class,
            DraftCommand.class,
            OrganisationCommand.class,
            PersonCommand.class,
            WhoCommand.class,
            AccessCommand.class,
            RulesCommand.class,
            InitCommand.class,
            PlanCommand.class,
            ApplyCommand.class,
            ApprovalKeyCommand.class,
            RequestsLoginCommand.class,
            RequestCommand.class,
            RequestsCommand.class,
            DecisionCommand.Approve.class,
            DecisionCommand.Deny.class,
            RequestsCommand.Grants.class,
            ReviewCommand.class,
            SignCommand.class,
            FreezeCommand.class,
            FreezesCommand.Unfreeze.class,
            FreezesCommand.class,
            PasswordCommand.class,
            ServeCommand.class,
            VerifyCommand.class,
            MetersCommand.class,
            LedgerCommand.class,
            WitnessCommand.class,
            BenchCommand.class,
            AutoComplete.GenerateCompletion.class
        })
public final class Domicile {
    @Option(
            names = "--debug",
            scope = ScopeType.INHERIT,
            description = "On failure, show where in the program it happened.")
    private boolean isDebugging;

    /** Runs one command and exits with its {@link ExitCode}. */
    public static void main(String[] args) {
        System.exit(execute(args));
    }

    static int execute(String... args) {
        CommandLine commandLine = commandLine();
        if (args.length == 0) {
            commandLine.usage(System.out);
            return ExitCode.OK;
        }
        return commandLine.execute(args);
    }

    static CommandLine commandLine() {
        Domicile domicile = new Domicile();
        CommandLine commandLine = new CommandLine(domicile);
        commandLine.setExecutionExceptionHandler(
                (exception, failed, parsed) -> domicile.report(exception, failed));
        commandLine.setCaseInsensitiveEnumValuesAllowed(true);
        return commandLine;
    }

    private int report(Exception exception, CommandLine failed) {
        if (isDebugging) {
            exception.printStackTrace(failed.getErr());
        }
        failed.getErr().println("domicile: " + messageOf(exception));
        return exception instanceof CommandFailure failure ? failure.exitCode() : ExitCode.FAILED;
    }

    private static String messageOf(Throwable exception) {
        String message = exception.getMessage();
        if (message == null) {
            return "unexpected "
                    + exception.getClass().getSimpleName()
                    + "; run again with --debug";
        }
        if (exception instanceof UncheckedIOException io && io.getCause() != null) {
            return message + ": " + io.getCause().getMessage();
        }
        return message;
    }

    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Domicile.class.getPackage().getImplementationVersion();
            return new String[] {"domicile " + (version == null ? "(unpackaged)" : version)};
        }
    }
}
