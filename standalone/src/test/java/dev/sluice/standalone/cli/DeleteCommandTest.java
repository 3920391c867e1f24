package dev.sluice.standalone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gateway.v1.Document;
import dev.sluice.standalone.cli.CommandLineFixture.Outcome;
import io.grpc.Status;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DeleteCommandTest {

  private CommandLineFixture sluice;

  @BeforeEach
  void start() throws IOException {
    sluice = new CommandLineFixture();
    Map<String, Document> documents = new ConcurrentHashMap<>();
    for (String id : List.of("a", "b", "c")) {
      documents.put(id, Document.newBuilder().setId(id).build());
    }
    sluice.gateway.collections.put("docs", documents);
  }

  @AfterEach
  void stop() {
    sluice.close();
  }

  private Outcome delete(String... more) {
    List<String> all = new ArrayList<>(List.of("delete", "--target", "localhost:1"));
    all.addAll(List.of(more));
    return sluice.run(all.toArray(new String[0]));
  }

  @Test
  void documentsAreDeletedByTheirIds() {
    Outcome outcome = delete("a", "c", "-c", "docs");
    assertThat(outcome.code()).isZero();
    assertThat(outcome.out()).isEqualToIgnoringNewLines("2 documents deleted");
    assertThat(sluice.gateway.collection("docs")).containsOnlyKeys("b");
  }

  @Test
  void aDocumentThatIsNotThereIsToldAndTheOthersAreDeletedAllTheSame() {
    Outcome outcome = delete("nobody", "c", "-c", "docs");
    assertThat(outcome.code()).isEqualTo(1);
    assertThat(outcome.err()).contains("there is no document 'nobody'");
    assertThat(outcome.out()).isEqualToIgnoringNewLines("1 document deleted");
  }

  @Test
  void documentsAreDeletedByAFilter() {
    Outcome outcome = delete("--filter", "year < 2020", "-c", "docs");
    assertThat(outcome.code()).isZero();
    assertThat(outcome.out()).isEqualToIgnoringNewLines("3 documents deleted");
    assertThat(sluice.gateway.deletions)
        .singleElement()
        .satisfies(request -> {
          assertThat(request.getCollection()).isEqualTo("docs");
          assertThat(request.getFilter()).isEqualTo("year < 2020");
        });
  }

  @Test
  void aCollectionThatIsNotThereIsToldWithThoseThatAre() {
    for (Outcome outcome :
        List.of(delete("--filter", "x", "-c", "dox"), delete("a", "-c", "dox"))) {
      assertThat(outcome.code()).isEqualTo(1);
      assertThat(outcome.err()).contains("there is no collection 'dox': there are docs");
    }
  }

  @Test
  void howFarADeletionCameIsToldWhenItFails() {
    sluice.gateway.failure.set(
        Status.ABORTED.withDescription("5 documents were deleted").asRuntimeException());
    Outcome outcome = delete("--filter", "x", "-c", "docs");
    assertThat(outcome.code()).isEqualTo(1);
    assertThat(outcome.err()).contains("5 documents were deleted");
  }

  @Test
  void idsAndAFilterExcludeEachOther() {
    assertThat(delete("a", "--filter", "x", "-c", "docs").code()).isEqualTo(2);
    assertThat(delete("-c", "docs").code()).isEqualTo(2);
    assertThat(delete("", "-c", "docs").code()).isEqualTo(2);
    assertThat(delete("--filter", "", "-c", "docs").code()).isEqualTo(2);
    assertThat(sluice.gateway.collection("docs")).hasSize(3);
  }
}
