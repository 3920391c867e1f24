package dev.sluice.generate.admission;

import dev.sluice.generate.admission.StreamAdmission.Moves;
import dev.sluice.generate.admission.StreamAdmission.Verdict;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Our own: a {@link StreamAdmission}. */
final class AdmissionDoor implements Door {

  private final StreamAdmission admission;
  private final IdentityHashMap<Request, TokenStream> streams = new IdentityHashMap<>();
  private final Map<TokenStream, Request> requests = new HashMap<>();
  private final List<Request> expired = new ArrayList<>();

  AdmissionDoor(StreamLimit limit) {
    this.admission = new StreamAdmission(Long.MAX_VALUE, limit);
  }

  @Override
  public boolean offer(Request request, long now) {
    return switch (admission.offer(request.ticket(), request.deadline(), now)) {
      case Verdict.Queued(TokenStream stream) -> {
        streams.put(request, stream);
        requests.put(stream, request);
        yield true;
      }
      case Verdict.Refused refused -> false;
    };
  }

  @Override
  public List<Request> start(long now) {
    Moves moves = admission.next(now);
    moves.expired().forEach(stream -> expired.add(forget(stream)));
    return moves.started().stream()
        .map(stream -> Objects.requireNonNull(requests.get(stream)))
        .toList();
  }

  @Override
  public List<Request> expired() {
    List<Request> all = List.copyOf(expired);
    expired.clear();
    return all;
  }

  @Override
  public void wrote(Request request, long now) {
    admission.wrote(stream(request), 1, now);
  }

  @Override
  public void ended(Request request, boolean complete, long now) {
    TokenStream stream = stream(request);
    admission.ended(stream, complete ? Outcome.COMPLETED : Outcome.LATE, now);
    forget(stream);
  }

  private TokenStream stream(Request request) {
    return Objects.requireNonNull(streams.get(request));
  }

  private Request forget(TokenStream stream) {
    Request request = Objects.requireNonNull(requests.remove(stream));
    streams.remove(request);
    return request;
  }
}
