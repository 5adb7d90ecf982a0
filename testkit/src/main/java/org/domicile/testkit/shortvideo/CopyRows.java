package org.domicile.testkit.shortvideo;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** Rows in PostgreSQL's COPY text format, written in batches. */
final class CopyRows {
    private static final int BATCH_CHARACTERS = 32_768;
    private static final long ROWS_PER_REPORT = 10_000;

    private final OutputStream out;
    private final LongConsumer progress;
    private final StringBuilder batch = new StringBuilder(BATCH_CHARACTERS + 4096);
    private long rows;

    CopyRows(OutputStream out, LongConsumer progress) {
        this.out = out;
        this.progress = progress;
    }

    /**
     * Adds a row; null stands for SQL's null, and every other value is written as its text, which
     * is in the form PostgreSQL reads.
     */
    void row(@Nullable Object... values) throws IOException {
        for (int i = 0; i < values.length; i++) {
            if (i > 0) {
                batch.append('\t');
            }
            Object value = values[i];
            if (value == null) {
                batch.append("\\N");
            } else if (value instanceof String text) {
                escaped(text);
            } else {
                batch.append(value);
            }
        }
        batch.append('\n');
        rows++;
        if (rows % ROWS_PER_REPORT == 0) {
            progress.accept(rows);
        }
        if (batch.length() >= BATCH_CHARACTERS) {
            flush();
        }
    }

    private void escaped(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '\\' -> batch.append("\\\\");
                case '\t' -> batch.append("\\t");
                case '\n' -> batch.append("\\n");
                case '\r' -> batch.append("\\r");
                default -> batch.append(c);
            }
        }
    }

    /** Writes what is left and reports the final count. */
    void finish() throws IOException {
        flush();
        progress.accept(rows);
    }

    private void flush() throws IOException {
        out.write(batch.toString().getBytes(StandardCharsets.UTF_8));
        batch.setLength(0);
    }
}
