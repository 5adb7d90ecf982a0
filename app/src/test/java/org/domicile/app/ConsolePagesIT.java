package org.domicile.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.domicile.console.access.Door;
import org.domicile.control.organisation.Organisation.Role;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;

/**
 * Every page of the console in a real browser: by axe-core's rules, by keyboard, on a small screen,
 * and without a word in the browser's own console.
 */
@Timeout(300)
class ConsolePagesIT {
    private static final int DESK = 1280;

    /** A phone, and what WCAG 2.2 asks for (1.4.10). */
    private static final List<Integer> NARROW = List.of(390, 320);

    /** Who has which roles in the demo. */
    private static final Map<String, Set<Role>> PEOPLE =
            Map.of(
                    "overseer", Set.of(Role.OVERSEER),
                    "us_owner", Set.of(Role.DATA_OWNER, Role.CUSTODIAN),
                    "us_on_call", Set.of(Role.CUSTODIAN, Role.ON_CALL),
                    "parent_analyst", Set.of());

    /** Notes what is focused from now on, and what does not show it. */
    private static final String WATCH_FOCUS =
            """
            window.focused = new Set();
            window.unseen = [];
            document.addEventListener('focusin', (event) => {
              focused.add(event.target);
              const style = getComputedStyle(event.target);
              const box = event.target.getBoundingClientRect();
              if (style.outlineStyle === 'none' || parseFloat(style.outlineWidth) < 2
                  || box.width === 0 || box.left < 0) {
                unseen.push('no focus to be seen: ' + event.target.outerHTML.slice(0, 200));
              }
            });
            """;

    /** All that can be worked; of radio buttons with one name, a keyboard has only one to go to. */
    private static final String CONTROLS =
            """
            const controls = [...document.querySelectorAll(
                'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]')]
              .filter((control) => control.checkVisibility() && !control.disabled && control.type !== 'radio');
            """;

    private static final String HOW_MANY = CONTROLS + "return controls.length;";
    private static final String MISSED =
            CONTROLS
                    + """
                    return unseen.concat(controls.filter((control) => !focused.has(control))
                      .map((control) => 'not reached by Tab: ' + control.outerHTML.slice(0, 200)));
                    """;

    /** A date is a control with four places to go to. */
    private static final int PLACES_IN_A_DATE = 4;

    @TempDir static Path directory;

    private static LivelyDemo lively;
    private static Chromium browser;
    private static Axe axe;

    @BeforeAll
    static void start() throws Exception {
        Shell.assumePsql();
        Chromium.require();
        axe = Axe.load();
        lively = LivelyDemo.start(directory);
        browser = Chromium.start(lively.demo.console());
    }

    @AfterAll
    static void stop() {
        if (browser != null) {
            browser.close();
        }
        if (lively != null) {
            lively.close();
        }
    }

    @AfterEach
    void theBrowserHadNothingToComplainOf() {
        assertThat(browser.complaints()).isEmpty();
    }

    private static void signIn(String person) throws Exception {
        browser.signIn(person, lively.demo.password(person));
    }

    private static Set<Role> roles(String person) {
        Set<Role> roles = PEOPLE.get(person);
        if (roles == null) {
            throw new AssertionError(person);
        }
        return roles;
    }

    /** The pages that somebody with these roles may read. */
    private static List<String> pages(Set<Role> roles) throws Exception {
        List<String> addresses = new ArrayList<>();
        for (Door door : Arrays.asList(Door.values())) {
            if (door.kind() == Door.Kind.PAGE && door.admits(roles)) {
                addresses.add(lively.address(door));
            }
        }
        return addresses;
    }

    @ParameterizedTest
    @CsvSource({
        "overseer, en, light",
        "overseer, fr, dark",
        "us_owner, fr, light",
        "us_on_call, en, dark",
        "parent_analyst, en, light"
    })
    void everyPageIsForEverybody(String person, String language, String theme) throws Exception {
        signIn(person);
        browser.prefer(language, theme);
        browser.width(DESK);
        Map<String, List<String>> found = new TreeMap<>();
        for (String page : pages(roles(person))) {
            browser.open(page);
            assertThat(browser.ask("return document.documentElement.lang")).isEqualTo(language);
            assertThat(browser.ask("return document.documentElement.dataset.theme"))
                    .isEqualTo(theme);
            found.put(page, axe.violations(browser));
        }
        found.values().removeIf(List::isEmpty);
        assertThat(found).isEmpty();
    }

    @Test
    void soIsThePageBeforeTheSignInAndOneThatIsNotThere() throws Exception {
        browser.driver.manage().deleteAllCookies();
        browser.open("/sign-in");
        assertThat(axe.violations(browser)).isEmpty();
        signIn("overseer");
        browser.open("/people/nobody_here");
        assertThat(axe.violations(browser)).isEmpty();
        assertThat(browser.complaints()).singleElement().asString().contains("404");
    }

    @Test
    void soIsWhatFormsBring() throws Exception {
        signIn("overseer");
        browser.open(lively.address(Door.DISCLOSURE));
        browser.submit(By.cssSelector("form[action$='/body'] button"));
        assertThat(browser.driver.getPageSource()).contains("parent_analyst");
        assertThat(axe.violations(browser)).isEmpty();
        for (String column : List.of("", "public.users/email")) {
            browser.open(lively.address(Door.NEW_REQUEST));
            browser.driver.findElement(By.name("purpose")).sendKeys("support");
            browser.driver.findElement(By.name("ticket")).sendKeys("CASE-1");
            browser.driver.findElement(By.name("subjects")).sendKeys("17");
            if (!column.isEmpty()) {
                browser.driver.findElement(By.cssSelector("[value='" + column + "']")).click();
            }
            browser.submit(By.cssSelector("main form[method=post] button"));
            assertThat(browser.driver.findElements(By.cssSelector("[role=alert]")))
                    .hasSize(column.isEmpty() ? 1 : 0);
            assertThat(axe.violations(browser)).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({"en, light", "fr, dark"})
    void noPageScrollsSideways(String language, String theme) throws Exception {
        signIn("overseer");
        browser.prefer(language, theme);
        for (int width : NARROW) {
            browser.width(width);
            for (String page : pages(roles("overseer"))) {
                browser.open(page);
                assertThat(browser.number("return document.documentElement.scrollWidth"))
                        .as(page + " at " + width)
                        .isLessThanOrEqualTo(width);
            }
        }
    }

    @Test
    void everythingIsReachedByKeyboard() throws Exception {
        signIn("overseer");
        browser.width(DESK);
        Map<String, List<?>> found = new TreeMap<>();
        for (String page : pages(roles("overseer"))) {
            browser.open(page);
            browser.driver.executeScript(WATCH_FOCUS);
            long dates =
                    browser.number("return document.querySelectorAll('input[type=date]').length");
            long stops = browser.number(HOW_MANY) + dates * PLACES_IN_A_DATE;
            browser.press(Keys.TAB.toString().repeat((int) stops));
            found.put(page, (List<?>) browser.ask(MISSED));
        }
        found.values().removeIf(List::isEmpty);
        assertThat(found).isEmpty();
    }

    @Test
    void theFirstStopSkipsToTheContent() throws Exception {
        signIn("overseer");
        for (String page : pages(roles("overseer"))) {
            browser.open(page);
            browser.press(Keys.TAB);
            assertThat(browser.ask("return document.activeElement.className")).isEqualTo("skip");
            browser.press(Keys.ENTER);
            assertThat(browser.ask("return document.activeElement.id")).isEqualTo("main");
        }
    }
}
