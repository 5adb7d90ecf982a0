package org.domicile.control.access;

import com.cedarpolicy.model.exception.CacheException;
import com.cedarpolicy.model.schema.Schema;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The schema that {@code access.cedar} is validated against, in Cedar's own schema language. */
public final class AccessSchema {
    private AccessSchema() {}

    /** Its text. */
    public static String text() {
        try (InputStream in = AccessSchema.class.getResourceAsStream("access.cedarschema")) {
            if (in == null) {
                throw new IllegalStateException("the schema is part of this program");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the schema of access.cedar", e);
        }
    }

    /** It, parsed once. */
    static Schema parsed() {
        return Parsed.SCHEMA;
    }

    private static Schema read() throws CacheException {
        Schema schema = new Schema(Schema.JsonOrCedar.Cedar, Optional.empty(), Optional.of(text()));
        schema.cache();
        return schema;
    }

    private static final class Parsed {
        static final Schema SCHEMA = NativeCedar.call(AccessSchema::read);
    }
}
