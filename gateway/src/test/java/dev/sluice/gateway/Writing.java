package dev.sluice.gateway;

import com.google.protobuf.Message;
import dev.sluice.generate.v1.GenerateCompleted;
import dev.sluice.generate.v1.GenerateCompleted.FinishReason;
import dev.sluice.generate.v1.GenerateEvent;
import dev.sluice.generate.v1.GenerateRequest;
import dev.sluice.generate.v1.Quote;
import dev.sluice.generate.v1.TextDelta;
import dev.sluice.serving.failure.Failure;
import dev.sluice.serving.failure.FailureStatus;
import io.grpc.Status.Code;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.function.Function;

/** How a scripted model writes. */
interface Writing {

  /** The first sentence of the first document, quoted. */
  Writing FIRST_SENTENCE = events(Writing::firstSentence);

  void write(GenerateRequest request, StreamObserver<GenerateEvent> events)
      throws InterruptedException;

  /** Writes events and ends well. */
  static Writing events(Function<GenerateRequest, List<GenerateEvent>> written) {
    return (request, events) -> {
      written.apply(request).forEach(events::onNext);
      events.onCompleted();
    };
  }

  static Writing events(GenerateEvent... written) {
    return events(request -> List.of(written));
  }

  /** Fails before the first word. */
  static Writing fails(Code code) {
    return breaks(code);
  }

  /** Writes events and then fails. */
  static Writing breaks(Code code, GenerateEvent... written) {
    return (request, events) -> {
      List.of(written).forEach(events::onNext);
      events.onError(code.toStatus().asRuntimeException());
    };
  }

  /** Writes events and then nothing more, until its caller gives up. */
  static Writing hangs(GenerateEvent... written) {
    return (request, events) -> {
      List.of(written).forEach(events::onNext);
      Script.abandoned().await();
    };
  }

  /** A model whose context has room for so many documents. */
  static Writing withRoomFor(int documents) {
    return (request, events) -> {
      if (request.getDocumentsCount() > documents) {
        events.onError(FailureStatus.exception(Failure.InvalidInput.contextTooLong()));
      } else {
        FIRST_SENTENCE.write(request, events);
      }
    };
  }

  static List<GenerateEvent> firstSentence(GenerateRequest request) {
    String text = request.getDocuments(0).getText();
    int end = text.indexOf('.') + 1;
    String sentence = end > 0 ? text.substring(0, end) : text;
    return List.of(delta(sentence), quote(0, sentence, 0, sentence.length()), completed());
  }

  static GenerateEvent delta(String text) {
    return event(TextDelta.newBuilder().setText(text).build());
  }

  static GenerateEvent quote(int document, String text, int start, int end) {
    return event(
        Quote.newBuilder()
            .setDocumentIndex(document)
            .setText(text)
            .setAnswerStart(start)
            .setAnswerEnd(end)
            .build());
  }

  static GenerateEvent completed() {
    return completed(FinishReason.STOP);
  }

  static GenerateEvent completed(FinishReason reason) {
    return event(
        GenerateCompleted.newBuilder().setFinishReason(reason).setSupportScore(0.9).build());
  }

  private static GenerateEvent event(Message part) {
    GenerateEvent.Builder event = GenerateEvent.newBuilder();
    return switch (part) {
      case TextDelta delta -> event.setTextDelta(delta).build();
      case Quote quote -> event.setQuote(quote).build();
      case GenerateCompleted completed -> event.setCompleted(completed).build();
      default -> throw new IllegalArgumentException(part.toString());
    };
  }
}
