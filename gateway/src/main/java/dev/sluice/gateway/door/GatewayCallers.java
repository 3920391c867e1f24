package dev.sluice.gateway.door;

import dev.sluice.gateway.v1.AnswerServiceGrpc;
import dev.sluice.generate.v1.GenerateServiceGrpc;
import dev.sluice.serving.door.Callers;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;

/**
 * The gateway's callers. Generations that are passed through are admitted by their service, and
 * streams of requests by flow control.
 *
 * @param tenants whose call it is, by its metadata
 */
public record GatewayCallers(Function<Metadata, String> tenants) implements Callers {

  private static final Duration SEARCHING = Duration.ofSeconds(2);
  private static final Duration ANSWERING = Duration.ofSeconds(10);

  @Override
  public String tenant(Metadata headers) {
    return tenants.apply(headers);
  }

  @Override
  public Optional<Duration> patience(MethodDescriptor<?, ?> method) {
    String service = String.valueOf(method.getServiceName());
    if (!method.getType().clientSendsOneMessage()
        || service.equals(GenerateServiceGrpc.SERVICE_NAME)) {
      return Optional.empty();
    }
    return Optional.of(service.equals(AnswerServiceGrpc.SERVICE_NAME) ? ANSWERING : SEARCHING);
  }
}
