package dev.sluice.bench.chaos;

import dev.sluice.embed.v1.EmbedRequest;
import dev.sluice.embed.v1.EmbedServiceGrpc;
import dev.sluice.embed.v1.Embedding;
import dev.sluice.gateway.v1.Document;
import dev.sluice.gateway.v1.DocumentServiceGrpc;
import dev.sluice.gateway.v1.DocumentServiceGrpc.DocumentServiceBlockingStub;
import dev.sluice.gateway.v1.GetDocumentRequest;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** Documents by their ids, and vectors of texts, which are always the same. */
final class Reads {

  private static final int TEXTS = 16;
  private static final long READ_SECONDS = 10;

  /** So many that cannot be read say that the others cannot be either. */
  private static final int MOST_UNREAD = 3;

  private final Channel channel;
  private final Ledger ledger;
  private final Map<String, Embedding> vectors = new ConcurrentHashMap<>();

  Reads(Channel channel, Ledger ledger) {
    this.channel = channel;
    this.ledger = ledger;
  }

  Ending read() {
    Optional<Ledger.Picked> picked = ledger.pick();
    if (picked.isEmpty()) {
      return Ending.ok("");
    }
    long since = System.nanoTime();
    String id = picked.get().sample().id();
    try {
      Document found = document(DocumentServiceGrpc.newBlockingStub(channel), id);
      return Ending.ok(ledger.wrong(id, found.getVersion(), found.getText(), since));
    } catch (StatusRuntimeException e) {
      boolean missing =
          e.getStatus().getCode() == Status.Code.NOT_FOUND && ledger.unchanged(picked.get());
      return missing ? Ending.ok("an acknowledged document is not there: " + id) : Ending.failed(e);
    }
  }

  private static Document document(DocumentServiceBlockingStub documents, String id) {
    return documents.getDocument(
        GetDocumentRequest.newBuilder()
            .setCollection(MixedLoad.COLLECTION)
            .setDocumentId(id)
            .build());
  }

  Ending embed() {
    String text = "how high is the water at gauge " + ThreadLocalRandom.current().nextInt(TEXTS);
    Embedding vector =
        EmbedServiceGrpc.newBlockingStub(channel)
            .embed(EmbedRequest.newBuilder().addTexts(text).build())
            .getEmbeddings(0);
    Embedding first = vectors.putIfAbsent(text, vector);
    return Ending.ok(first == null || first.equals(vector) ? "" : "another vector of: " + text);
  }

  /** Reads all documents while nobody writes: those that are not as acknowledged. */
  static List<String> lost(Channel channel, Ledger ledger) {
    List<String> lost = new ArrayList<>();
    int unread = 0;
    for (int number : ledger.numbers()) {
      try {
        String wrong = wrong(channel, ledger, number);
        if (!wrong.isEmpty()) {
          lost.add(wrong);
        }
      } catch (StatusRuntimeException e) {
        lost.add(new Sample(number, 1).id() + " cannot be read: " + e.getStatus().getCode());
        if (++unread == MOST_UNREAD) {
          lost.add("no more was read");
          return lost;
        }
      }
    }
    return lost;
  }

  /** What is not as acknowledged with a document; empty when nothing is. */
  private static String wrong(Channel channel, Ledger ledger, int number) {
    String id = new Sample(number, 1).id();
    int revision = Ledger.ABSENT;
    try {
      Document found =
          document(
              DocumentServiceGrpc.newBlockingStub(channel)
                  .withDeadlineAfter(READ_SECONDS, TimeUnit.SECONDS),
              id);
      String wrong = ledger.wrong(id, found.getVersion(), found.getText(), System.nanoTime());
      if (!wrong.isEmpty()) {
        return wrong;
      }
      revision = Sample.of(found.getText()).revision();
    } catch (StatusRuntimeException e) {
      if (e.getStatus().getCode() != Status.Code.NOT_FOUND) {
        throw e;
      }
    }
    return ledger.possible(number).contains(revision)
        ? ""
        : id + " has revision " + revision + " of " + ledger.possible(number);
  }
}
