package org.domicile.console.web;

import io.javalin.http.Context;
import org.domicile.console.access.Door;
import org.domicile.console.access.Visitor;
import org.domicile.console.page.NoPageException;
import org.domicile.console.page.Pages;
import org.domicile.console.page.Sql;
import org.domicile.console.page.SqlRun;

/** Statements that are run, for the page and for a file. */
final class SqlPages {
    private static final String CSV = "text/csv; charset=utf-8; header=present";

    private final Guard guard;
    private final Views views;
    private final Pages pages;

    SqlPages(Guard guard, Views views, Pages pages) {
        this.guard = guard;
        this.views = views;
        this.pages = pages;
    }

    void run(Context context) throws NoPageException {
        answer(context, Door.RUN_SQL, false);
    }

    void file(Context context) throws NoPageException {
        answer(context, Door.SQL_FILE, true);
    }

    private void answer(Context context, Door door, boolean isFile) throws NoPageException {
        Visitor visitor = guard.admit(context, door);
        Sql.Form form =
                new Sql.Form(
                        SignInPages.field(context, "jurisdiction"),
                        SignInPages.field(context, "as"),
                        SignInPages.field(context, "statement"));
        switch (pages.runSql(visitor, form, Guard.address(context), isFile)) {
            case SqlRun.Made.Page(Sql page) -> views.page(context, Door.SQL, page);
            case SqlRun.Made.File file ->
                    context.header(
                                    "Content-Disposition",
                                    "attachment; filename=\"" + file.name() + "\"")
                            .contentType(CSV)
                            .result(file.content());
        }
    }
}
