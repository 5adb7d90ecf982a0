package org.domicile.control.request;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import org.domicile.plan.Names;
import org.domicile.plan.Plan;
import org.domicile.plan.PlanFormatException;
import org.domicile.plan.Roster;
import org.domicile.plan.Transform;

/**
 * What somebody asks to be shown besides what the policy shows them: some columns of some people,
 * as they are, until a time. {@code docs/formats/request.md} specifies its document, whose digest
 * names it. Personal data.
 *
 * @param requester the person who asks
 * @param counterparty their employer: who changes to another asks anew
 * @param ticket where the reason is written down; empty for break-glass
 * @param views tables of the jurisdiction's plan, every column as it is
 * @param subjects whose rows, see {@link Roster.Granted}
 * @param until when it ends, in UTC to the second
 * @param filedAt when it was asked for, likewise
 * @param salt 32 hexadecimal digits that nobody can guess, so that the digest tells nobody whose
 *     data it is about
 */
public record Request(
        String requester,
        String counterparty,
        String jurisdiction,
        String purpose,
        String ticket,
        List<Plan.View> views,
        List<String> subjects,
        String until,
        String filedAt,
        String salt) {
    public static final int MAX_TICKET_LENGTH = 255;

    /** For how long break-glass is, from its filing on. */
    public static final Duration LONGEST_BREAK_GLASS = Duration.ofMinutes(60);

    /** Tables that one request may name. */
    public static final int MAX_TABLES = 64;

    /** As a text in another document's text, which is how a ledger's private field has it. */
    public static final int MAX_BYTES = 500_000;

    private static final int SALT_BYTES = 16;
    private static final SecureRandom RANDOM = new SecureRandom();

    public Request {
        Names.requireName("requester", requester, Names.MAX_ACCESSOR_LENGTH);
        Names.requireName("counterparty", counterparty, Names.MAX_NAME_LENGTH);
        Names.requireName("jurisdiction", jurisdiction, Names.MAX_NAME_LENGTH);
        Names.requireName("purpose", purpose, Names.MAX_NAME_LENGTH);
        if ((ticket.isBlank() && !ticket.isEmpty())
                || ticket.length() > MAX_TICKET_LENGTH
                || ticket.codePoints().anyMatch(Request::isUnprintable)) {
            throw new PlanFormatException(
                    "a ticket is at most " + MAX_TICKET_LENGTH + " printable characters");
        }
        views = Names.sortedUnique("table", views, view -> view.table().name());
        if (views.isEmpty() || views.size() > MAX_TABLES) {
            throw new PlanFormatException("a request names 1 to " + MAX_TABLES + " tables");
        }
        for (Plan.View view : views) {
            for (Plan.ViewColumn column : view.columns()) {
                Names.requireIdentifier("column name", column.name());
                if (!(column.transform() instanceof Transform.Show)) {
                    throw new PlanFormatException("a request is for columns as they are");
                }
            }
        }
        subjects = new Roster.Granted("request", salt, subjects).subjects();
        if (subjects.stream().flatMapToInt(String::codePoints).anyMatch(Request::isSurrogate)) {
            throw new PlanFormatException("a subject's key has half a surrogate pair");
        }
        if (!time(filedAt).isBefore(time(until))) {
            throw new PlanFormatException("a request ends after it was filed");
        }
        if (ticket.isEmpty()
                && Duration.between(time(filedAt), time(until)).compareTo(LONGEST_BREAK_GLASS) > 0) {
            throw new PlanFormatException(
                    "without a ticket a request is for "
                            + LONGEST_BREAK_GLASS.toMinutes()
                            + " minutes at most");
        }
    }

    /** A salt for a new request. */
    public static String newSalt() {
        byte[] salt = new byte[SALT_BYTES];
        RANDOM.nextBytes(salt);
        return HexFormat.of().formatHex(salt);
    }

    /** The canonical document. */
    public String toJson() {
        return RequestDocument.write(this);
    }

    /**
     * Reads a canonical document back.
     *
     * @throws PlanFormatException when it is not one, byte for byte
     */
    public static Request fromJson(String json) {
        return RequestDocument.read(json);
    }

    /** Lower-case hexadecimal SHA-256 of {@link #toJson()} in UTF-8. */
    public String digest() {
        return RequestDocument.digest(toJson());
    }

    /** What of it the plan says, once it was approved. */
    public Plan.Grant grant() {
        return new Plan.Grant(digest(), until);
    }

    /** Whether two on-call people of the custodian may take it at once, to be reviewed later. */
    public boolean isBreakGlass() {
        return ticket.isEmpty();
    }

    public Instant end() {
        return time(until);
    }

    /** From its filing on. */
    public Duration duration() {
        return Duration.between(time(filedAt), end());
    }

    /** Names nobody, so that it may appear in a log line. */
    @Override
    public String toString() {
        return "Request[" + jurisdiction + ", " + subjects.size() + " people]";
    }

    /** Reads a time in UTC to the second, as plans have it. */
    static Instant time(String text) {
        return new Plan.Grant("0".repeat(64), text).end();
    }

    static void requireSize(String json) {
        long escaped = json.chars().filter(c -> c == '"' || c == '\\').count();
        if (json.getBytes(StandardCharsets.UTF_8).length + escaped > MAX_BYTES) {
            throw new PlanFormatException(
                    "a request has at most " + MAX_BYTES + " bytes; ask for fewer people at once");
        }
    }

    private static boolean isUnprintable(int c) {
        return Character.isISOControl(c)
                || Character.getType(c) == Character.FORMAT
                || isSurrogate(c);
    }

    private static boolean isSurrogate(int c) {
        return c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE;
    }
}
