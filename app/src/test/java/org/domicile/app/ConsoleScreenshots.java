package org.domicile.app;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.domicile.console.access.Door;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Takes the pictures of {@code docs/console.md}: every page as an overseer sees it, wide and light,
 * narrow and dark. No part of the build; {@code docs/console/shoot} runs it.
 */
class ConsoleScreenshots {
    private static final String FORMAT = System.getProperty("domicile.pictures.format", "webp");
    private static final Path FOLDER =
            Project.root().resolve(System.getProperty("domicile.pictures.folder", "docs/console"));
    private static final int QUALITY = 80;

    /** How much of a long page there is in its picture. */
    private static final int MAX_HEIGHT = 2_000;

    /** Charts are drawn when the page is there. */
    private static final int DRAWN_MILLIS = 300;

    private static final String FIRST_PAINT =
            "return Math.round(performance.getEntriesByName('first-contentful-paint')[0].startTime)";

    @TempDir Path directory;

    private record View(int width, String theme) {}

    @Test
    void shoot() throws Exception {
        try (LivelyDemo lively = LivelyDemo.start(directory);
                Chromium browser = Chromium.start(lively.demo.console())) {
            browser.signIn("overseer", lively.demo.password("overseer"));
            for (View view : List.of(new View(1280, "light"), new View(390, "dark"))) {
                browser.prefer("en", view.theme());
                browser.width(view.width());
                for (Door door : Door.values()) {
                    if (door.kind() == Door.Kind.PAGE) {
                        shoot(browser, view, door, lively.address(door));
                    }
                }
            }
        }
    }

    private static void shoot(Chromium browser, View view, Door door, String address)
            throws Exception {
        browser.open(address);
        Thread.sleep(DRAWN_MILLIS);
        byte[] picture = browser.picture(FORMAT, QUALITY, MAX_HEIGHT);
        String name = door.name().toLowerCase(Locale.ROOT).replace('_', '-') + "-" + view.width();
        Files.write(FOLDER.resolve(name + "." + FORMAT), picture);
        System.out.printf(
                "%-22s first paint after %3d ms, picture of %3d kB%n",
                name, browser.number(FIRST_PAINT), picture.length / 1_000);
    }
}
