package dev.sluice.bench.chaos;

import dev.sluice.gateway.v1.AnswerEvent;
import dev.sluice.gateway.v1.AnswerRequest;
import dev.sluice.gateway.v1.AnswerServiceGrpc;
import dev.sluice.gateway.v1.CitationSource;
import dev.sluice.gateway.v1.SearchResult;
import dev.sluice.generate.v1.GenerateCompleted.FinishReason;
import dev.sluice.generate.v1.Message;
import dev.sluice.type.v1.Degradation;
import io.grpc.Channel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Answers about stored documents, read event by event, and what must be true of them. */
final class Answers {

  private static final int MAX_TOKENS = 64;

  private final Channel channel;
  private final Ledger ledger;
  private final String written;

  /**
   * @param written what the model servers write when they do not lie; empty when the answers are
   *     taken from the documents
   */
  Answers(Channel channel, Ledger ledger, String written) {
    this.channel = channel;
    this.ledger = ledger;
    this.written = written;
  }

  Ending call() {
    Optional<Ledger.Picked> picked = ledger.pick();
    if (picked.isEmpty()) {
      return Ending.ok("");
    }
    Reading reading = new Reading(System.nanoTime());
    Iterator<AnswerEvent> events =
        AnswerServiceGrpc.newBlockingStub(channel).streamAnswer(request(picked.get().sample()));
    while (events.hasNext()) {
      reading.read(events.next());
    }
    return reading.end();
  }

  static AnswerRequest request(Sample sample) {
    String question = "At which level does the gate " + sample.marker() + " open?";
    return AnswerRequest.newBuilder()
        .setCollection(MixedLoad.COLLECTION)
        .addMessages(Message.newBuilder().setRole(Message.Role.USER).setContent(question))
        .setTopK(4)
        .setMaxTokens(MAX_TOKENS)
        .build();
  }

  /** The events of one answer so far. */
  private final class Reading {
    private final long since;
    private final StringBuilder text = new StringBuilder();
    private final List<Degradation> degradations = new ArrayList<>();
    private final Map<String, SearchResult> passages = new HashMap<>();
    private FinishReason finish = FinishReason.FINISH_REASON_UNSPECIFIED;
    private String wrong = "";
    private long next;
    private int completed;

    Reading(long since) {
      this.since = since;
    }

    void read(AnswerEvent event) {
      check(event.getSequenceNumber() == next++ && completed == 0, "an event out of its order");
      switch (event.getEventCase()) {
        case SEARCH_RESULTS -> event.getSearchResults().getResultsList().forEach(this::passage);
        case TEXT_DELTA -> text.append(event.getTextDelta().getText());
        case CITATION -> event.getCitation().getSourcesList().forEach(this::source);
        case DEGRADATION -> degradations.add(event.getDegradation());
        case COMPLETED -> {
          completed++;
          finish = event.getCompleted().getFinishReason();
          boolean abstains = event.getCompleted().hasAbstention();
          check(abstains == text.isEmpty(), "an abstention with words, or none without");
        }
        case STARTED, EVENT_NOT_SET -> {}
      }
    }

    private void passage(SearchResult result) {
      passages.put(result.getChunkId(), result);
      String problem = Searches.wrong(ledger, result, since);
      check(problem.isEmpty(), problem);
    }

    private void source(CitationSource source) {
      SearchResult passage = passages.get(source.getChunkId());
      boolean exact = source.getVerification() == CitationSource.Verification.EXACT;
      check(
          passage != null && (!exact || passage.getText().contains(source.getQuote())),
          "a citation of words that nobody stored: " + source.getQuote());
    }

    private void check(boolean holds, String otherwise) {
      if (!holds && wrong.isEmpty()) {
        wrong = otherwise;
      }
    }

    Ending end() {
      check(completed == 1, "a stream without its end");
      boolean incomplete = finish == FinishReason.INCOMPLETE;
      if (!written.isEmpty() && !text.isEmpty()) {
        String said = text.toString();
        boolean whole = finish != FinishReason.STOP || said.equals(written);
        boolean known = written.startsWith(said) || said.startsWith(ChatLie.ENDLESS_WORD);
        check(whole && known, "an answer that the model did not write: " + said);
      }
      Ending ending = Ending.ok(degradations, wrong);
      if (incomplete) {
        ending.effects().add("INCOMPLETE");
      }
      return ending;
    }
  }
}
