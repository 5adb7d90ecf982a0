package org.domicile.gateway.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.domicile.ledger.Fact;
import org.junit.jupiter.api.Test;

class RenamedColumnsTest {
    private static final String OLD = "SELECT d.daticulocale, 'daticulocale' FROM pg_database d";

    private static List<Judged> of(Fact.Shape shape) {
        return List.of(new Judged(OLD, new Verdict.Query(shape, Map.of(), Subjects.NONE, ""), OLD));
    }

    @Test
    void oldNamesBecomeTheStoresAndLiteralsStay() {
        assertThat(RenamedColumns.forStore(OLD, of(Fact.Shape.CATALOGUE), "18.6 (Debian)"))
                .isEqualTo("SELECT d.datlocale, 'daticulocale' FROM pg_database d");
    }

    @Test
    void nothingChangesForOlderStoresOrOtherStatements() {
        assertThat(RenamedColumns.forStore(OLD, of(Fact.Shape.CATALOGUE), "16.4")).isEqualTo(OLD);
        assertThat(RenamedColumns.forStore(OLD, of(Fact.Shape.SELECT), "18.6")).isEqualTo(OLD);
        assertThat(RenamedColumns.forStore(OLD, List.of(), "devel")).isEqualTo(OLD);
    }
}
