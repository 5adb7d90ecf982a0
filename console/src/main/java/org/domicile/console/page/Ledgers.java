package org.domicile.console.page;

import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import org.domicile.console.site.Jurisdiction;
import org.domicile.console.site.Site;
import org.domicile.ledger.Fact;
import org.domicile.ledger.LedgerDamage;
import org.domicile.ledger.LedgerFiles;
import org.domicile.ledger.SignedCheckpoint;
import org.domicile.ledger.index.Found;
import org.domicile.ledger.index.LedgerIndex;
import org.domicile.ledger.index.Search;
import org.jspecify.annotations.Nullable;

/** Each ledger: how large, signed by whom, and what its witnesses do. All of it is public. */
public record Ledgers(List<Log> logs) {
    /** The newest entries about witnesses that are shown. */
    private static final int WITNESS_ENTRIES = 20;

    /**
     * One log.
     *
     * @param cosigned by each witness that the log has a cosignature of
     * @param last when the newest entry was made; null where there is none
     * @param isSilent whether that is longer ago than a heartbeat may be
     */
    public record Log(
            String jurisdiction,
            String origin,
            String key,
            long size,
            String root,
            List<Cosigned> cosigned,
            @Nullable Instant last,
            boolean isSilent,
            List<WitnessNews> witnesses) {}

    /** What the log said of a witness. */
    public record WitnessNews(long entry, Instant time, String type, @Nullable String reason) {}

    static Ledgers of(Site site, Indexes indexes, Instant now) {
        return new Ledgers(
                site.jurisdictions().stream().map(one -> log(one, indexes, now)).toList());
    }

    private static Log log(Jurisdiction jurisdiction, Indexes indexes, Instant now) {
        SignedCheckpoint newest = jurisdiction.ledger().newestCheckpoint();
        return indexes.ask(
                jurisdiction,
                index -> {
                    Instant last = last(index);
                    return new Log(
                            jurisdiction.name(),
                            newest.checkpoint().origin(),
                            jurisdiction.ledger().verifierKey().text(),
                            newest.size(),
                            HexFormat.of().formatHex(newest.checkpoint().root()),
                            cosigned(jurisdiction, newest),
                            last,
                            isSilent(last, now),
                            witnesses(index));
                });
    }

    static @Nullable Instant last(LedgerIndex index) throws java.io.IOException {
        List<Found> newest = index.search(Search.newest(1));
        return newest.isEmpty() ? null : newest.getFirst().time();
    }

    static boolean isSilent(@Nullable Instant last, Instant now) {
        return last == null
                || Duration.between(last, now).toSeconds() > Fact.Heartbeat.MAX_INTERVAL_SECONDS;
    }

    private static List<Cosigned> cosigned(Jurisdiction jurisdiction, SignedCheckpoint newest)
            throws java.io.IOException {
        try {
            return Cosigned.of(
                    newest,
                    jurisdiction.ledger().verifierKey(),
                    new LedgerFiles(jurisdiction.ledger().directory()));
        } catch (LedgerDamage e) {
            throw new java.io.IOException(e.getMessage(), e);
        }
    }

    private static List<WitnessNews> witnesses(LedgerIndex index) throws java.io.IOException {
        List<WitnessNews> news = new java.util.ArrayList<>();
        for (String type : List.of(Fact.WitnessFound.TYPE, Fact.WitnessLost.TYPE)) {
            Search search =
                    new Search(type, null, null, null, null, null, null, null, WITNESS_ENTRIES);
            for (Found found : index.search(search)) {
                news.add(
                        new WitnessNews(found.index(), found.time(), found.type(), found.reason()));
            }
        }
        news.sort(java.util.Comparator.comparingLong(WitnessNews::entry).reversed());
        return news;
    }
}
