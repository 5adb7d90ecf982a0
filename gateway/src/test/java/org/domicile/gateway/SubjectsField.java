package org.domicile.gateway;

import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import org.domicile.plan.SubjectToken;

/** The private field {@code subjects} of an entry, read as {@code docs/formats/entry.md} says. */
public final class SubjectsField {
    private SubjectsField() {}

    /** Its tokens in hexadecimal, sorted; one that stands twice is here twice. */
    public static List<String> tokens(String text) {
        byte[] bytes = Base64.getUrlDecoder().decode(text);
        if (bytes.length % SubjectToken.TOKEN_BYTES != 0) {
            throw new IllegalArgumentException("not whole tokens");
        }
        List<String> tokens = new ArrayList<>();
        for (int i = 0; i < bytes.length; i += SubjectToken.TOKEN_BYTES) {
            tokens.add(HexFormat.of().formatHex(bytes, i, i + SubjectToken.TOKEN_BYTES));
        }
        Collections.sort(tokens);
        return tokens;
    }
}
