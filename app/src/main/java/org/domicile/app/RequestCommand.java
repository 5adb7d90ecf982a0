package org.domicile.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.domicile.control.organisation.GrantTerm;
import org.domicile.control.organisation.Organisation;
import org.domicile.control.request.Request;
import org.domicile.control.request.RequestRecord.Entry;
import org.domicile.control.request.RequestState;
import org.domicile.control.request.SignedAct;
import org.domicile.control.request.UnfitException;
import org.domicile.ledger.note.ApprovalSigner;
import org.domicile.plan.Plan;
import org.domicile.plan.PlanFormatException;
import org.domicile.plan.RelationName;
import org.domicile.plan.Transform;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code domicile request}: asks to be shown some people's data for a while. */
@Command(
        name = "request",
        description = {
            "Asks to be shown some columns of some people as they are, for a purpose, until a time. Two people",
            "who are independent of you and of each other have to approve it; then you log in with",
            "options=-c domicile.grant=NAME, the name that `domicile grants` prints.",
            "",
            "  domicile request --as ana --key ana.key -j us --purpose support --ticket T-831 \\",
            "      --columns users.email --subjects 17,42 --for 30m"
        })
final class RequestCommand implements Callable<Integer> {
    /** A larger file of subjects is refused unread. */
    static final int MAX_SUBJECTS_BYTES = 4 << 20;

    @Mixin private PolicyOptions policy = new PolicyOptions();
    @Mixin private SignerOptions signerOptions = new SignerOptions();

    @Option(names = "--purpose", required = true, paramLabel = "NAME", description = "What for.")
    private String purpose = "";

    @ArgGroup(multiplicity = "1")
    private Reason reason = new Reason();

    /** Why now. */
    static final class Reason {
        @Option(
                names = "--ticket",
                paramLabel = "TEXT",
                description = "Where the reason is written down.")
        private String ticket = "";

        @Option(
                names = "--break-glass",
                description = {
                    "No ticket and no wait: for 60 minutes at most, by two on-call people of the custodian, you and",
                    "whoever approves. It is in the public log at once, and you are frozen unless an overseer",
                    "reviews it within 24 hours (`domicile review`)."
                })
        private boolean isBreakGlass;
    }

    @Option(
            names = "--columns",
            required = true,
            split = ",",
            paramLabel = "TABLE.COLUMN",
            description = "Which columns, with commas.")
    private List<String> columns = List.of();

    @ArgGroup(multiplicity = "1")
    private Subjects subjects = new Subjects();

    @ArgGroup(multiplicity = "1")
    private Term term = new Term();

    @Option(names = "--json", description = "Print one JSON document in place of lines.")
    private boolean isJson;

    /** Whose rows. */
    static final class Subjects {
        @Option(
                names = "--subjects",
                split = ",",
                paramLabel = "ID",
                description = "Whose rows: their subject keys, with commas.")
        private List<String> ids = List.of();

        @Option(
                names = "--subjects-file",
                paramLabel = "FILE",
                description = "Whose rows: a file with one subject key in each line.")
        private @Nullable Path file;

        List<String> read() {
            if (file == null) {
                return ids;
            }
            try {
                if (Files.size(file) > MAX_SUBJECTS_BYTES) {
                    throw new CommandFailure(
                            file + " has more than " + MAX_SUBJECTS_BYTES + " bytes");
                }
                return Files.readAllLines(file).stream().filter(line -> !line.isEmpty()).toList();
            } catch (IOException e) {
                throw new CommandFailure(
                        "cannot read " + file + " as UTF-8: " + e.getClass().getSimpleName());
            }
        }
    }

    /** Until when. */
    static final class Term {
        @Option(
                names = "--for",
                paramLabel = "TERM",
                description = "For how long from now: 30m, 8h, 2d.")
        private @Nullable String term;

        @Option(
                names = "--until",
                paramLabel = "TIME",
                description = "Until when, in UTC: 2026-11-22T18:00:00Z.")
        private @Nullable String until;

