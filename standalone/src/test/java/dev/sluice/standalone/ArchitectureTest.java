package dev.sluice.standalone;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Who may import whom: proto ← serving ← services and gateway ← standalone. */
@AnalyzeClasses(
    packages = "dev.sluice",
    importOptions = {
      ImportOption.DoNotIncludeTests.class,
      ArchitectureTest.DoNotIncludeTestJars.class
    })
class ArchitectureTest {

  /** Tests that lend their parts to those of other modules. */
  static final class DoNotIncludeTestJars implements ImportOption {
    @Override
    public boolean includes(Location location) {
      return !location.contains("-tests.jar");
    }
  }

  private static final String[] CONTRACTS = {
    "dev.sluice.client..", "dev.sluice.type.v1..", "dev.sluice.embed.v1..",
    "dev.sluice.rerank.v1..", "dev.sluice.generate.v1..", "dev.sluice.gateway.v1..",
    "dev.sluice.model.v1..", "dev.sluice.inference..", "dev.sluice.retriever.v1.."
  };

  @ArchTest
  static final ArchRule CONTRACTS_IMPORT_NOTHING_OF_OURS =
      noClasses()
          .that()
          .resideInAnyPackage(CONTRACTS)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.sluice.serving..",
              "dev.sluice.embed",
              "dev.sluice.rerank",
              "dev.sluice.generate",
              "dev.sluice.generate.admission",
              "dev.sluice.generate.chat",
              "dev.sluice.generate.extractive",
              "dev.sluice.generate.model",
              "dev.sluice.generate.chat",
              "dev.sluice.generate.openai",
              "dev.sluice.generate.triton",
              "dev.sluice.generate.triton",
              "dev.sluice.gateway",
              "dev.sluice.standalone..");

  @ArchTest
  static final ArchRule SERVING_KNOWS_NO_SERVICE =
      noClasses()
          .that()
          .resideInAPackage("dev.sluice.serving..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.sluice.embed",
              "dev.sluice.rerank",
              "dev.sluice.generate",
              "dev.sluice.generate.admission",
              "dev.sluice.generate.chat",
              "dev.sluice.generate.extractive",
              "dev.sluice.generate.model",
              "dev.sluice.generate.chat",
              "dev.sluice.generate.openai",
              "dev.sluice.generate.triton",
              "dev.sluice.generate.triton",
              "dev.sluice.gateway",
              "dev.sluice.gateway.access",
              "dev.sluice.gateway.documents",
              "dev.sluice.gateway.search",
              "dev.sluice.gateway.answer",
              "dev.sluice.gateway.grounding",
              "dev.sluice.gateway.quota",
              "dev.sluice.gateway.audit",
              "dev.sluice.gateway.upstream",
              "dev.sluice.gateway.balance",
              "dev.sluice.gateway.deadline",
              "dev.sluice.standalone..");

  @ArchTest
  static void servicesKnowNeitherEachOtherNorTheGateway(JavaClasses all) {
    String[] services = {"embed", "rerank", "generate"};
    for (String service : services) {
      for (String other : new String[] {"embed", "rerank", "generate", "gateway", "standalone"}) {
        if (!service.equals(other)) {
          noClasses()
              .that()
              .resideInAPackage("dev.sluice." + service)
              .should()
              .dependOnClassesThat()
              .resideInAPackage("dev.sluice." + other + "..")
              .check(all);
        }
      }
    }
  }

  @ArchTest
  static final ArchRule THE_GATEWAY_REACHES_SERVICES_BY_THEIR_CONTRACTS_ALONE =
      noClasses()
          .that()
          .resideInAPackage("dev.sluice.gateway..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.sluice.embed",
              "dev.sluice.rerank",
              "dev.sluice.generate",
              "dev.sluice.generate.admission",
              "dev.sluice.generate.chat",
              "dev.sluice.generate.extractive",
              "dev.sluice.generate.model",
              "dev.sluice.generate.chat",
              "dev.sluice.generate.openai",
              "dev.sluice.generate.triton",
              "dev.sluice.generate.triton",
              "dev.sluice.standalone..");

  @ArchTest
  static final ArchRule DOCUMENTS_KNOW_NEITHER_SEARCH_NOR_ANSWERS =
      noClasses()
          .that()
          .resideInAPackage("dev.sluice.gateway.documents")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.sluice.gateway.search",
              "dev.sluice.gateway.answer",
              "dev.sluice.gateway.grounding",
              "dev.sluice.gateway.upstream");

  @ArchTest
  static final ArchRule PACKAGES_DO_NOT_DEPEND_ON_EACH_OTHER_IN_CIRCLES =
      slices()
          .matching("dev.sluice.(gateway|generate|serving|standalone).(*)..")
          .should()
          .beFreeOfCycles();

  @ArchTest
  static final ArchRule NAMES_SAY_WHAT_A_THING_IS =
      classes()
          .that()
          .resideInAPackage("dev.sluice..")
          .and()
          .resideOutsideOfPackages(CONTRACTS)
          .should()
          .haveNameNotMatching(".*(Util|Utils|Helper|Manager|Impl|Base|Handler|Processor)");
}
