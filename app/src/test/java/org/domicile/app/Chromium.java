package org.domicile.app;

import java.io.File;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.WebDriverException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.logging.LogType;

/**
 * A headless Chromium with a profile of its own, in which somebody uses a console. It is the
 * system's, as Debian's {@code chromium} and {@code chromium-driver} bring it; nothing is
 * downloaded, and no other host than this one is ever resolved.
 */
final class Chromium implements AutoCloseable {
    private static final String BROWSER = "chromium";
    private static final String DRIVER = "chromedriver";
    private static final int HEIGHT = 900;

    /** Narrower than this is a phone. */
    private static final int PHONE_WIDTH = 600;

    /** For a machine that does much else besides. */
    private static final Duration SCRIPT_TIMEOUT = Duration.ofMinutes(2);

    final ChromeDriver driver;
    private final URI console;

    private Chromium(URI console, ChromeDriver driver) {
        this.console = console;
        this.driver = driver;
    }

    /** Skips or fails, where the two programs are not installed. */
    static void require() {
        Shell.require("Chromium", BROWSER, "--version");
        Shell.require("Chromium's driver", DRIVER, "--version");
    }

    static Chromium start(URI console) {
        return start(console, Map.of());
    }

    /** With preferences as its settings have them. */
    static Chromium start(URI console, Map<String, Object> preferences) {
        ChromeOptions options = new ChromeOptions();
        options.setBinary(program(BROWSER));
        options.addArguments(
                "--headless=new",
                "--disable-dev-shm-usage",
                "--disable-background-networking",
                "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost",
                "--force-color-profile=srgb",
                "--hide-scrollbars",
                "--lang=en");
        if (System.getProperty("user.name").equals("root")) {
            options.addArguments("--no-sandbox"); // there is none for root
        }
        options.setCapability("goog:loggingPrefs", Map.of(LogType.BROWSER, "ALL"));
        options.setExperimentalOption("prefs", preferences);
        ChromeDriverService service =
                new ChromeDriverService.Builder()
                        .usingDriverExecutable(program(DRIVER))
                        .usingAnyFreePort()
                        .build();
        ChromeDriver driver = new ChromeDriver(service, options);
        driver.manage().timeouts().scriptTimeout(SCRIPT_TIMEOUT);
        return new Chromium(console, driver);
    }

    private static File program(String name) {
        return Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow()
                .toFile();
    }

    /** Opens a page of the console. */
    void open(String address) {
        driver.get(console.resolve(address).toString());
    }

    /** Signs in anew, as somebody else than before. */
    void signIn(String name, String password) {
        driver.manage().deleteAllCookies();
        open("/sign-in");
        driver.findElement(By.id("name")).sendKeys(name);
        driver.findElement(By.id("password")).sendKeys(password);
        submit(By.cssSelector("form[action='/sign-in'] button"));
    }

    /** Chooses at the foot of the page that is open. */
    void prefer(String language, String theme) {
        for (String option :
                List.of("language] option[value=" + language, "theme] option[value=" + theme)) {
            driver.findElement(By.cssSelector(".preferences select[name=" + option + "]")).click();
        }
        submit(By.cssSelector(".preferences button"));
    }

    /** Presses a button that brings another page, and waits until that page is there. */
    void submit(By button) {
        WebElement before = driver.findElement(By.tagName("html"));
        driver.findElement(button).click();
        long untilNanos = System.nanoTime() + SCRIPT_TIMEOUT.toNanos();
        while (!isGone(before)) {
            if (System.nanoTime() > untilNanos) {
                throw new AssertionError(button + " brings no other page");
            }
        }
    }

    private static boolean isGone(WebElement element) {
        try {
            var _ = element.isEnabled();
            return false;
        } catch (WebDriverException e) {
            // Stale, or, in the middle of the change, "does not belong to the document".
            return true;
        }
    }

    /** As wide as a desk's or a phone's screen. */
    void width(int width) {
        driver.manage().window().setSize(new Dimension(Math.max(width, PHONE_WIDTH), HEIGHT));
        driver.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of(
                        "width",
                        width,
                        "height",
                        HEIGHT,
                        "deviceScaleFactor",
                        1,
                        "mobile",
                        width < PHONE_WIDTH));
    }

    /** Keys, for whatever has the focus. */
    void press(CharSequence keys) {
        new Actions(driver).sendKeys(keys).perform();
    }

    /** What a script in the page gives back. */
    Object ask(String script) {
        Object answer = driver.executeScript(script);
        if (answer == null) {
            throw new AssertionError("the page says nothing to: " + script);
        }
        return answer;
    }

    /** What a script counts, or measures. */
    long number(String script) {
        return ((Number) ask(script)).longValue();
    }

    /** What it wrote to its console since it was asked last: errors, and what a policy forbade. */
    List<String> complaints() {
        return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
                .map(entry -> entry.getLevel() + " " + entry.getMessage())
                .toList();
    }

    /** The whole page as a picture, at most so high. */
    byte[] picture(String format, int quality, int maxHeight) {
        long width = number("return document.documentElement.clientWidth");
        long height = number("return document.documentElement.scrollHeight");
        Map<String, Object> picture =
                driver.executeCdpCommand(
                        "Page.captureScreenshot",
                        Map.of(
                                "format",
                                format,
                                "quality",
                                quality,
                                "captureBeyondViewport",
                                true,
                                "clip",
                                Map.of(
                                        "x", 0,
                                        "y", 0,
                                        "width", width,
                                        "height", Math.min(height, maxHeight),
                                        "scale", 1)));
        return Base64.getDecoder().decode(String.valueOf(picture.get("data")));
    }

    @Override
    public void close() {
        driver.quit();
    }
}
