package org.domicile.console.web;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.domicile.console.access.Door;
import org.domicile.console.page.Disclosures;
import org.domicile.console.page.Requests;

/** The addresses of pages about one thing. */
public final class Addresses {
    private Addresses() {}

    public static String entry(String jurisdiction, long entry) {
        return Door.DISCLOSURES.path() + "/" + encoded(jurisdiction) + "/" + entry;
    }

    public static String request(Requests.Line line) {
        return Door.REQUESTS.path()
                + "/"
                + encoded(line.jurisdiction())
                + "/"
                + encoded(line.request());
    }

    public static String person(String id) {
        return Door.PEOPLE.path() + "/" + encoded(id);
    }

    /** The page after this one. */
    public static String next(Disclosures page) {
        Disclosures.Filter filter = page.filter();
        return Door.DISCLOSURES.path()
                + "?jurisdiction="
                + encoded(filter.jurisdiction())
                + "&type="
                + encoded(filter.type())
                + "&counterparty="
                + encoded(filter.counterparty())
                + "&purpose="
                + encoded(filter.purpose())
                + "&table="
                + encoded(filter.table())
                + "&from="
                + encoded(filter.from())
                + "&to="
                + encoded(filter.to())
                + "&before="
                + page.next();
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
