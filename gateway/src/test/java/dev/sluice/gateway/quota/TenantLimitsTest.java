package dev.sluice.gateway.quota;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.gateway.documents.StorageLimits;
import dev.sluice.serving.config.ConfigurationException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The file of limits. */
class TenantLimitsTest {

  @TempDir private Path folder;

  @Test
  void aTenantsOwnLimitsStandBeforeThoseOfAll() {
    TenantLimits limits =
        TenantLimits.parse(
            """
            {"default": {"requests_per_second": 5, "tokens_per_minute": 6000, "stored_documents": 10},
             "tenants": {"acme": {"requests_per_second": 50, "request_burst": 7,
                                  "concurrent_generations": 2, "stored_documents": null}}}
            """);

    assertThat(limits.of("other"))
        .isEqualTo(
            new Limits(
                Optional.of(new Rate(5, 50)),
                Optional.of(new Rate(100, 6000)),
                OptionalInt.empty(),
                OptionalLong.of(10),
                OptionalLong.of(1000),
                OptionalLong.of(100)));
    assertThat(limits.of("acme"))
        .isEqualTo(
            new Limits(
                Optional.of(new Rate(50, 7)),
                Optional.of(new Rate(100, 6000)),
                OptionalInt.of(2),
                OptionalLong.empty(),
                OptionalLong.of(1000),
                OptionalLong.of(100)));
  }

  @Test
  void whatNobodyLimitsHasTheUsualLimits() {
    assertThat(TenantLimits.parse("{}").of("a")).isEqualTo(Limits.DEFAULT);
    assertThat(TenantLimits.parse("{\"default\": {}}").of("a")).isEqualTo(Limits.DEFAULT);
  }

  @Test
  void collectionsAndSnapshotsAreLimitedAlsoWithoutAFile() {
    StorageLimits kept = Quotas.of(Optional.empty(), new SimpleMeterRegistry()).storage();
    assertThat(kept.collections().most("a")).hasValue(1000);
    assertThat(kept.snapshots().most("a")).hasValue(100);
    assertThat(kept.documents().most("a")).isEmpty();
  }

  @Test
  void theLimitsOfCollectionsAndSnapshotsAreMovedAndLifted() {
    TenantLimits limits =
        TenantLimits.parse(
            """
            {"default": {"stored_collections": 5, "stored_snapshots": null},
             "tenants": {"acme": {"stored_collections": null, "stored_snapshots": 0}, "b": {}}}
            """);
    for (String tenant : new String[] {"a", "b"}) {
      assertThat(limits.of(tenant).storedCollections()).hasValue(5);
      assertThat(limits.of(tenant).storedSnapshots()).isEmpty();
    }
    assertThat(limits.of("acme").storedCollections()).isEmpty();
    assertThat(limits.of("acme").storedSnapshots()).hasValue(0);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"defaults": {}}                                    | unknown key defaults
          {"default": {"request_per_second": 5}}              | unknown key request_per_second
          {"default": {"requests_per_second": "5"}}           | default.requests_per_second must be a number
          {"default": {"requests_per_second": 0}}             | default.requests_per_second must be above 0
          {"tenants": {"a": {"tokens_per_minute": -1}}}       | tenants.a.tokens_per_minute must be a number
          {"tenants": {"a": {"stored_documents": 1.5}}}       | must be a whole number
          {"tenants": {"a": {"request_burst": 0}}}            | must be a whole number from 1
          {"tenants": []}                                     | tenants must be an object
          {"tenants": {"a": {}, "a": {}}}                     | no JSON
          {"default": {}} {}                                  | no JSON
          [1]                                                 | must be a JSON object
          {"default"                                          | no JSON
          """)
  void whatIsNotUnderstoodIsRefusedInALine(String text, String problem) {
    assertThatThrownBy(() -> TenantLimits.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(problem)
        .hasMessageNotContaining("\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "\n", "\ufeff", "null"})
  void whatIsEmptyLimitsNobodyAndIsRefused(String text) throws IOException {
    assertThatThrownBy(() -> TenantLimits.parse(text)).isInstanceOf(IllegalArgumentException.class);
    Path file = Files.writeString(folder.resolve("quotas.json"), text);
    assertThatThrownBy(() -> new LimitsFile(file)).isInstanceOf(ConfigurationException.class);
  }

  @Test
  void aFileThatIsEmptyIsToldSo() throws IOException {
    Path file = Files.writeString(folder.resolve("quotas.json"), "\n");
    assertThatThrownBy(() -> new LimitsFile(file)).hasMessageContaining("it is empty");
  }

  @Test
  void aBrokenFileStopsTheStart() throws IOException {
    Path file = Files.writeString(folder.resolve("quotas.json"), "{\"default\": 5}");
    assertThatThrownBy(() -> new LimitsFile(file))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("SLUICE_GATEWAY_QUOTAS_FILE")
        .hasMessageContaining("default must be a JSON object");
    assertThatThrownBy(() -> new LimitsFile(folder.resolve("none")))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("cannot be read");
  }

  @Test
  void aFileThatChangesHoldsAndABrokenOneDoesNot() throws IOException {
    Path file = Files.writeString(folder.resolve("quotas.json"), limit(5));
    LimitsFile limits = new LimitsFile(file);

    Files.writeString(file, limit(6));
    limits.look();
    assertThat(limits.now().of("a").storedDocuments()).hasValue(5);
    limits.look();
    assertThat(limits.now().of("a").storedDocuments()).hasValue(6);

    for (String broken : new String[] {"{\"default\":", "", " \n"}) {
      Files.writeString(file, broken);
      lookTwice(limits);
      assertThat(limits.now().of("a").storedDocuments()).hasValue(6);
    }

    Files.delete(file);
    lookTwice(limits);
    assertThat(limits.now().of("a").storedDocuments()).hasValue(6);

    Files.writeString(file, limit(7));
    lookTwice(limits);
    assertThat(limits.now().of("a").storedDocuments()).hasValue(7);
  }

  private static void lookTwice(LimitsFile limits) {
    limits.look();
    limits.look();
  }

  private static String limit(int documents) {
    return "{\"default\": {\"stored_documents\": %d}}".formatted(documents);
  }
}
