package io.fogwhisk.launcher;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** The rules of the house that the compiler cannot check. */
class ArchitectureTest {

    /** What each module may use of the others; the first law of the house is that it is so little. */
    private static final Map<String, List<String>> MAY_USE = Map.of(
            "base", List.of(),
            "wsk", List.of("base"),
            "edge", List.of("base"),
            "influx", List.of("base"),
            "bridge", List.of("base", "wsk", "edge"),
            "lean", List.of("base", "wsk"),
            "feed", List.of("base", "wsk"),
            "aggregate", List.of("base", "wsk"));

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.fogwhisk");

    private static final DescribedPredicate<JavaClass> GENERATED = resideInAPackage("io.fogwhisk.edge.rpc.proto..");

    @Test
    void everyModuleIsUnderTest() {
        assertThat(MAY_USE.keySet())
                .allSatisfy(module -> assertThat(CLASSES.that(resideInAPackage("io.fogwhisk." + module + "..")))
                        .as(module)
                        .isNotEmpty());
    }

    @Test
    void aStageKnowsContractsAndNeverAnotherStage() {
        MAY_USE.forEach((module, used) -> {
            DescribedPredicate<JavaClass> foreign =
                    resideInAPackage("io.fogwhisk..").and(resideOutsideOfPackage("io.fogwhisk." + module + ".."));
            for (String other : used) {
                foreign = foreign.and(resideOutsideOfPackage("io.fogwhisk." + other + ".."));
            }
            noClasses()
                    .that()
                    .resideInAPackage("io.fogwhisk." + module + "..")
                    .should()
                    .dependOnClassesThat(foreign)
                    .because(module + " may use " + used + " only")
                    .check(CLASSES);
        });
    }

    @Test
    void theWireFormatStaysInsideTheEdgeModule() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.fogwhisk.edge..")
                .should()
                .dependOnClassesThat(GENERATED)
                .check(CLASSES);
    }

    @Test
    void nothingOfOneSiteIsKeptInStaticState() {
        fields().that()
                .areStatic()
                .and()
                .areDeclaredInClassesThat(DescribedPredicate.not(GENERATED))
                .should()
                .beFinal()
                .because("several sites live in one JVM")
                .check(CLASSES);
    }

    @Test
    void librariesDoNotPrint() {
        noClasses()
                .that()
                .resideOutsideOfPackages("io.fogwhisk.launcher..", "io.fogwhisk.bench..")
                .and()
                // A program of its own, in a child: what goes to its output there is what the user's action prints.
                .doNotHaveSimpleName("JavaRunner")
                .should()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .check(CLASSES);
    }

    @Test
    void namesSayWhatAThingIs() {
        noClasses()
                .that(DescribedPredicate.not(GENERATED))
                .should()
                .haveSimpleNameEndingWith("Manager")
                .orShould()
                .haveSimpleNameEndingWith("Helper")
                .orShould()
                .haveSimpleNameEndingWith("Util")
                .orShould()
                .haveSimpleNameEndingWith("Utils")
                .orShould()
                .haveSimpleNameEndingWith("Impl")
                .orShould()
                .haveSimpleNameStartingWith("Abstract")
                .check(CLASSES);
        noClasses()
                .should()
                .resideInAnyPackage("..util..", "..common..", "..impl..", "..dto..", "..service..")
                .check(CLASSES);
    }

    @Test
    void bareRuntimeExceptionsAreNotThrown() {
        noClasses()
                .that(DescribedPredicate.not(GENERATED))
                .and()
                .areNotAssignableTo(RuntimeException.class)
                .should()
                .callConstructor(RuntimeException.class, String.class)
                .orShould()
                .callConstructor(RuntimeException.class, String.class, Throwable.class)
                .orShould()
                .callConstructor(RuntimeException.class, Throwable.class)
                .check(CLASSES);
    }

    @Test
    void everyPackageStatesItsPolicyOnNull() {
        List<JavaPackage> packages = CLASSES.stream()
                .filter(DescribedPredicate.not(GENERATED))
                .map(JavaClass::getPackage)
                .distinct()
                .toList();

        assertThat(packages)
                .allSatisfy(javaPackage -> assertThat(javaPackage.isAnnotatedWith(NullMarked.class))
                        .as(javaPackage.getName())
                        .isTrue());
    }

    @Test
    void theArchitecturePageSaysOfEachPackageWhatThePackageSays() throws IOException {
        String page = Files.readString(ExternalTool.projectRoot().resolve("docs/architecture.md"));
        List<Path> descriptions;
        try (Stream<Path> files = Files.find(
                ExternalTool.projectRoot(),
                12,
                (file, attributes) ->
                        file.endsWith("package-info.java") && file.toString().contains("src/main/java"))) {
            descriptions = files.toList();
        }

        assertThat(descriptions)
                .isNotEmpty()
                .allSatisfy(file -> assertThat(page).contains(row(file)));
    }

    /** {@code | `feed.mqtt` | Subscribes to brokers ... |}. */
    private static String row(Path description) throws IOException {
        String text = Files.readString(description);
        Matcher parts = Pattern.compile("(?s)/\\*\\*(.*?)\\*/.*package io\\.fogwhisk\\.([a-z.]+);")
                .matcher(text);
        assertThat(parts.find()).as(text).isTrue();
        String sentence = parts.group(1).replaceAll("\\s+(\\* )?", " ").replaceAll("\\{@code ([^}]*)}", "`$1`");
        return "| `" + parts.group(2) + "` | " + sentence.strip() + " |";
    }

    @Test
    void exceptionsAreFinal() {
        classes()
                .that()
                .areAssignableTo(RuntimeException.class)
                .should()
                .haveModifier(JavaModifier.FINAL)
                .because("callers tell failures apart by their values, not by a tree of classes")
                .check(CLASSES);
    }
}
