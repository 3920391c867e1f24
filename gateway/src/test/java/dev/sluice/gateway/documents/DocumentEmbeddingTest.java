package dev.sluice.gateway.documents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.gateway.v1.Document;
import dev.sluice.serving.failure.Failure.Cancelled;
import dev.sluice.serving.failure.Failure.Overloaded;
import io.grpc.Context;
import io.grpc.Context.CancellableContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Several tenants before one embed-service. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DocumentEmbeddingTest {

  private static final int AT_A_TIME = 4;

  /** Refuses what has the word flood in it, for longer than any test lasts. */
  private static final class Refusing implements Embedder {
    private final AtomicInteger refused = new AtomicInteger();

    @Override
    public EmbedModel model() {
      return Samples.MODEL;
    }

    @Override
    public int[] countTokens(List<String> texts) {
      return new WordCounter().count(texts);
    }

    @Override
    public Embedded embedDocuments(List<String> texts) {
      if (texts.stream().anyMatch(text -> text.contains("flood"))) {
        refused.incrementAndGet();
        throw new Overloaded("TENANT_SHARE", "more than its share", Duration.ofHours(1));
      }
      return new Embedded(
          Samples.MODEL.model(),
          Samples.MODEL.fingerprint(),
          texts.stream().map(Samples::vector).toList());
    }
  }

  private final Refusing embedder = new Refusing();
  private final DocumentEmbedding embedding =
      new DocumentEmbedding(
          embedder,
          new EmbedRetry(8, Duration.ofHours(1), Duration.ofHours(1)),
          new Chunker(embedder::countTokens, 32),
          AT_A_TIME);

  private EmbeddedDocument embed(String tenant, String text) {
    var key = new CollectionKey(tenant, "books");
    var collection = new CollectionInfo(key, Samples.MODEL, Chunker.VERSION, Samples.NOW);
    Document document = Document.newBuilder().setId("d").setText(text).build();
    return embedding.embed(document, collection, Map::of);
  }

  @Test
  void aTenantThatIsRefusedHoldsUpNobodyButItself() {
    CancellableContext call = Context.ROOT.withCancellation();
    List<CompletableFuture<Void>> flood = new ArrayList<>();
    for (int i = 0; i < 5 * AT_A_TIME; i++) {
      Runnable document = () -> embed("flooding", "a flood of text");
      flood.add(CompletableFuture.runAsync(call.wrap(document), Thread::startVirtualThread));
    }
    while (embedder.refused.get() < AT_A_TIME) {
      Thread.onSpinWait();
    }
    for (int i = 0; i < AT_A_TIME + 1; i++) {
      assertThat(embed("quiet", "text " + i).chunks()).hasSize(1);
    }
    assertThat(embedder.refused)
        .as("what pauses stands for its tenant's others, which are not begun")
        .hasValue(AT_A_TIME);
    call.cancel(null);
    assertThat(flood)
        .allSatisfy(each ->
            assertThatThrownBy(each::join)
                .isInstanceOf(CompletionException.class)
                .hasCauseInstanceOf(Cancelled.class));
  }
}
