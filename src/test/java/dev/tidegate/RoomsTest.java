package dev.tidegate;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The law of the rooms, and their map: what each may use. Everybody may use the JDK and JSpecify. */
class RoomsTest {
    private static final String[] CORE = {
        "model", "problem", "observation", "xpath", "policy", "sql", "shape", "seal", "turns"
    };
    private static final String[] FLOW = {"read", "upload", "download", "connectivity", "edition"};

    private static final Map<String, List<String>> MAP = new LinkedHashMap<>();

    static {
        room("model", "org.snakeyaml.engine..");
        room("problem");
        room("observation", "model", "problem");
        room("xpath", "model", "problem", "org.antlr.v4.runtime..");
        room("policy", "model", "xpath", "problem");
        room("sql", "model", "xpath", "problem");
        room("shape", "model", "xpath", "policy", "sql");
        room("seal");
        room("turns", "io.smallrye.mutiny..");
        room("read", with(CORE, "connectivity", "io.smallrye.mutiny..", "com.github.benmanes.caffeine.cache.."));
        room("upload", with(CORE, "connectivity", "io.smallrye.mutiny.."));
        room("download", with(CORE, "connectivity", "io.smallrye.mutiny.."));
        room("connectivity", with(CORE, "io.smallrye.mutiny.."));
        room("edition", with(CORE, "read", "upload", "download", "connectivity", "io.smallrye.mutiny.."));
    }

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .withImportOption((Location location) -> !location.contains("-bench/"))
            .importPackages("dev.tidegate");

    @TestFactory
    Stream<DynamicTest> each_room_uses_only_what_the_map_allows() {
        return MAP.entrySet().stream()
                .map(room -> DynamicTest.dynamicTest(
                        room.getKey(),
                        () -> classes()
                                .that()
                                .resideInAPackage(packageOf(room.getKey()))
                                .should()
                                .onlyDependOnClassesThat(allowed(room.getKey(), room.getValue()))
                                .allowEmptyShould(true)
                                .check(CLASSES)));
    }

    @Test
    void no_inner_room_knows_an_edge() {
        noClasses()
                .that()
                .resideInAnyPackage(packagesOf(with(CORE, FLOW)))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(packagesOf("store", "api", "console", "ops"))
                .check(CLASSES);
    }

    @Test
    void the_store_knows_neither_http_nor_wiring() {
        noClasses()
                .that()
                .resideInAPackage(packageOf("store"))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(with(packagesOf("api", "console", "ops"), "jakarta.ws.rs.."))
                .check(CLASSES);
    }

    @Test
    void http_knows_no_database_and_no_wiring() {
        noClasses()
                .that()
                .resideInAnyPackage(packagesOf("api", "console"))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        with(packagesOf("store", "ops"), "io.vertx.sqlclient..", "org.hibernate..", "java.sql.."))
                .check(CLASSES);
    }

    @Test
    void nobody_knows_the_api() {
        noClasses()
                .that()
                .resideOutsideOfPackages(packagesOf("api", "console"))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(packagesOf("api", "console"))
                .check(CLASSES);
    }

    @Test
    void one_room_knows_the_tracing_system() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.tidegate.ops.tracing..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.opentelemetry..")
                .check(CLASSES);
    }

    private static void room(String name, String... uses) {
        MAP.put(name, List.of(uses));
    }

    private static DescribedPredicate<JavaClass> allowed(String room, List<String> uses) {
        List<String> packages = new ArrayList<>(List.of("java..", "javax.crypto..", "org.jspecify..", packageOf(room)));
        uses.forEach(use -> packages.add(use.contains(".") ? use : packageOf(use)));
        return JavaClass.Predicates.resideInAnyPackage(packages.toArray(String[]::new))
                .or(DescribedPredicate.describe("primitive or array", JavaClass::isPrimitive))
                .or(DescribedPredicate.describe(
                        "array of primitives",
                        type -> type.isArray() && type.getBaseComponentType().isPrimitive()));
    }

    private static String packageOf(String room) {
        return "dev.tidegate." + room + "..";
    }

    private static String[] packagesOf(String... rooms) {
        return Arrays.stream(rooms).map(RoomsTest::packageOf).toArray(String[]::new);
    }

    private static String[] with(String[] some, String... more) {
        return Stream.concat(Arrays.stream(some), Arrays.stream(more)).toArray(String[]::new);
    }
}
