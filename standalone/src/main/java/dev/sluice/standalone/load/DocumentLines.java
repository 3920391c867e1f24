package dev.sluice.standalone.load;

import dev.sluice.gateway.v1.Document;
import dev.sluice.gateway.v1.DocumentServiceGrpc;
import dev.sluice.gateway.v1.DocumentServiceGrpc.DocumentServiceBlockingStub;
import dev.sluice.gateway.v1.GetDocumentRequest;
import dev.sluice.gateway.v1.ListDocumentsRequest;
import dev.sluice.standalone.CommandFailure;
import dev.sluice.standalone.client.CollectionCatalog;
import dev.sluice.standalone.client.Gateway;
import dev.sluice.standalone.console.WrappedText;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Lines of stored documents, as queries for who has none. */
public record DocumentLines(Gateway gateway, String collection) {

  private static final int MOST_DOCUMENTS = 100;
  private static final int MOST_LINES = 20;
  private static final int FEWEST_WORDS = 4;
  private static final int LENGTH = 120;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** Lines of the collection's first documents, in an order that the seed gives; at least one. */
  public List<String> queries(long seed) {
    List<String> queries = new ArrayList<>();
    try {
      var documents =
          DocumentServiceGrpc.newBlockingStub(gateway.channel()).withDeadlineAfter(PATIENCE);
      for (Document listed : list(documents)) {
        queries.addAll(lines(text(documents, listed.getId())));
      }
    } catch (StatusRuntimeException e) {
      throw new CollectionCatalog(gateway).failure(e, collection);
    }
    if (queries.isEmpty()) {
      throw new CommandFailure(
          "no document of '" + collection + "' has a line to ask about: give --queries FILE");
    }
    Collections.shuffle(queries, new Random(seed));
    return queries;
  }

  private List<Document> list(DocumentServiceBlockingStub documents) {
    return documents
        .listDocuments(
            ListDocumentsRequest.newBuilder()
                .setCollection(collection)
                .setPageSize(MOST_DOCUMENTS)
                .build())
        .getDocumentsList();
  }

  private String text(DocumentServiceBlockingStub documents, String id) {
    return documents
        .getDocument(
            GetDocumentRequest.newBuilder().setCollection(collection).setDocumentId(id).build())
        .getText();
  }

  /** Lines of some words, without the marks of Markdown, cut to the length of a question. */
  private static List<String> lines(String text) {
    return text.lines()
        .map(line -> line.replaceAll("[#*`|>_-]+", " "))
        .map(line -> WrappedText.excerpt(line, LENGTH))
        .filter(line -> line.split(" ", -1).length >= FEWEST_WORDS)
        .limit(MOST_LINES)
        .toList();
  }
}
