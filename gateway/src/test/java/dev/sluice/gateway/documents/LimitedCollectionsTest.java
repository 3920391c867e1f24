package dev.sluice.gateway.documents;

import static dev.sluice.gateway.documents.Samples.MODEL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.serving.failure.Failure.AlreadyExists;
import dev.sluice.serving.failure.Failure.Cancelled;
import dev.sluice.serving.failure.Failure.InvalidInput;
import dev.sluice.serving.failure.Failure.QuotaExceeded;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** How many collections a tenant may keep. */
class LimitedCollectionsTest extends LimitedStorage {

  @Test
  void noMoreCollectionsAreCreatedThanThereMayBe() {
    mostCollections = OptionalLong.of(3);
    create("third");
    assertFull("collections", () -> create("fourth"));
    assertThatThrownBy(() -> create("third")).isInstanceOf(AlreadyExists.class);
    store.delete(FILMS);
    create("fourth");
    assertFull("collections", () -> create("fifth"));
    store.create(new CollectionKey("other", "first"), MODEL, "c1");
    assertThat(lucene.collectionCount("default")).isEqualTo(3);
  }

  @Test
  void aLimitOfCollectionsOutlivesARestartAndMayBeLowered() {
    mostCollections = OptionalLong.of(2);
    lucene.close();
    reopen();
    assertFull("collections", () -> create("third"));
    mostCollections = OptionalLong.of(1);
    store.delete(FILMS);
    assertFull("collections", () -> create("third"));
    assertThat(store.collection(BOOKS).key()).isEqualTo(BOOKS);
  }

  @Test
  void aCollectionThatIsNotCreatedKeepsNoRoom() {
    mostCollections = OptionalLong.of(3);
    for (int i = 0; i < 5; i++) {
      assertThatThrownBy(() -> create("books")).isInstanceOf(AlreadyExists.class);
      assertThatThrownBy(() -> create("No Name")).isInstanceOf(InvalidInput.class);
    }
    assertThat(store.collectionsOf("default").onTheirWay()).isZero();
    create("third");
    assertFull("collections", () -> create("fourth"));
  }

  /** Creates collections for callers who do not hear of it. */
  private DocumentStore left() {
    return (DocumentStore)
        Proxy.newProxyInstance(
            DocumentStore.class.getClassLoader(),
            new Class<?>[] {DocumentStore.class},
            (proxy, method, arguments) -> {
              Object result = method.invoke(lucene, arguments);
              if (method.getName().equals("create")) {
                throw new Cancelled();
              }
              return result;
            });
  }

  @Test
  void aCollectionWhoseCallerLeftIsCounted() {
    mostCollections = OptionalLong.of(3);
    store = new LimitedStore(left(), limits, clock::get);
    assertThatThrownBy(() -> create("third")).isInstanceOf(Cancelled.class);
    assertThat(lucene.collectionCount("default")).isEqualTo(3);
    mostCollections = OptionalLong.of(4);
    assertThatThrownBy(() -> create("fourth")).isInstanceOf(Cancelled.class);
    assertThat(store.collectionsOf("default").sure()).isEqualTo(4);
  }

  @Test
  void noNumberOfCallersPassesTheLimitOfCollections() throws Exception {
    mostCollections = OptionalLong.of(5);
    List<Future<Boolean>> callers = new ArrayList<>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 20; i++) {
        String name = "c" + i;
        callers.add(threads.submit(() -> isCreated(name)));
      }
    }
    int created = 0;
    for (Future<Boolean> caller : callers) {
      created += caller.get() ? 1 : 0;
    }
    assertThat(created).isEqualTo(3);
    assertThat(lucene.collectionCount("default")).isEqualTo(5);
    assertThat(store.collectionsOf("default").onTheirWay()).isZero();
  }

  private boolean isCreated(String name) {
    try {
      create(name);
      return true;
    } catch (QuotaExceeded full) {
      return false;
    }
  }
}
