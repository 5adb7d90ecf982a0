package org.domicile.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BinaryCacheTest {
    @Test
    void unpacksOnceHoweverManyAsk(@TempDir Path directory) throws Exception {
        Callable<Path> unpack = () -> BinaryCache.unpackInto(directory);
        try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
            List<Future<Path>> both = threads.invokeAll(List.of(unpack, unpack));
            assertThat(both.getFirst().get()).isEqualTo(both.getLast().get());
        }
        try (Stream<Path> entries = Files.list(directory)) {
            assertThat(entries).as("nothing partial is left").hasSize(1);
        }
        PostgresBinaries binaries =
                PostgresBinaries.installed(BinaryCache.unpackInto(directory).resolve("bin"));
        assertThat(binaries.majorVersion()).isEqualTo(18);
    }

    @Test
    void refusesADirectoryWithoutAServer(@TempDir Path directory) {
        assertThatThrownBy(() -> PostgresBinaries.installed(directory))
                .isInstanceOf(TestkitException.class)
                .hasMessageContaining("initdb is missing");
    }
}
