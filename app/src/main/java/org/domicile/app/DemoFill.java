package org.domicile.app;

import java.nio.file.Files;
import java.nio.file.Path;
import org.domicile.testkit.shortvideo.ShortVideoData;
import org.jspecify.annotations.Nullable;

/**
 * What the demo's stores are filled with.
 *
 * @param users how many people to make up, where there is no dataset
 * @param dataset the directory of real logs, or null
 */
record DemoFill(int users, @Nullable Path dataset) {
    DemoFill {
        if (dataset != null && !Files.isDirectory(dataset)) {
            throw new CommandFailure(
                    "there is no directory "
                            + dataset
                            + "; without --dataset the demo makes up similar activity");
        }
    }

    ShortVideoData make() {
        return dataset == null
                ? ShortVideoData.madeUp(users, ShortVideoData.DEFAULT_SEED)
                : ShortVideoData.fromDataset(dataset, ShortVideoData.DEFAULT_SEED);
    }

    /** One line that tells two fillings apart, kept with the data. */
    String description() {
        return dataset == null
                ? users + " made-up users"
                : "dataset " + dataset.toAbsolutePath().normalize().getFileName();
    }
}
