package org.domicile.console.web;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.domicile.console.page.Overview;

/**
 * Where the overview's picture has what: jurisdictions on the left, counterparties on the right,
 * and a band for each flow, as wide as its share of all that flowed.
 */
public record Flows(
        Size size, int height, List<Place> places, List<Party> parties, List<Band> bands) {
    public static final int BOX_HEIGHT = 74;

    /** How many the style sheet has for counterparties; from there on they come again. */
    public static final int COLOURS = 6;

    private static final int STEP = 92;

    /** How wide all bands of one box may be together, and one of them at least. */
    private static final double MAX_BANDS = 56;

    private static final double MIN_BAND = 1.5;

    /** For a desk, and for a phone; style sheets show one of them. */
    public enum Size {
        WIDE("wide", 1_000, 230, 26),
        NARROW("narrow", 324, 134, 14);

        private final String word;
        private final int width;
        private final int boxWidth;
        private final int letters;

        Size(String word, int width, int boxWidth, int letters) {
            this.word = word;
            this.width = width;
            this.boxWidth = boxWidth;
            this.letters = letters;
        }

        public String word() {
            return word;
        }

        public int width() {
            return width;
        }

        public int boxWidth() {
            return boxWidth;
        }

        /** As much of a name as a box holds; the table beside the picture has all of it. */
        public String fit(String name) {
            return name.length() <= letters ? name : name.substring(0, letters - 1) + "\u2026";
        }
    }

    /** A box's corner at the top left. */
    public record Box(int x, int y) {}

    /** A jurisdiction. */
    public record Place(Overview.Place place, Box box) {}

    /**
     * A counterparty.
     *
     * @param colour which of the colours is its own, here and in the chart
     */
    public record Party(String name, boolean isCovered, long disclosures, int colour, Box box) {}

    /** A flow, as an SVG path. */
    public record Band(String path, String width, int colour) {}

    public static Flows of(Overview overview, Size size) {
        Map<String, Long> totals = new HashMap<>();
        Map<String, Boolean> covered = new TreeMap<>();
        for (Overview.Flow flow : overview.flows()) {
            totals.merge(from(flow), flow.disclosures(), Long::sum);
            totals.merge(to(flow), flow.disclosures(), Long::sum);
            covered.put(flow.to(), flow.isCovered());
        }
        List<Place> places = new ArrayList<>();
        List<Party> parties = new ArrayList<>();
        Map<String, Box> boxes = new HashMap<>();
        for (Overview.Place place : overview.places()) {
            Box box = new Box(0, places.size() * STEP);
            places.add(new Place(place, box));
            boxes.put("from " + place.name(), box);
        }
        covered.forEach((name, isCovered) -> {
            Box box = new Box(size.width() - size.boxWidth(), parties.size() * STEP);
            long disclosures = totals.getOrDefault("to " + name, 0L);
            parties.add(new Party(name, isCovered, disclosures, colour(overview, name), box));
            boxes.put("to " + name, box);
        });
        int rows = Math.max(places.size(), parties.size());
        return new Flows(
                size,
                (rows - 1) * STEP + BOX_HEIGHT,
                places,
                parties,
                bands(overview, size, totals, boxes));
    }

    /** Beside each other where they meet a box, in the order of the flows. */
    private static List<Band> bands(
            Overview overview, Size size, Map<String, Long> totals, Map<String, Box> boxes) {
        double most = totals.values().stream().mapToLong(Long::longValue).max().orElse(1);
        Map<String, Double> widths = new HashMap<>();
        for (Overview.Flow flow : overview.flows()) {
            widths.merge(from(flow), width(flow, most), Double::sum);
            widths.merge(to(flow), width(flow, most), Double::sum);
        }
        Map<String, Double> free = new HashMap<>();
        boxes.forEach((end, box) ->
                free.put(end, box.y() + (BOX_HEIGHT - widths.getOrDefault(end, 0.0)) / 2));
        List<Band> bands = new ArrayList<>();
        for (Overview.Flow flow : overview.flows()) {
            double width = width(flow, most);
            double y1 = free.merge(from(flow), width, Double::sum) - width / 2;
            double y2 = free.merge(to(flow), width, Double::sum) - width / 2;
            int x1 = size.boxWidth();
            int x2 = size.width() - size.boxWidth();
            int middle = (x1 + x2) / 2;
            bands.add(
                    new Band(
                            String.format(
                                    Locale.ROOT,
                                    "M%d %.1fC%d %.1f %d %.1f %d %.1f",
                                    x1,
                                    y1,
                                    middle,
                                    y1,
                                    middle,
                                    y2,
                                    x2,
                                    y2),
                            String.format(Locale.ROOT, "%.1f", width),
                            colour(overview, flow.to())));
        }
        return bands;
    }

    private static double width(Overview.Flow flow, double most) {
        return Math.max(MIN_BAND, MAX_BANDS * flow.disclosures() / most);
    }

    private static int colour(Overview overview, String party) {
        return overview.counterparties().indexOf(party) % COLOURS;
    }

    private static String from(Overview.Flow flow) {
        return "from " + flow.from();
    }

    private static String to(Overview.Flow flow) {
        return "to " + flow.to();
    }
}
