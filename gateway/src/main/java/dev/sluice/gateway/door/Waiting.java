package dev.sluice.gateway.door;

import dev.sluice.gateway.v1.AnswerServiceGrpc;
import dev.sluice.generate.v1.GenerateServiceGrpc;
import io.grpc.MethodDescriptor;
import java.time.Duration;
import java.util.Optional;

/**
 * How long somebody waits for a call at most, whatever its deadline, until it has an answer or the
 * beginning of one. Streams of requests and generations wait elsewhere, and are counted nowhere
 * here: they last as long as they have something to send or to write.
 */
final class Waiting {

  private static final Duration SEARCHING = Duration.ofSeconds(2);
  private static final Duration ANSWERING = Duration.ofSeconds(10);

  private Waiting() {}

  /** Empty for a call that the limit does not count. */
  static Optional<Duration> most(MethodDescriptor<?, ?> method) {
    String service = String.valueOf(method.getServiceName());
    if (!method.getType().clientSendsOneMessage()
        || service.equals(GenerateServiceGrpc.SERVICE_NAME)) {
      return Optional.empty();
    }
    return Optional.of(service.equals(AnswerServiceGrpc.SERVICE_NAME) ? ANSWERING : SEARCHING);
  }
}
