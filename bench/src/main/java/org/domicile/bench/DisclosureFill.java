package org.domicile.bench;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.domicile.ledger.AppendListener;
import org.domicile.ledger.Fact;
import org.domicile.ledger.Ledger;
import org.domicile.ledger.LedgerException;
import org.domicile.ledger.LedgerOptions;
import org.domicile.ledger.note.LogSigner;
import org.domicile.plan.Plan;
import org.domicile.plan.SubjectToken;
import org.jspecify.annotations.Nullable;

/**
 * A ledger with many disclosures to the audiences of a plan, as a gateway would have recorded them
 * over {@link #DAYS} days: in sessions, of one table or two, with the people they show, who are so
 * few that no meter has anything to refuse.
 */
final class DisclosureFill {
    static final int DAYS = 30;

    private static final int DISCLOSURES_OF_A_SESSION = 50;
    private static final int DISCLOSURES_A_REFUSAL = 20;
    private static final int COLUMNS = 4;
    private static final int PEOPLE = 80;
    private static final int MAX_PEOPLE_SHOWN = 3;
    private static final int ROWS_OF_A_PERSON = 40;
    private static final int ACCESSORS = 200;
    private static final int REPORTED_EVERY = 50_000;
    private static final String NO_DIGEST = "0".repeat(64);

    private final Ledger ledger;
    private final String plan;
    private final List<Question> questions = new ArrayList<>();
    private final List<byte[]> tokens = new ArrayList<>();
    private final Random random = new Random(1);
    private final AtomicReference<@Nullable LedgerException> failure = new AtomicReference<>();
    private long sequence;

    /** What one audience may ask: for which purpose, and which columns of which tables. */
    private record Question(
            Plan.Audience audience,
            String purpose,
            Map<String, Map<String, String>> columns,
            TreeSet<String> categories) {
        String statement() {
            return "SELECT "
                    + String.join(
                            ", ",
                            columns.values().stream().flatMap(of -> of.keySet().stream()).toList())
                    + " FROM "
                    + String.join(", ", columns.keySet())
                    + " WHERE id = $1";
        }
    }

    private DisclosureFill(Plan plan, Ledger ledger) {
        this.ledger = ledger;
        this.plan = ledger.putDocument(plan.toJson().getBytes(StandardCharsets.UTF_8));
        for (Plan.Audience audience : plan.audiences()) {
            for (String purpose : audience.purposes()) {
                for (Plan.View view : audience.views()) {
                    questions.add(question(plan, audience, purpose, List.of(view)));
                }
                questions.add(question(plan, audience, purpose, audience.views()));
            }
        }
        for (int i = 0; i < PEOPLE; i++) {
            byte[] token = new byte[SubjectToken.TOKEN_BYTES];
            random.nextBytes(token);
            tokens.add(token);
        }
    }

    private static Question question(
            Plan plan, Plan.Audience audience, String purpose, List<Plan.View> views) {
        Map<String, Map<String, String>> columns = new TreeMap<>();
        TreeSet<String> categories = new TreeSet<>();
        for (Plan.View view : views.subList(0, Math.min(2, views.size()))) {
            Plan.Table table = plan.table(view.table()).orElseThrow();
            Map<String, String> shown = new TreeMap<>();
            for (Plan.ViewColumn column :
                    view.columns().subList(0, Math.min(COLUMNS, view.columns().size()))) {
                shown.put(column.name(), column.transform().text());
                if (!table.subjects().isEmpty()) {
                    categories.add(table.column(column.name()).orElseThrow().category());
                }
            }
            columns.put(view.table().toString(), Map.copyOf(shown));
        }
        return new Question(audience, purpose, Map.copyOf(columns), categories);
    }

