package dev.sluice.generate.extractive;

import dev.sluice.generate.extractive.Answer.Piece;
import dev.sluice.generate.extractive.PassageReader.Reading;
import dev.sluice.generate.extractive.SentenceRanking.Candidate;
import dev.sluice.generate.model.Completion;
import dev.sluice.generate.model.Effort;
import dev.sluice.generate.model.EventSink;
import dev.sluice.generate.model.GenerateModel;
import dev.sluice.generate.v1.GenerateCompleted.FinishReason;
import dev.sluice.generate.v1.GenerateRequest;
import dev.sluice.generate.v1.GroundingDocument;
import dev.sluice.generate.v1.Message;
import dev.sluice.generate.v1.ResponseFormat;
import dev.sluice.generate.v1.Usage;
import dev.sluice.serving.batching.BatchMetrics;
import dev.sluice.serving.batching.BatchTiming;
import dev.sluice.serving.batching.Batched;
import dev.sluice.serving.batching.Batcher;
import dev.sluice.serving.encoder.ModelFiles;
import dev.sluice.serving.encoder.Slots;
import dev.sluice.serving.encoder.TokenSequence;
import dev.sluice.serving.failure.Failure;
import dev.sluice.serving.metrics.CacheMetrics;
import io.grpc.Deadline;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/**
 * Answers with the sentences of the documents that best answer the last message, word for word,
 * each one quoted; writes nothing when none does. Same request, same answer. Owns the batcher and
 * the encoder.
 */
public final class ExtractiveModel implements GenerateModel {

  /** The documents read; they come best first. */
  public static final int MOST_DOCUMENTS = 5;

  /** Grows when the same model and request are to give another answer. */
  private static final String RULES = "extractive-1";

  private final String name;
  private final SentenceEncoder encoder;
  private final Batcher<TokenSequence, float[]> batcher;
  private final PassageReader reader;
  private final Runnable forgotten;
  private final SentenceSelection selection;

  private ExtractiveModel(
      String name,
      SentenceEncoder encoder,
      Batcher<TokenSequence, float[]> batcher,
      PassageReader reader,
      Runnable forgotten,
      double threshold) {
    this.name = name;
    this.encoder = encoder;
    this.batcher = batcher;
    this.reader = reader;
    this.forgotten = forgotten;
    this.selection = new SentenceSelection(threshold);
  }

  /**
   * Loads the encoder and starts the batcher's threads.
   *
   * @param name what requests call it; empty means its own name
   * @param caches where its cache is shown until it is closed
   */
  public static ExtractiveModel start(
      String name, ExtractiveConfig config, MeterRegistry registry, CacheMetrics caches) {
    SentenceEncoder encoder =
        SentenceEncoder.load(
            ModelFiles.at(config.modelDirectory()),
            usage(config.supportThreshold()),
            Slots.orProcessors(config.slots()),
            config.maxQueuedTokens());
    String known = name.isEmpty() ? "extractive/" + encoder.name() : name;
    var batcher = new Batcher<>("generate", encoder, new BatchMetrics(registry, known));
    var cache = new PassageCache(config.cacheBytes());
    var reader = new PassageReader(encoder, batcher, cache, caches);
    caches.show(cache);
    return new ExtractiveModel(
        known, encoder, batcher, reader, () -> caches.hide(cache), config.supportThreshold());
  }

  /** Whatever changes the answers beside the encoder, for the fingerprint. */
  private static String usage(double threshold) {
    return RULES + ";threshold=" + threshold;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String fingerprint() {
    return encoder.fingerprint();
  }

  @Override
  public Completion generate(GenerateRequest request, EventSink sink, Deadline deadline) {
    requireSupported(request);
    String question = request.getMessages(request.getMessagesCount() - 1).getContent();
    List<GroundingDocument> documents =
        request.getDocumentsList().stream().limit(MOST_DOCUMENTS).toList();
    if (documents.isEmpty()) {
      return abstention(0, 0, Effort.NONE);
    }
    Reading reading = reader.read(question, documents, deadline);
    List<Candidate> ranked =
        SentenceRanking.of(
            reading.question(),
            reading.passages(),
            documents.stream().map(GroundingDocument::getText).toList());
    double support = ranked.isEmpty() ? 0 : Math.clamp(ranked.getFirst().support(), 0, 1);
    if (!selection.isSupported(ranked, reading.question().hasSubject())) {
      return abstention(reading.tokens(), support, reading.effort());
    }
    var shown = new Shown(ranked, deadline);
    Answer answer =
        Answer.within(
            pieces(shown.candidates),
            request.getMaxTokens(),
            request.getStopList(),
            encoder::count);
    write(answer, sink);
    return new Completion(
        answer.finishReason(),
        usage(reading.tokens(), answer),
        OptionalDouble.of(support),
        reading.effort().with(shown.timing, answer.pieces().size()));
  }

  /** The sentences shown, and the time it took to tell duplicates apart. */
  private final class Shown {
    private final List<Candidate> candidates;
    private BatchTiming timing = BatchTiming.NONE;

    Shown(List<Candidate> ranked, Deadline deadline) {
      candidates = SentenceSelection.shown(ranked, (a, b) -> cosine(a, b, deadline));
    }

    private double cosine(String a, String b, Deadline deadline) {
      Batched<Float> similarity = reader.similarity(a, b, deadline);
      timing = timing.plus(similarity.timing());
      return similarity.outputs().getFirst();
    }
  }

  private static void requireSupported(GenerateRequest request) {
    if (request.getToolsCount() > 0) {
      throw new Failure.Unimplemented("tools: the extractive model calls no functions");
    }
    if (request.getMessages(request.getMessagesCount() - 1).getRole() == Message.Role.TOOL) {
      throw new Failure.Unimplemented(
          "messages: the extractive model reads no results of functions");
    }
    if (request.getResponseFormat().getFormatCase() == ResponseFormat.FormatCase.JSON_SCHEMA) {
      throw new Failure.Unimplemented(
          "response_format.json_schema: the extractive model writes plain text only");
    }
  }

  private static Completion abstention(int promptTokens, double support, Effort effort) {
    return new Completion(
        FinishReason.NO_SUPPORT,
        Usage.newBuilder().setPromptTokenCount(promptTokens).build(),
        OptionalDouble.of(support),
        effort);
  }

  /** Sentences in a row, parted by spaces; what stands on its own line does so here too. */
  private static List<Piece> pieces(List<Candidate> shown) {
    List<Piece> pieces = new ArrayList<>();
    boolean line = false;
    for (Candidate candidate : shown) {
      boolean ownLine = candidate.unit().kind().ownLine();
      String separator = pieces.isEmpty() ? "" : line || ownLine ? "\n" : " ";
      pieces.add(new Piece(separator, candidate.words(), candidate.document()));
      line = ownLine;
    }
    return pieces;
  }

  private static void write(Answer answer, EventSink sink) {
    int written = 0;
    for (Piece piece : answer.pieces()) {
      sink.text(piece.separator() + piece.words());
      int start = written + piece.separator().length();
      written = start + piece.words().length();
      sink.quote(piece.document(), piece.words(), start, written);
    }
  }

  private Usage usage(int promptTokens, Answer answer) {
    return Usage.newBuilder()
        .setPromptTokenCount(promptTokens)
        .setCompletionTokenCount(
            answer.pieces().stream().mapToInt(piece -> encoder.count(piece.words())).sum())
        .build();
  }

  @Override
  public double utilisation() {
    return batcher.utilisation();
  }

  @Override
  public void close() {
    try (encoder) {
      forgotten.run();
      batcher.close();
    }
  }
}
