package dev.sluice.gateway.upstream;

import com.google.common.base.Utf8;
import dev.sluice.retriever.v1.RetrieveRequest;
import dev.sluice.retriever.v1.RetrieveResponse;
import dev.sluice.retriever.v1.RetrievedPassage;
import dev.sluice.retriever.v1.RetrieverServiceGrpc;
import dev.sluice.serving.failure.Failure;
import dev.sluice.serving.failure.TextRules;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.Deadline;
import io.grpc.StatusRuntimeException;
import java.util.HashSet;
import java.util.List;

/**
 * A data source, as the gateway calls it. Failures are ours, and nothing it answers is believed.
 */
public final class RetrieveUpstream {

  private static final int LONGEST_DOCUMENT_ID = 512;
  private static final int LONGEST_PASSAGE_ID = 1024;
  private static final int LONGEST_TEXT = 131_072;

  private final String name;
  private final Channel channel;
  private final Hedging hedging;

  public RetrieveUpstream(String name, Channel channel, Hedging hedging) {
    this.name = name;
    this.channel = channel;
    this.hedging = hedging;
  }

  /**
   * Passages that obey the contract.
   *
   * @throws Failure.Internal when one does not
   */
  public Reply<RetrieveResponse> retrieve(RetrieveRequest request, Deadline deadline) {
    try {
      Reply<RetrieveResponse> reply =
          hedging.call(
              channel,
              RetrieverServiceGrpc.getRetrieveMethod(),
              CallOptions.DEFAULT.withDeadline(deadline),
              request);
      reply.response().getPassagesList().forEach(this::check);
      checkDifferent(reply.response().getPassagesList());
      return reply;
    } catch (StatusRuntimeException e) {
      throw UpstreamFailure.ofDataSource(name, e);
    }
  }

  private void check(RetrievedPassage passage) {
    require(isNamed(passage.getDocumentId()), "document_id");
    require(passage.getPassageId().length() <= LONGEST_PASSAGE_ID, "passage_id");
    require(
        passage.getText().length() <= LONGEST_TEXT && TextRules.readable(passage.getText()),
        "text");
    require(passage.getStart() >= 0 && passage.getStartUtf8() >= 0, "start");
    require(ends(passage.getStart(), passage.getText().length()), "start");
    require(ends(passage.getStartUtf8(), Utf8.encodedLength(passage.getText())), "start_utf8");
    require(Double.isFinite(passage.getScore()), "score");
  }

  private void checkDifferent(List<RetrievedPassage> passages) {
    var named = passages.stream().map(RetrieveUpstream::passageId);
    require(named.allMatch(new HashSet<>()::add), "passage_id");
  }

  /** Unique among the passages of a response. */
  public static String passageId(RetrievedPassage passage) {
    return passage.getPassageId().isEmpty()
        ? passage.getDocumentId() + "#" + passage.getStart()
        : passage.getPassageId();
  }

  /** Whether a span that begins there can be told. */
  private static boolean ends(int start, int length) {
    return (long) start + length <= Integer.MAX_VALUE;
  }

  private static boolean isNamed(String id) {
    return !id.isEmpty() && id.length() <= LONGEST_DOCUMENT_ID;
  }

  private void require(boolean obeyed, String field) {
    if (!obeyed) {
      throw new Failure.Internal(
          "data source " + name + " breaks its contract in passages[]." + field);
    }
  }
}