        String end(Instant now) {
            if (term != null) {
                String written = term;
                return now.plus(
                                GrantTerm.parse(written)
                                        .orElseThrow(() ->
                                                new CommandFailure(
                                                        "--for "
                                                                + written
                                                                + " is none: write 30m, 8h or 2d, "
                                                                + GrantTerm.spelling(GrantTerm.MAX)
                                                                + " at most",
                                                        ExitCode.USAGE)))
                        .toString();
            }
            try {
                return Instant.parse(String.valueOf(until))
                        .truncatedTo(ChronoUnit.SECONDS)
                        .toString();
            } catch (DateTimeException e) {
                throw new CommandFailure(
                        "--until is a time in UTC such as 2026-11-22T18:00:00Z", ExitCode.USAGE);
            }
        }
    }

    @Override
    public Integer call() throws SQLException {
        List<PolicyOptions.Target> targets = policy.targets();
        if (targets.size() != 1) {
            throw new CommandFailure(
                    "a request is for one jurisdiction: pass -j with one of "
                            + targets.stream().map(t -> t.store().jurisdiction()).toList(),
                    ExitCode.USAGE);
        }
        PolicyOptions.Target target = targets.get(0);
        Organisation organisation = target.deciders().organisation();
        ApprovalSigner signer = signerOptions.signer(organisation);
        Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        Request request = request(target.plan(), employer(organisation), now);
        SignedAct filed = SignedAct.sign(SignedAct.Kind.FILE, request.digest(), now, signer);
        RequestState state;
        try (Connection connection = target.store().asRequester()) {
            state =
                    SignedActs.of(connection, target)
                            .file(request, new Entry(signerOptions.person(), filed.noteText()));
        } catch (UnfitException e) {
            throw new CommandFailure(String.valueOf(e.getMessage()));
        }
        RequestReport report =
                new RequestReport(new Terminal(), target.deciders().independence(), Set.of());
        report.print(List.of(state), isJson);
        return ExitCode.OK;
    }

    private String employer(Organisation organisation) {
        return Optional.ofNullable(organisation.people().get(signerOptions.person()))
                .flatMap(Organisation.Person::employer)
                .filter(Organisation.EntityParty.class::isInstance)
                .map(Organisation.Party::text)
                .orElseThrow(() ->
                        new CommandFailure(
                                signerOptions.person()
                                        + " works for no entity of organisation.yaml, and so"
                                        + " cannot ask"));
    }

    private String ticket() {
        if (!reason.isBreakGlass && reason.ticket.isEmpty()) {
            throw new CommandFailure("--ticket says where the reason is", ExitCode.USAGE);
        }
        return reason.ticket;
    }

    private Request request(Plan plan, String employer, Instant now) {
        try {
            return new Request(
                    signerOptions.person(),
                    employer,
                    plan.jurisdiction(),
                    purpose,
                    ticket(),
                    views(plan, columns),
                    subjects.read(),
                    term.end(now),
                    now.toString(),
                    Request.newSalt());
        } catch (PlanFormatException e) {
            throw new CommandFailure(String.valueOf(e.getMessage()), ExitCode.USAGE);
        }
    }

    /** Finds each {@code table.column}, with or without its schema, in the plan. */
    static List<Plan.View> views(Plan plan, List<String> names) {
        Map<RelationName, List<Plan.ViewColumn>> columns = new TreeMap<>();
        for (String name : names) {
            List<RelationName> found = new ArrayList<>();
            String column = "";
            for (Plan.Table table : plan.tables()) {
                for (Plan.Column candidate : table.columns()) {
                    String end = "." + candidate.name();
                    if (name.equals(table.name().name() + end) || name.equals(table.name() + end)) {
                        found.add(table.name());
                        column = candidate.name();
                    }
                }
            }
            if (found.size() != 1) {
                throw new CommandFailure(
                        found.isEmpty()
                                ? "the policy of \""
                                        + plan.jurisdiction()
                                        + "\" classifies no column "
                                        + name
                                        + "; write table.column, or schema.table.column"
                                : name + " may be of " + found + "; write its schema too",
                        ExitCode.USAGE);
            }
            columns.computeIfAbsent(found.get(0), _ -> new ArrayList<>())
                    .add(new Plan.ViewColumn(column, new Transform.Show()));
        }
        return columns.entrySet().stream()
                .map(table -> new Plan.View(table.getKey(), table.getValue()))
                .toList();
    }
}
