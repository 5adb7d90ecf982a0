package org.domicile.gateway.gate;

import java.util.List;
import java.util.Map;
import org.domicile.plan.Plan;
import org.domicile.plan.RelationName;
import org.domicile.plan.Transform;

/** A small audience to judge against; {@code users.passport} and {@code payments} are hidden. */
public final class Fixture {
    public static final String SCHEMA = "dom_analysts_v7";

    public static final Plan.Audience AUDIENCE =
            new Plan.Audience(
                    "analysts",
                    "parent",
                    List.of("analytics"),
                    List.of(
                            view("users", "id", "handle", "email", "birth_date", "country"),
                            view("videos", "id", "user_id", "title", "length"),
                            view("views", "user_id", "video_id", "at")));

    /** In another order than the plan's, which sorts them. */
    static final Map<String, List<String>> COLUMNS =
            Map.of(
                    "users", List.of("id", "handle", "email", "birth_date", "country"),
                    "videos", List.of("id", "user_id", "title", "length"),
                    "views", List.of("user_id", "video_id", "at"));

    static final GateContext CONTEXT =
            new GateContext(
                    AUDIENCE,
                    SCHEMA,
                    Map.of(
                            "users", List.of("id"),
                            "videos", List.of("user_id"),
                            "views", List.of("user_id")),
                    COLUMNS,
                    18);

    private Fixture() {}

    private static Plan.View view(String table, String... columns) {
        return new Plan.View(
                new RelationName("app", table),
                java.util.Arrays.stream(columns)
                        .map(column -> new Plan.ViewColumn(column, transform(column)))
                        .toList());
    }

    private static Transform transform(String column) {
        return switch (column) {
            case "id", "user_id" -> new Transform.Pseudonym();
            case "email" -> new Transform.Redact();
            case "birth_date" -> new Transform.Generalise(Transform.Generalise.Unit.YEAR);
            default -> new Transform.Show();
        };
    }
}
