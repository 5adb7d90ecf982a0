package org.domicile.gateway.disclosure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Map;
import org.domicile.gateway.wire.ErrorFields;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StoreErrorsTest {
    private static final String CANARY = "alice@example.org";

    private static ErrorFields everyField(String sqlState, String message) {
        Map<Character, String> fields = new LinkedHashMap<>();
        for (char field : "SVMDHPpqWstcdnFLR".toCharArray()) {
            fields.put(field, CANARY);
        }
        fields.put('V', "ERROR");
        fields.put('C', sqlState);
        fields.put('M', message);
        fields.put('H', "a hint");
        fields.put('P', "1");
        fields.put('R', "a_routine");
        return new ErrorFields(fields);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "22P02",
                "22999",
                "23505",
                "P0001",
                "XX000",
                "58030",
                "21000",
                "38000",
                "HV000",
                "01000",
                "F0000",
                "ZZZZZ",
                "53200",
                "nonsense"
            })
    void noTextOfTheStorePassesByDefault(String sqlState) {
        ErrorFields shown =
                StoreErrors.forClient(everyField(sqlState, "the value is " + CANARY), "a");
        assertThat(shown.fields().toString()).doesNotContain(CANARY).doesNotContain("the value");
        assertThat(shown.field('H')).contains("custodian");
    }

    @ParameterizedTest
    @ValueSource(strings = {"42601", "42P01", "42703", "25P02", "26000", "40001", "57014", "0A000"})
    void listedClassesKeepTheirMessageAndNoOtherText(String sqlState) {
        ErrorFields shown = StoreErrors.forClient(everyField(sqlState, "a message"), "a");
        assertThat(shown.field('M')).isEqualTo("a message");
        assertThat(shown.sqlState()).isEqualTo(sqlState);
        assertThat(shown.fields().toString()).doesNotContain(CANARY);
    }

    @ParameterizedTest
    @ValueSource(strings = {"00000", "01000", "22P02", "P0001", "42P07"})
    void noticesDoNotPass(String sqlState) {
        assertThat(StoreErrors.noticePasses(everyField(sqlState, CANARY))).isFalse();
    }
}
