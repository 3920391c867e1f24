package dev.sluice.gateway.upstream;

import dev.sluice.retriever.v1.RetrieveRequest;
import dev.sluice.retriever.v1.RetrieveResponse;
import dev.sluice.retriever.v1.RetrievedPassage;
import dev.sluice.retriever.v1.RetrieverServiceGrpc;
import dev.sluice.retriever.v1.RetrieverServiceGrpc.RetrieverServiceBlockingStub;
import dev.sluice.serving.failure.Failure;
import dev.sluice.serving.failure.TextRules;
import io.grpc.Channel;
import io.grpc.Deadline;
import io.grpc.StatusRuntimeException;

/**
 * A data source, as the gateway calls it. Failures are ours, and nothing it answers is believed.
 */
public final class RetrieveUpstream {

  private static final int LONGEST_DOCUMENT_ID = 512;
  private static final int LONGEST_PASSAGE_ID = 1024;
  private static final int LONGEST_HEADER = 4096;
  private static final int LONGEST_TEXT = 126_000;

  private final String name;
  private final RetrieverServiceBlockingStub stub;

  RetrieveUpstream(String name, Channel channel) {
    this.name = name;
    this.stub = RetrieverServiceGrpc.newBlockingStub(channel);
  }

  /**
   * Passages that obey the contract.
   *
   * @throws Failure.Internal when one does not
   */
  public Reply<RetrieveResponse> retrieve(RetrieveRequest request, Deadline deadline) {
    Attempts attempts = new Attempts();
    try {
      RetrieveResponse response =
          stub.withDeadline(deadline).withInterceptors(attempts).retrieve(request);
      response.getPassagesList().forEach(this::check);
      return new Reply<>(response, attempts.count());
    } catch (StatusRuntimeException e) {
      throw UpstreamFailure.ofDataSource(name, e);
    }
  }

  private void check(RetrievedPassage passage) {
    int named = passage.getDocumentId().length();
    require(named >= 1 && named <= LONGEST_DOCUMENT_ID, "document_id");
    require(passage.getPassageId().length() <= LONGEST_PASSAGE_ID, "passage_id");
    require(headerLength(passage) <= LONGEST_HEADER, "headings");
    require(
        passage.getText().length() <= LONGEST_TEXT && TextRules.readable(passage.getText()),
        "text");
    require(passage.getStart() >= 0 && passage.getStartUtf8() >= 0, "start");
    require((long) passage.getStart() + passage.getText().length() <= Integer.MAX_VALUE, "start");
    require(Double.isFinite(passage.getScore()), "score");
  }

  private static int headerLength(RetrievedPassage passage) {
    return passage.getTitle().length()
        + passage.getHeadingsList().stream().mapToInt(String::length).sum()
        + 3 * passage.getHeadingsCount();
  }

  private void require(boolean obeyed, String field) {
    if (!obeyed) {
      throw new Failure.Internal(
          "data source " + name + " breaks its contract in passages[]." + field);
    }
  }
}
