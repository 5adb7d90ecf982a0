package org.domicile.gateway.gate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.regex.Pattern;
import org.domicile.gateway.gate.grammar.GrammarException;
import org.domicile.gateway.gate.grammar.Scanner;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Our lexer and PostgreSQL's scanner cut the same tokens, or both refuse. */
class LexerTest {
    private static final Scanner SCANNER = new Scanner();
    private static final ObjectMapper MAPPER =
            new ObjectMapper(
                    JsonFactory.builder()
                            .enable(JsonReadFeature.ALLOW_UNESCAPED_CONTROL_CHARS)
                            .build());

    /** Pieces that are apt to be cut wrongly where they meet. */
    private static final List<String> PIECES =
            List.of(
                    "'",
                    "''",
                    "\"",
                    "\"\"",
                    "\\",
                    "\\'",
                    "e'",
                    "E'",
                    "b'",
                    "X'",
                    "n'",
                    "N'",
                    "u&'",
                    "U&\"",
                    "u&",
                    "$",
                    "$$",
                    "$a$",
                    "$1",
                    "$12",
                    "$a",
                    "$_b1$",
                    "a",
                    "ab$c",
                    "_x",
                    "é",
                    "日本",
                    "K",
                    "1",
                    "0",
                    "0x",
                    "0x1F",
                    "0b1",
                    "0o7",
                    "1_000",
                    "_",
                    ".",
                    "..",
                    "1.",
                    ".5",
                    "1e5",
                    "1e",
                    "e+1",
                    "E-2",
                    "2147483647",
                    "2147483648",
                    ":",
                    "::",
                    ":=",
                    "=",
                    "=>",
                    "<=",
                    ">=",
                    "<>",
                    "!=",
                    "+",
                    "-",
                    "--",
                    "*",
                    "/",
                    "/*",
                    "*/",
                    "~",
                    "!",
                    "@",
                    "#",
                    "^",
                    "&",
                    "|",
                    "`",
                    "?",
                    "%",
                    "<",
                    ">",
                    "(",
                    ")",
                    "[",
                    "]",
                    ",",
                    ";",
                    "{",
                    "}",
                    " ",
                    "\t",
                    "\n",
                    "\r",
                    "\f",
                    "\u000b",
                    "select",
                    "uescape '!'",
                    "--c\n",
                    "/**/",
                    "0X_1",
                    "0xG",
                    "\\n",
                    "😀",
                    "\u0085",
                    "\u00a0");

    @AfterAll
    static void close() {
        SCANNER.close();
    }

    @Test
    void randomTextsAreCutAsPostgresqlCutsThem() {
        Random random = new Random(20261122);
        int complete = 0;
        for (int i = 0; i < 3_000; i++) {
            StringBuilder text = new StringBuilder();
            int pieces = 1 + random.nextInt(9);
            for (int k = 0; k < pieces; k++) {
                text.append(PIECES.get(random.nextInt(PIECES.size())));
            }
            complete += compare(text.toString()) ? 1 : 0;
        }
        // The generator must not drown in texts that both refuse.
        assertThat(complete).isGreaterThan(1_000);
    }

    @Test
    void theCorpusIsCutAsPostgresqlCutsIt() {
        AttackTest.cases()
                .filter(attack -> attack.sql().indexOf('\0') < 0)
                .forEach(attack -> compare(attack.sql()));
    }

    private static final Pattern PARAMETER_THEN_WORD =
            Pattern.compile("\\$[0-9]+[A-Za-z_\\x{80}-\\x{10ffff}]");

    private static final Set<String> BLANK = Set.of("SQL_COMMENT", "C_COMMENT");

    /** Whether both cut the whole text. */
    private static boolean compare(String text) {
        Lexer.Result ours = Lexer.lex(text);
        if (PARAMETER_THEN_WORD.matcher(text).find()) {
            // libpg_query takes $1OR for two tokens; PostgreSQL since 15, and we, for an error.
            return false;
        }
        List<String> theirs = new ArrayList<>();
        boolean complete = true;
        try {
            for (var token : MAPPER.readTree(SCANNER.scan(text)).path("tokens")) {
                if (!BLANK.contains(token.path("tokenName").asText())) {
                    theirs.add(token.path("start").asInt() + "-" + token.path("end").asInt());
                }
            }
        } catch (GrammarException e) {
            if (String.valueOf(e.getMessage()).contains("Unicode")) {
                // A bad escape inside a string: the scanner looks at values, our lexer does not.
                return false;
            }
            complete = false;
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new AssertionError(text, e);
        }
        assertThat(ours.complete()).as("complete: %s", escaped(text)).isEqualTo(complete);
        if (complete) {
            assertThat(ours.tokens().stream().map(token -> span(text, token)).toList())
                    .as("tokens of %s", escaped(text))
                    .isEqualTo(theirs);
        }
        return complete;
    }

    private static String span(String text, Token token) {
        return bytes(text.substring(0, token.start()))
                + "-"
                + bytes(text.substring(0, token.end()));
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    private static String escaped(String text) {
        return text.replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t");
    }
}
