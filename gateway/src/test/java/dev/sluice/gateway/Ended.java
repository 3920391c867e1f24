package dev.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import dev.sluice.client.AnswerFold;
import dev.sluice.gateway.v1.AnswerEvent;
import dev.sluice.gateway.v1.AnswerEvent.EventCase;
import dev.sluice.gateway.v1.AnswerRequest;
import dev.sluice.gateway.v1.AnswerResponse;
import dev.sluice.gateway.v1.SearchRequest;
import dev.sluice.gateway.v1.SearchResponse;
import dev.sluice.gateway.v1.SearchResult;
import dev.sluice.type.v1.Degradation;
import dev.sluice.type.v1.StageReport;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a search or a streamed answer ended.
 *
 * @param events of an answer, as far as they came
 * @param reports of the response, or of the status of one that came too late
 * @param degradations of the response, or of the stream so far
 * @param answer folded; empty for a search and for a failure
 */
record Ended(
    @Nullable StatusRuntimeException failure,
    List<AnswerEvent> events,
    List<StageReport> reports,
    List<Degradation> degradations,
    List<SearchResult> results,
    AnswerResponse answer) {

  /** Waits as long as the gateway itself: it alone knows a deadline. */
  static Ended search(Cluster cluster, SearchRequest request) {
    try {
      SearchResponse response = cluster.patientSearch().search(request);
      return new Ended(
          null,
          List.of(),
          response.getStageReportsList(),
          response.getDegradationsList(),
          response.getResultsList(),
          AnswerResponse.getDefaultInstance());
    } catch (StatusRuntimeException e) {
      return failed(e, List.of());
    }
  }

  /** The same. */
  static Ended answer(Cluster cluster, AnswerRequest request) {
    List<AnswerEvent> events = new ArrayList<>();
    try {
      cluster.patientAnswers().streamAnswer(request).forEachRemaining(events::add);
    } catch (StatusRuntimeException e) {
      return failed(e, events);
    }
    AnswerResponse answer = AnswerFold.of(events.iterator());
    assertThat(answer.getDegradationsList()).isEqualTo(streamed(events));
    return new Ended(
        null,
        events,
        answer.getStageReportsList(),
        answer.getDegradationsList(),
        answer.getSearchResultsList(),
        answer);
  }

  private static Ended failed(StatusRuntimeException failure, List<AnswerEvent> events) {
    return new Ended(
        failure,
        events,
        details(failure, StageReport.class),
        streamed(events),
        List.of(),
        AnswerResponse.getDefaultInstance());
  }

  private static List<Degradation> streamed(List<AnswerEvent> events) {
    return events.stream()
        .filter(event -> event.getEventCase() == EventCase.DEGRADATION)
        .map(AnswerEvent::getDegradation)
        .toList();
  }

  static <M extends com.google.protobuf.Message> List<M> details(
      StatusRuntimeException failure, Class<M> type) {
    var status = StatusProto.fromThrowable(failure);
    List<M> details = new ArrayList<>();
    if (status != null) {
      for (Any each : status.getDetailsList()) {
        if (each.is(type)) {
          details.add(unpack(each, type));
        }
      }
    }
    return details;
  }

  private static <M extends com.google.protobuf.Message> M unpack(Any detail, Class<M> type) {
    try {
      return detail.unpack(type);
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }

  /** Whether the caller knows what was done: a refused request leaves no trace. */
  boolean began() {
    return failure == null || !events.isEmpty() || !reports.isEmpty();
  }

  /** Whether the caller knows what was left out: a search that fails does not say. */
  boolean tellsDegradations() {
    return failure == null || !events.isEmpty();
  }

  Code code() {
    return failure == null ? Code.OK : failure.getStatus().getCode();
  }

  /** The first field that the status blames; empty without one. */
  String field() {
    return failure == null
        ? ""
        : details(failure, BadRequest.class).stream()
            .map(each -> each.getFieldViolations(0).getField())
            .findFirst()
            .orElse("");
  }

  /** Of the status, from our closed set; empty without one. */
  String reason() {
    return failure == null
        ? ""
        : details(failure, ErrorInfo.class).stream()
            .map(ErrorInfo::getReason)
            .findFirst()
            .orElse("");
  }

  List<String> documents() {
    return results.stream().map(SearchResult::getDocumentId).distinct().toList();
  }

  List<EventCase> eventCases() {
    return events.stream().map(AnswerEvent::getEventCase).toList();
  }
}
