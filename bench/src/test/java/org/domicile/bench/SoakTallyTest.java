package org.domicile.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The soak finds what it looks for. */
class SoakTallyTest {
    private final SoakTally tally = new SoakTally();
    private final SoakTally.Recorded recorded = new SoakTally.Recorded();

    @Test
    void anUndisturbedQueryIsRecordedExactly() {
        long tag = tally.newTag();
        tally.heard(tag, 7, true);
        recorded.add("SELECT at FROM impressions WHERE play_time_ms <> -" + tag, 4);
        recorded.add("SELECT at FROM impressions WHERE play_time_ms <> -" + tag, 3);
        assertThat(tally.differences(recorded)).isEmpty();
        recorded.add(
                "DECLARE soak CURSOR FOR SELECT at FROM impressions WHERE play_time_ms <> -" + tag,
                1);
        assertThat(tally.differences(recorded)).singleElement().asString().contains("7 rows, 8");
    }

    @Test
    void aBrokenOffQueryMayBeRecordedBeyondWhatArrived() {
        long tag = tally.newTag();
        tally.heard(tag, 7, false);
        recorded.add("COPY (SELECT at FROM impressions WHERE play_time_ms <> -" + tag, 9);
        assertThat(tally.differences(recorded)).isEmpty();
    }

    @Test
    void i1ARowThatIsNotRecordedIsFound() {
        long tag = tally.newTag();
        tally.heard(tag, 7, false);
        assertThat(tally.differences(recorded)).singleElement().asString().contains("7 rows, 0");
    }

    @Test
    void aLongListIsCutShort() {
        for (int i = 0; i < 30; i++) {
            tally.heard(tally.newTag(), 1, true);
        }
        assertThat(tally.differences(recorded)).hasSize(11).last().asString().contains("20 more");
    }

    @Test
    void growingMemoryIsFound() {
        MemoryProbe.Sample small = new MemoryProbe.Sample(40, 300);
        MemoryProbe.Sample bigHeap = new MemoryProbe.Sample(70, 300);
        MemoryProbe.Sample bigProcess = new MemoryProbe.Sample(40, 500);
        assertThat(MemoryProbe.findings(List.of(small, bigHeap, bigHeap, small))).isEmpty();
        assertThat(MemoryProbe.findings(List.of(small, small, bigHeap, small)))
                .singleElement()
                .asString()
                .startsWith("the heap grew");
        assertThat(MemoryProbe.findings(List.of(small, small, bigProcess, small)))
                .singleElement()
                .asString()
                .startsWith("resident memory grew");
    }

    @Test
    void theHeapIsReadFromJstat() {
        String table =
                """
                    S0C         S1C         S0U         S1U          EC           EU           OC           OU
                  17472.0     17472.0         0.0      1024.0     139776.0       2048.0     349568.0      29696.0
                """;
        assertThat(MemoryProbe.heapMib(table)).isEqualTo(32);
    }
}
