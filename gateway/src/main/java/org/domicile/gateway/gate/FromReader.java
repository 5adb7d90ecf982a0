package org.domicile.gateway.gate;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.domicile.plan.Plan;
import org.domicile.plan.StoreNames;
import org.domicile.plan.Transform;
import org.jspecify.annotations.Nullable;

/** Reads one element of FROM that is a view of the audience's, or the columns of any. */
final class FromReader {
    private FromReader() {}

    /** The view a RangeVar names, or null where it is none with subject keys. */
    static Plan.@Nullable View personView(JsonNode range, GateContext context) {
        String schema = range.path("schemaname").asText("");
        String name = range.path("relname").asText();
        Plan.Audience audience = context.audience();
        boolean own =
                range.has("schemaname") ? schema.equals(context.schema()) : !name.startsWith("pg_");
        return audience == null || !own || !context.subjects().containsKey(name)
                ? null
                : audience.view(name).orElse(null);
    }

    /** What {@code FROM view} gives; null where its alias hides which column is which. */
    static FromNode.@Nullable Item item(JsonNode range, Plan.View view, GateContext context) {
        String name = view.table().name();
        List<String> original = context.columns().get(name);
        List<String> renamed = original;
        JsonNode alias = range.path("alias");
        if (!alias.path("colnames").isEmpty()) {
            renamed = renamed(original, alias.path("colnames"));
            if (renamed == null || original == null) {
                return null;
            }
        }
        List<HiddenColumn> hidden = new ArrayList<>();
        boolean widened = false;
        for (String key : context.subjects().getOrDefault(name, List.of())) {
            Transform transform = view.column(key).map(Plan.ViewColumn::transform).orElse(null);
            String visible = key;
            if (transform != null && original != null && renamed != null) {
                int index = original.indexOf(key);
                visible = index < 0 ? null : renamed.get(index);
                String shown = visible;
                if (shown == null
                        || renamed.stream().filter(column -> column.equals(shown)).count() > 1) {
                    return null;
                }
            }
            boolean show = transform instanceof Transform.Show;
            boolean tellsApart = show || transform instanceof Transform.Pseudonym;
            widened |= !show;
            hidden.add(
                    new HiddenColumn(
                            new Subjects.Hidden(
                                    view.table(),
                                    key,
                                    show ? Subjects.Form.KEY : Subjects.Form.TOKEN),
                            show && visible != null ? visible : StoreNames.subjectColumn(key),
                            tellsApart ? visible : null));
        }
        return new FromNode.Item(
                range, alias.path("aliasname").asText(name), renamed, hidden, widened, true);
    }

    /** Names after an alias's column list; null where they or their number are not known. */
    static @Nullable List<String> renamed(@Nullable List<String> names, JsonNode colnames) {
        List<String> list = Tree.strings(colnames);
        if (list.isEmpty() || names == null) {
            return list.isEmpty() ? names : null;
        }
        if (list.size() > names.size()) {
            return null;
        }
        List<String> renamed = new ArrayList<>(list);
        renamed.addAll(names.subList(list.size(), names.size()));
        return renamed;
    }

    /** What a result column is called, or null where that takes more than its text. */
    static @Nullable String name(JsonNode target) {
        return target.has("name") ? target.path("name").asText() : implied(target.path("val"));
    }

    private static @Nullable String implied(JsonNode value) {
        if (value.isEmpty()) {
            return null;
        }
        String type = Tree.typed(value).getKey();
        JsonNode fields = Tree.typed(value).getValue();
        List<String> names =
                switch (type) {
                    case "ColumnRef" -> Tree.strings(fields.path("fields"));
                    case "FuncCall" -> Tree.strings(fields.path("funcname"));
                    default -> List.of();
                };
        if (type.equals("TypeCast")) {
            return implied(fields.path("arg"));
        }
        return names.isEmpty() ? null : names.get(names.size() - 1);
    }
}
