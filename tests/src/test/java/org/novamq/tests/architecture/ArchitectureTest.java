package org.novamq.tests.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Clock;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** The rooms, and what each may import (DESIGN, "The rooms"; STYLE, rules 1 and 2). */
class ArchitectureTest {
    private static final String IMAGE = "org.novamq.image..";
    private static final String VIF = "org.novamq.vif..";
    private static final String DRIVER = "org.novamq.driver..";
    private static final String LIBVIRT = "org.novamq.driver.libvirt..";
    private static final String[] PURE = {IMAGE, VIF};

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("org.novamq.image", "org.novamq.vif", "org.novamq.driver");

    private static void holds(ArchRule rule) {
        rule.check(CLASSES);
    }

    @Test
    void modulesImportInOneDirection() {
        holds(layeredArchitecture()
                .consideringOnlyDependenciesInAnyPackage("org.novamq..")
                .layer("image-properties")
                .definedBy(IMAGE)
                .layer("vif-config")
                .definedBy(VIF)
                .layer("nova-driver")
                .definedBy(DRIVER)
                .whereLayer("nova-driver")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("vif-config")
                .mayOnlyBeAccessedByLayers("nova-driver")
                .whereLayer("image-properties")
                .mayOnlyBeAccessedByLayers("nova-driver", "vif-config"));
    }

    /** From the door inwards: what is decided knows nothing of how it is written. */
    @Test
    void vifConfigIsLayered() {
        holds(layeredArchitecture()
                .consideringOnlyDependenciesInAnyPackage(VIF)
                .layer("door")
                .definedBy("org.novamq.vif")
                .layer("xml")
                .definedBy("org.novamq.vif.xml")
                .layer("queue")
                .definedBy("org.novamq.vif.queue")
                .layer("frontend")
                .definedBy("org.novamq.vif.frontend")
                .layer("backend")
                .definedBy("org.novamq.vif.backend")
                .layer("request")
                .definedBy("org.novamq.vif.request")
                .whereLayer("door")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("xml")
                .mayOnlyBeAccessedByLayers("door")
                .whereLayer("queue")
                .mayOnlyBeAccessedByLayers("door", "xml")
                .whereLayer("frontend")
                .mayOnlyBeAccessedByLayers("door", "xml")
                .whereLayer("backend")
                .mayOnlyBeAccessedByLayers("door", "xml", "queue", "frontend"));
    }

    @Test
    void noPackagesGoInCircles() {
        holds(slices().matching("org.novamq.image.(**)..")
                .should()
                .beFreeOfCycles()
                .allowEmptyShould(true));
        holds(slices().matching("org.novamq.vif.(**)..").should().beFreeOfCycles());
        holds(slices().matching("org.novamq.driver.(**)..").should().beFreeOfCycles());
    }

    @Test
    void onlyOneRoomKnowsLibvirtAndJna() {
        holds(noClasses()
                .that()
                .resideOutsideOfPackage(LIBVIRT)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.libvirt..", "com.sun.jna.."));
    }

    /** One class reads the tables of its own jar; they are constants. */
    @Test
    void pureModulesDoNoInputOrOutput() {
        holds(noClasses()
                .that()
                .resideInAnyPackage(PURE)
                .and()
                .doNotHaveFullyQualifiedName("org.novamq.image.DataFile")
                .should()
                .dependOnClassesThat(
                        resideInAnyPackage("java.nio.file..", "java.net.http..", "java.util.logging..", "org.slf4j.."))
                .orShould()
                .dependOnClassesThat(resideInAnyPackage("java.io").and(new NotInMemory()))
                .orShould()
                .dependOnClassesThat(resideInAnyPackage("java.net").and(new NotAnAddress())));
    }

    @Test
    void pureModulesKnowNoClockNoChanceAndNoSurroundings() {
        holds(noClasses()
                .that()
                .resideInAnyPackage(PURE)
                .should()
                .dependOnClassesThat()
                .areAssignableTo(java.util.Random.class)
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(Clock.class)
                .orShould()
                .callMethodWhere(
                        new Call(System.class, "currentTimeMillis", "nanoTime", "getenv", "getProperty", "exit"))
                .orShould()
                .callMethodWhere(new Call(Instant.class, "now"))
                .orShould()
                .callMethodWhere(new Call(java.util.UUID.class, "randomUUID"))
                .orShould()
                .callMethodWhere(new Call(Math.class, "random"))
                .orShould()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err"));
    }

    @Test
    void everyRoomIsLookedAt() {
        for (String room : new String[] {"org.novamq.image", "org.novamq.vif.xml", "org.novamq.driver.libvirt"}) {
            assertThat(CLASSES.stream().filter(type -> type.getPackageName().equals(room)))
                    .as(room)
                    .hasSizeGreaterThan(1);
        }
    }
}
