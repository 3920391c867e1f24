package dev.sluice.serving.door;

import dev.sluice.gateway.v1.SearchServiceGrpc;
import io.grpc.Deadline;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A door, calls at times that a test says, and what the door makes of them. */
abstract class WithDoor {

  static final Metadata.Key<String> TENANT =
      Metadata.Key.of("tenant", Metadata.ASCII_STRING_MARSHALLER);
  static final MethodDescriptor<?, ?> SEARCH = SearchServiceGrpc.getSearchMethod();

  final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  long now = 1;
  private final Deadline.Ticker clock =
      new Deadline.Ticker() {
        @Override
        public long nanoTime() {
          return now;
        }
      };

  /** Callers who say whose calls these are, and wait for a second. */
  static final class Named implements Callers {
    @Override
    public String tenant(Metadata headers) {
      return String.valueOf(headers.get(TENANT));
    }

    @Override
    public Optional<Duration> patience(MethodDescriptor<?, ?> method) {
      return method.getType().clientSendsOneMessage()
          ? Optional.of(Duration.ofSeconds(1))
          : Optional.empty();
    }

    @Override
    public boolean isAdmitted(Metadata headers) {
      return OF_SERVICES.isAdmitted(headers);
    }
  }

  /** 16 calls at first, 2 at least. */
  final CallDoor door = new CallDoor(100, 16, new LeastCalls(2, 2), new Named(), clock, registry);

  Entry enter(String tenant, MethodDescriptor<?, ?> method, long deadlineMillis) {
    Metadata headers = new Metadata();
    headers.put(TENANT, tenant);
    return door.enter(
        method, headers, Deadline.after(deadlineMillis, TimeUnit.MILLISECONDS, clock));
  }

  List<Entry> enter(int calls, long deadlineMillis) {
    List<Entry> entries = new ArrayList<>();
    for (int i = 0; i < calls; i++) {
      entries.add(enter("a", SEARCH, deadlineMillis));
    }
    return entries;
  }

  void pass(long millis) {
    now += TimeUnit.MILLISECONDS.toNanos(millis);
  }

  /** All of them are answered after so long, of which they waited a part for their turn. */
  void answered(List<Entry> entries, long millis, long queuedMillis) {
    pass(millis);
    entries.forEach(each -> each.queued(TimeUnit.MILLISECONDS.toNanos(queuedMillis)));
    entries.forEach(each -> each.left(Status.OK));
  }

  int limit() {
    return (int) gauge("sluice.door.limit", SearchServiceGrpc.SERVICE_NAME);
  }

  double gauge(String name, String service) {
    return registry.get(name).tag("service", service).gauge().value();
  }
}
