package org.domicile.policy.store;

import java.util.Map;
import java.util.TreeMap;
import org.domicile.plan.StoreNames;

/** The catalogue rows that a plan alone decides, to compare the catalogue with. */
final class ExpectedImage {
    private ExpectedImage() {}

    static Map<StoreImage.Key, String> of(
            StorePlanner.Computation todo, Map<String, Long> versions, int serverVersion) {
        Map<StoreImage.Key, String> rows = new TreeMap<>();
        String membership = StoreRoles.membershipOptions(serverVersion);
        for (AudienceSchema schema : todo.schemas()) {
            String audience = schema.audience().name();
            String role = StoreNames.audienceRole(audience);
            schema.expectedColumns(versions.getOrDefault(audience, 0L))
                    .forEach((name, views) -> {
                        put(rows, "schema", name, "owner", StoreNames.OWNER_ROLE);
                        put(rows, "schema", name, "privileges", role + " USAGE");
                        views.forEach((view, columns) -> {
                            String object = name + "." + view;
                            put(rows, "view", object, "owner", StoreNames.OWNER_ROLE);
                            put(rows, "view", object, "privileges", role + " SELECT");
                            put(rows, "view", object, "columns", columns);
                        });
                    });
            put(rows, "role", role, "attributes", "NOLOGIN");
            put(rows, "role", role, "member of " + StoreSwitch.AUDIENCES_ROLE, membership);
        }
        todo.wanted()
                .logins()
                .forEach((role, audience) -> {
                    put(rows, "role", role, "attributes", todo.wanted().loginAttributes(role));
                    put(
                            rows,
                            "role",
                            role,
                            "member of " + StoreNames.audienceRole(audience),
                            membership);
                    put(
                            rows,
                            "role",
                            role,
                            "settings",
                            StoreRoles.expectedSettings(StoreApplier.schema(versions, audience)));
                });
        return rows;
    }

    private static void put(
            Map<StoreImage.Key, String> rows,
            String kind,
            String object,
            String property,
            String value) {
        rows.put(new StoreImage.Key(kind, object, property), value);
    }
}
