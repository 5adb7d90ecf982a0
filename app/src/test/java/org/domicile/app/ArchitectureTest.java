package org.domicile.app;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Arrays;

/** The arrows between modules and, inside the gateway, between packages: see ARCHITECTURE.md. */
@AnalyzeClasses(packages = "org.domicile", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest static final ArchRule PLAN_KNOWS_NOBODY = onlyKnows("plan");
    @ArchTest static final ArchRule LEDGER_KNOWS_NOBODY = onlyKnows("ledger");
    @ArchTest static final ArchRule TESTKIT_KNOWS_NOBODY = onlyKnows("testkit");

    @ArchTest
    static final ArchRule BENCH_KNOWS_NO_GATEWAY = onlyKnows("bench", "plan", "ledger", "testkit");

    @ArchTest static final ArchRule POLICY_KNOWS_PLAN = onlyKnows("policy", "plan", "yaml");

    @ArchTest
    static final ArchRule CONTROL_KNOWS_LEDGER = onlyKnows("control", "plan", "ledger", "yaml");

    @ArchTest static final ArchRule YAML_KNOWS_PLAN = onlyKnows("yaml", "plan");

    @ArchTest
    static final ArchRule GATEWAY_KNOWS_CONTROL = onlyKnows("gateway", "plan", "control", "ledger");

    @ArchTest
    static final ArchRule CONSOLE_KNOWS_CONTROL = onlyKnows("console", "plan", "control", "ledger");

    @ArchTest
    static final ArchRule ONLY_THE_CONSOLE_SPEAKS_JAVALIN =
            noClasses()
                    .that()
                    .resideOutsideOfPackage("org.domicile.console.web..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("io.javalin..", "org.eclipse.jetty..", "gg.jte..");

    @ArchTest
    static final ArchRule PLAN_DEPENDS_ON_THE_JDK_ALONE =
            classes()
                    .that()
                    .resideInAPackage("org.domicile.plan..")
                    .should()
                    .onlyDependOnClassesThat()
                    .resideInAnyPackage(
                            "org.domicile.plan..", "java..", "javax.crypto..", "org.jspecify..");

    @ArchTest
    static final ArchRule NO_CYCLES_BETWEEN_PACKAGES =
            slices().matching("org.domicile.(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule THE_WIRE_CODEC_IS_PURE =
            noClasses()
                    .that()
                    .resideInAPackage("org.domicile.gateway.wire..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "java.net..",
                            "java.nio.file..",
                            "java.nio.channels..",
                            "java.time..",
                            "io.netty..");

    @ArchTest
    static final ArchRule ONLY_THE_TRANSPORT_KNOWS_NETTY =
            noClasses()
                    .that()
                    .resideOutsideOfPackage("org.domicile.gateway.transport..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("io.netty..");

    @ArchTest
    static final ArchRule THE_GATE_TOUCHES_NO_SOCKET =
            noClasses()
                    .that()
                    .resideInAPackage("org.domicile.gateway.gate..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("java.net..", "java.nio.channels..", "java.time..");

    @ArchTest
    static final ArchRule ONLY_THE_COMMAND_LINE_PRINTS =
            noClasses()
                    .that()
                    .resideOutsideOfPackage("org.domicile.app..")
                    .should(
                            com.tngtech.archunit.library.GeneralCodingRules
                                    .ACCESS_STANDARD_STREAMS);

    /** A module's classes know, of ours, only the module itself and those named. */
    private static ArchRule onlyKnows(String module, String... others) {
        DescribedPredicate<JavaClass> ours =
                DescribedPredicate.describe(
                        "another of Domicile's modules",
                        it ->
                                it.getPackageName().startsWith("org.domicile.")
                                        && !isIn(it, module)
                                        && Arrays.stream(others)
                                                .noneMatch(other -> isIn(it, other)));
        return noClasses()
                .that()
                .resideInAPackage("org.domicile." + module + "..")
                .should()
                .dependOnClassesThat(ours);
    }

    private static boolean isIn(JavaClass type, String module) {
        String root = "org.domicile." + module;
        return type.getPackageName().equals(root) || type.getPackageName().startsWith(root + ".");
    }
}
