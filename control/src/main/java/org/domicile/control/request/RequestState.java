package org.domicile.control.request;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.domicile.ledger.Fact;
import org.domicile.ledger.note.VerifierKey;

/** Where a request stands, once all that is known of it was checked. */
public sealed interface RequestState {
    /** The request's digest. */
    String digest();

    /** One word for it. */
    String word();

    /** What the ledger says of a grant that was in force and now is not; nothing while it is. */
    default Optional<Fact.GrantEnded> endOfGrant() {
        return switch (this) {
            case Approved _ -> Optional.empty();
            case Ended _, Denied _, Expired _ -> Optional.of(new Fact.GrantEnded(digest(), word()));
            case Refused _, Open _ ->
                    Optional.of(new Fact.GrantEnded(digest(), Fact.GrantEnded.UNAPPROVED));
        };
    }

    /**
     * An entry that does not count.
     *
     * @param by who is said to have made it
     */
    record Discounted(String by, String why) {}

    /** It is not what its requester signed, or may not be asked for. */
    record Refused(String digest, String why) implements RequestState {
        @Override
        public String word() {
            return "refused";
        }
    }

    /** A request that is genuine. */
    sealed interface Genuine extends RequestState {
        Request request();

        /** Decisions and ends that do not count. */
        List<Discounted> discounted();

        @Override
        default String digest() {
            return request().digest();
        }
    }

    /**
     * Waits for approvals.
     *
     * @param approved those who agreed so far
     * @param needed how many have to agree yet, at least
     * @param lacks what is missing besides, in words; empty for nothing
     */
    record Open(
            Request request,
            List<String> approved,
            int needed,
            String lacks,
            List<Discounted> discounted)
            implements Genuine {
        public Open {
            approved = List.copyOf(approved);
            discounted = List.copyOf(discounted);
        }

        @Override
        public String word() {
            return "open";
        }
    }

    /** An approval that counts. */
    record Approval(VerifierKey key, SignedAct act) {}

    /**
     * Two who are independent agreed: its grant is to be in force.
     *
     * @param approvals by approver, all that count
     */
    record Approved(
            Request request, SortedMap<String, Approval> approvals, List<Discounted> discounted)
            implements Genuine {
        public Approved {
            approvals = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(approvals));
            discounted = List.copyOf(discounted);
        }

        @Override
        public String word() {
            return "approved";
        }

        /** What the ledger says when the grant comes into force. */
        public Fact.GrantOpened fact() {
            Map<String, String> notes = new TreeMap<>();
            approvals
                    .values()
                    .forEach(approval ->
                            notes.put(approval.key().text(), approval.act().noteText()));
            return new Fact.GrantOpened(
                    request.isBreakGlass(),
                    digest(),
                    request.grant().audience(),
                    request.counterparty(),
                    request.purpose(),
                    request.until(),
                    notes);
        }

        /** What the entry of {@link #fact} keeps beside it. */
        public Map<String, String> privateValues() {
            return Map.of("by", String.join(" ", approvals.keySet()), "request", request.toJson());
        }
    }

    /** Somebody who may said no; one is enough. */
    record Denied(Request request, String by, List<Discounted> discounted) implements Genuine {
        public Denied {
            discounted = List.copyOf(discounted);
        }

        @Override
        public String word() {
            return "denied";
        }
    }

    /** Somebody who may ended it, before it was approved or after. */
    record Ended(Request request, String by, SignedAct act, List<Discounted> discounted)
            implements Genuine {
        public Ended {
            discounted = List.copyOf(discounted);
        }

        @Override
        public String word() {
            return "ended";
        }
    }

    /** Its time is over, whether it was approved or not. */
    record Expired(Request request, List<Discounted> discounted) implements Genuine {
        public Expired {
            discounted = List.copyOf(discounted);
        }

        @Override
        public String word() {
            return "expired";
        }
    }
}