    /**
     * Makes the ledger.
     *
     * @param directory which is not there yet
     * @param disclosures how many; sessions and refusals come besides
     * @return how many entries it has
     */
    static long make(
            Path directory,
            LogSigner signer,
            Plan plan,
            long disclosures,
            Consumer<String> progress) {
        Instant begin = Instant.now().minus(Duration.ofDays(DAYS));
        AtomicReference<Instant> now = new AtomicReference<>(begin);
        LedgerOptions options = LedgerOptions.defaults().withClock(now::get);
        try (Ledger ledger = Ledger.open(directory, signer, options)) {
            DisclosureFill fill = new DisclosureFill(plan, ledger);
            ledger.append(
                    new Fact.PolicyApplied(1, fill.plan, NO_DIGEST), Map.of("roster", NO_DIGEST));
            for (long i = 0; i < disclosures; i++) {
                if (i % REPORTED_EVERY == 0) {
                    progress.accept(
                            String.format(Locale.ROOT, "%,d of %,d disclosures", i, disclosures));
                }
                now.set(begin.plusSeconds(Duration.ofDays(DAYS).toSeconds() * i / disclosures));
                fill.disclose(i);
            }
            return ledger.checkpoint().size();
        }
    }

    private void disclose(long number) {
        String session = "%032x".formatted(number / DISCLOSURES_OF_A_SESSION);
        // One session is of one audience; in it a few questions are asked again and again.
        int theirs = (int) (number / DISCLOSURES_OF_A_SESSION % questions.size());
        Question question = questions.get(theirs);
        Map<String, String> who = new HashMap<>();
        who.put("accessor", "analyst_" + number / DISCLOSURES_OF_A_SESSION % ACCESSORS);
        if (number % DISCLOSURES_OF_A_SESSION == 0) {
            sequence = 0;
            append(
                    new Fact.SessionOpened(
                            session, sequence++, plan, question.audience().counterparty()),
                    who);
        }
        who.put("sql", question.statement().replace("$1", Long.toString(number)));
        if (number % DISCLOSURES_A_REFUSAL == 0) {
            append(
                    new Fact.Refusal(
                            session,
                            sequence++,
                            plan,
                            question.audience().counterparty(),
                            null,
                            null,
                            "42501",
                            "purpose-unset",
                            question.statement()),
                    who);
        }
        append(disclosure(session, question, who), who);
    }

    private Fact disclosure(String session, Question question, Map<String, String> who) {
        int people = question.categories().isEmpty() ? 0 : 1 + random.nextInt(MAX_PEOPLE_SHOWN);
        Map<String, Long> counts = new HashMap<>();
        question.categories().forEach(category -> counts.put(category, (long) people));
        if (people > 0) {
            int first = random.nextInt(PEOPLE - people);
            byte[] shown = new byte[people * SubjectToken.TOKEN_BYTES];
            for (int i = 0; i < people; i++) {
                System.arraycopy(
                        tokens.get(first + i),
                        0,
                        shown,
                        i * SubjectToken.TOKEN_BYTES,
                        SubjectToken.TOKEN_BYTES);
            }
            who.put("subjects", Base64.getUrlEncoder().withoutPadding().encodeToString(shown));
        }
        long rows = 1L + random.nextInt(ROWS_OF_A_PERSON);
        return new Fact.Disclosure(
                session,
                sequence++,
                plan,
                question.audience().counterparty(),
                question.audience().name(),
                question.purpose(),
                Fact.Shape.SELECT,
                question.columns(),
                new Fact.Subjects(counts, Map.of()),
                question.statement(),
                0,
                true,
                rows,
                rows * 64L);
    }

    private void append(Fact fact, Map<String, String> fields) {
        while (!ledger.append(fact, fields, listener)) {
            LockSupport.parkNanos(100_000);
        }
        LedgerException failed = failure.get();
        if (failed != null) {
            throw failed;
        }
    }

    private final AppendListener listener =
            new AppendListener() {
                @Override
                public void durable(long index) {}

                @Override
                public void failed(LedgerException reason) {
                    failure.compareAndSet(null, reason);
                }
            };
}
