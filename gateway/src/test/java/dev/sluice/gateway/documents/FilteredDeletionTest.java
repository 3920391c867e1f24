package dev.sluice.gateway.documents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.gateway.audit.AuditLog;
import dev.sluice.gateway.audit.AuditedWork;
import dev.sluice.gateway.filter.WrittenFilter;
import dev.sluice.gateway.v1.DeleteDocumentsRequest;
import dev.sluice.gateway.v1.DocumentServiceGrpc;
import dev.sluice.serving.failure.Failure.StorageFull;
import dev.sluice.serving.failure.Failure.Unavailable;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is written down of a deletion of which a part fails. */
@Timeout(60)
class FilteredDeletionTest {

  private static final CollectionKey BOOKS = Samples.key("books");
  private static final int DOCUMENTS = 9;
  private static final String FAILING = "d4";

  @TempDir private Path folder;

  private Path file;
  private DataDirectory data;
  private DocumentStore store;
  private AuditLog log;

  @BeforeEach
  void fill() {
    file = folder.resolve("audit.jsonl");
    log = AuditLog.open(Optional.of(file), new SimpleMeterRegistry()).orElseThrow();
    data = DataDirectory.open(folder.resolve("data"));
    store = new LuceneStore(data, LexicalSettings.DEFAULT, InstantSource.fixed(Samples.NOW));
    store.create(BOOKS, Samples.MODEL, "c1");
    for (int i = 0; i < DOCUMENTS; i++) {
      StoredDocument document =
          Samples.document("d" + i, "", Samples.metadata("tag", "old"), "text " + i);
      store.upsert(BOOKS, document, Samples.chunks(document)).join();
    }
  }

  @AfterEach
  void close() {
    store.close();
    data.close();
  }

  /** The store, which does something else when one document is to be deleted. */
  private DocumentStore failing(Supplier<CompletableFuture<Positioned<Boolean>>> instead) {
    return (DocumentStore)
        Proxy.newProxyInstance(
            DocumentStore.class.getClassLoader(),
            new Class<?>[] {DocumentStore.class},
            (_, method, arguments) -> {
              if (method.getName().equals("deleteDocument") && arguments[1].equals(FAILING)) {
                return instead.get();
              }
              try {
                return method.invoke(store, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private long delete(DocumentStore from) throws Exception {
    return AuditedWork.of(
            log,
            DocumentServiceGrpc.getDeleteDocumentsMethod(),
            DeleteDocumentsRequest.newBuilder().setCollection("books").build())
        .call(() ->
            new FilteredDeletion(from, BOOKS, WrittenFilter.of("tag == 'old'").filter()).run());
  }

  /** The ids in the lines that have a word in them. */
  private List<String> written(String word) throws IOException {
    log.close();
    return Files.readAllLines(file).stream()
        .filter(line -> line.contains(word))
        .map(line -> line.replaceAll(".*\"document\":\"([^\"]*)\".*", "$1"))
        .toList();
  }

  private static String[] numbered(int from, int to) {
    return IntStream.range(from, to)
        .mapToObj(i -> "d" + i)
        .filter(id -> !id.equals(FAILING))
        .toArray(String[]::new);
  }

  @Test
  void whatIsDeletedIsWrittenThoughOneFails() throws Exception {
    DocumentStore broken = failing(() -> CompletableFuture.failedFuture(new StorageFull("full")));
    assertThatThrownBy(() -> delete(broken)).isInstanceOf(StorageFull.class);
    assertThat(store.size(BOOKS).documents()).isEqualTo(1);
    assertThat(written("DELETED")).containsExactlyInAnyOrder(numbered(0, DOCUMENTS));
    assertThat(written("RESOURCE_EXHAUSTED")).containsExactly(FAILING);
  }

  @Test
  void whatIsDeletedIsWrittenThoughTheStoreTakesNoMore() throws Exception {
    DocumentStore stopping =
        failing(() -> {
          throw new Unavailable("STOPPING", "the document store is stopping");
        });
    assertThatThrownBy(() -> delete(stopping)).isInstanceOf(Unavailable.class);
    assertThat(written("DELETED")).containsExactlyInAnyOrder(numbered(0, 4));
    assertThat(store.size(BOOKS).documents()).isEqualTo(DOCUMENTS - 4);
  }
}
