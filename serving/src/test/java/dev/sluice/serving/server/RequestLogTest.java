package dev.sluice.serving.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.sluice.embed.v1.EmbedRequest;
import dev.sluice.embed.v1.EmbedResponse;
import dev.sluice.embed.v1.EmbedServiceGrpc;
import dev.sluice.embed.v1.EmbedServiceGrpc.EmbedServiceImplBase;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

/** What is logged of each call where somebody asked for that. */
@Timeout(60)
class RequestLogTest {

  private static final String NAME = "request-log";

  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
  private final Logger logger = (Logger) LoggerFactory.getLogger(RequestLog.class);
  private final Server server =
      InProcessServerBuilder.forName(NAME)
          .directExecutor()
          .intercept(new RequestLog())
          .addService(new Refusing())
          .build();
  private final ManagedChannel channel =
      InProcessChannelBuilder.forName(NAME).directExecutor().build();

  @BeforeEach
  void start() throws IOException {
    lines.start();
    logger.addAppender(lines);
    server.start();
  }

  @AfterEach
  void stop() {
    channel.shutdownNow();
    server.shutdownNow();
    logger.detachAppender(lines);
  }

  private void embed(String text) {
    var _ =
        EmbedServiceGrpc.newBlockingStub(channel)
            .embed(EmbedRequest.newBuilder().addTexts(text).build());
  }

  @Test
  void aCallIsOneLineWithItsMethodItsCodeAndTheBeginningOfItsText() {
    embed("water ".repeat(1000));

    assertThat(lines.list).hasSize(1);
    assertThat(lines.list.getFirst().getFormattedMessage())
        .startsWith("sluice.embed.v1.EmbedService/Embed OK after ")
        .contains("water water")
        .hasSizeLessThan(600);
  }

  @Test
  void aRefusedCallHasItsCode() {
    assertThatThrownBy(() -> embed("")).isInstanceOf(StatusRuntimeException.class);

    assertThat(lines.list).hasSize(1);
    assertThat(lines.list.getFirst().getFormattedMessage()).contains(" INVALID_ARGUMENT after ");
  }

  /** Refuses an empty text. */
  private static final class Refusing extends EmbedServiceImplBase {
    @Override
    public void embed(EmbedRequest request, StreamObserver<EmbedResponse> response) {
      if (request.getTexts(0).isEmpty()) {
        response.onError(Status.INVALID_ARGUMENT.asRuntimeException());
      } else {
        response.onNext(EmbedResponse.getDefaultInstance());
        response.onCompleted();
      }
    }
  }
}
