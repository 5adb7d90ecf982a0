package org.domicile.console.web;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.domicile.console.page.Overview;

/**
 * Where the overview's picture has what: jurisdictions on the left, counterparties on the right, a
 * line for each flow, thicker with more.
 */
public record Flows(
        int width, int height, List<Node> places, List<Node> parties, List<Line> lines) {
    public static final int NODE_WIDTH = 180;
    public static final int NODE_HEIGHT = 44;

    private static final int WIDTH = 900;
    private static final int STEP = 70;
    private static final int MARGIN = 16;
    private static final int BASE_LINE = 5;
    private static final int MAX_LINE = 14;

    /** A box with a name. */
    public record Node(String name, int x, int y, boolean isCovered) {
        public int textX() {
            return x + NODE_WIDTH / 2;
        }

        public int textY() {
            return y + NODE_HEIGHT / 2 + BASE_LINE;
        }
    }

    /** A flow, as an SVG path. */
    public record Line(String path, int width) {}

    public static Flows of(Overview overview) {
        Map<String, Node> places = new LinkedHashMap<>();
        overview.places()
                .forEach(place ->
                        places.put(
                                place.name(),
                                new Node(place.name(), MARGIN, y(places.size()), false)));
        Map<String, Node> parties = new LinkedHashMap<>();
        long most = 1;
        for (Overview.Flow flow : overview.flows()) {
            most = Math.max(most, flow.disclosures());
            int right = WIDTH - NODE_WIDTH - MARGIN;
            if (!parties.containsKey(flow.to())) {
                parties.put(
                        flow.to(), new Node(flow.to(), right, y(parties.size()), flow.isCovered()));
            }
        }
        List<Line> lines = new ArrayList<>();
        for (Overview.Flow flow : overview.flows()) {
            Node from = places.get(flow.from());
            Node to = parties.get(flow.to());
            if (from != null && to != null) {
                lines.add(line(from, to, flow.disclosures(), most));
            }
        }
        int rows = Math.max(places.size(), parties.size());
        return new Flows(
                WIDTH, y(rows), List.copyOf(places.values()), List.copyOf(parties.values()), lines);
    }

    private static Line line(Node from, Node to, long disclosures, long most) {
        int x1 = from.x() + NODE_WIDTH;
        int y1 = from.y() + NODE_HEIGHT / 2;
        int x2 = to.x();
        int y2 = to.y() + NODE_HEIGHT / 2;
        int middle = (x1 + x2) / 2;
        return new Line(
                "M%d %d C%d %d %d %d %d %d".formatted(x1, y1, middle, y1, middle, y2, x2, y2),
                (int) Math.max(1, disclosures * MAX_LINE / most));
    }

    private static int y(int row) {
        return MARGIN + row * STEP;
    }
}
